// Asks the same question each second and tells what changed, until the thing has ended, the time is over, or Ctrl-C.
import { pause } from '../clock.ts';
import { exitCodes } from '../model/failure.ts';
import { parseDuration } from './ages.ts';
import { usage, type VerbContext } from './verb.ts';

const pollMs = 1_000;
const longestMs = 24 * 3_600_000;

export type Watched<Answer> = {
  read(): Promise<Answer>;
  /** Called with the first answer and with each one that may differ from the one before. */
  show(answer: Answer): void;
  hasEnded(answer: Answer): boolean;
};

/** 0 when it ended by itself, 8 when the time of --wait was over first, 130 or 143 when told to stop. */
export async function watch<Answer>(context: VerbContext, watched: Watched<Answer>): Promise<number> {
  const { clock, signal } = context;
  const until = clock.monotonic() + (waitMsOf(context) ?? longestMs);
  for (;;) {
    const answer = await watched.read();
    watched.show(answer);
    if (watched.hasEnded(answer)) return exitCodes.done;
    if (clock.monotonic() >= until) return exitCodes.waitedEnough;
    await pause(clock, pollMs, signal).catch(() => undefined);
    if (signal.aborted) return signal.reason === 'SIGTERM' ? 143 : 130;
  }
}

/** Milliseconds of --wait, null when it was not given. */
export function waitMsOf(context: VerbContext): number | null {
  const text = context.flags.wait;
  if (text === undefined) return null;
  const ms = text === '0' ? 0 : parseDuration(text);
  if (ms === null) throw usage(`--wait does not take "${text}"`, 'it takes a duration such as 90s, 15m, or 0');
  return ms;
}
