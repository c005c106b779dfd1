// Which stretch of history can be judged: what was asked for, but never a cycle with less than a day of past to compare it with.
import { exitCodes, Failure } from '../model/failure.ts';
import { pastDays, pastStepMs } from '../model/past.ts';

export type JudgedWindow = {
  readonly askedFromMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly historyFromMs: number;
  readonly learnedFromMs: number;
};

export type Asked = {
  /** The oldest measurement that was found. */
  readonly oldestMs: number;
  readonly toMs: number;
  readonly sinceMs: number;
  readonly stepMs: number;
};

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** As many as a start learns. */
export const learnedDays = pastDays;
const leastJudgedMs = hourMs;

/** Throws a Failure when after one day of learning less than an hour is left to judge. */
export function judgedWindow({ oldestMs, toMs, sinceMs, stepMs }: Asked): JudgedWindow {
  const askedFromMs = up(toMs - sinceMs, stepMs);
  const learnedFromMs = up(Math.max(oldestMs, askedFromMs - learnedDays * dayMs), pastStepMs);
  const fromMs = Math.max(askedFromMs, up(learnedFromMs + dayMs, stepMs));
  if (toMs - fromMs < leastJudgedMs) throw tooShort(oldestMs, toMs);
  return { askedFromMs, fromMs, toMs, stepMs, historyFromMs: oldestMs, learnedFromMs };
}

function tooShort(oldestMs: number, toMs: number): Failure {
  const hours = Math.round((toMs - oldestMs) / hourMs);
  return new Failure({
    code: 'history-too-short',
    what: `there are only ${hours} h of history before ${new Date(toMs).toISOString().slice(0, 16)}Z`,
    why: 'one day teaches what is usual, and at least an hour must be left to judge',
    next: `try again in ${Math.max(1, 25 - hours)} h, or name a server that keeps more`,
    exitCode: exitCodes.no,
  });
}

function up(ms: number, gridMs: number): number {
  return Math.ceil(ms / gridMs) * gridMs;
}
