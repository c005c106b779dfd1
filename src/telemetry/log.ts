// The log of faults on standard error, one JSON line each: flat, and with what could be secret left out.
import pino from 'pino';
import { Failure } from '../model/failure.ts';

export type Log = {
  /** A fault that was survived: what it was about, and its kind. */
  fault(error: unknown, about: string): void;
};

/** The same fault is written again at most once a minute, so that an outage does not fill a disk. */
const quietMs = 60_000;

export function createLog(monotonic: () => number, write: (line: string) => void): Log {
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  const last = new Map<string, number>();
  return {
    fault(error, about) {
      const code = error instanceof Failure ? error.problem.code : error instanceof Error ? error.name : 'unknown';
      const key = `${about} ${code}`;
      const now = monotonic();
      if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
      if (last.size > 500) last.clear();
      last.set(key, now);
      const what = error instanceof Error ? error.message.slice(0, 300) : 'something was thrown that is no error';
      const why = error instanceof Failure ? error.problem.why.slice(0, 300) : undefined;
      logger.error({ about, code, what, ...(why === undefined ? {} : { why }) });
    },
  };
}
