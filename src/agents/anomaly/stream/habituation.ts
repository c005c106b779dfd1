// Which surprises of one file are worth a second look: what was just shown is not shown again until it fades or grows.
// For the score output alone: a finding never gets used to anything.
import { habituationFactor, habituationHalfLifeHours, hourMs } from './parameters.ts';

export type Habituation = (atMs: number, surprise: number) => number;

/**
 * The surprise where it exceeds 1.2 times what was last shown, else 0. What was shown counts half after a day, a quarter
 * after two: a hard limit of a day would show every second day's noise at full strength.
 */
export function createHabituation(): Habituation {
  let shown = 0;
  let shownMs = 0;
  return (atMs, surprise) => {
    const faded = shown * 0.5 ** ((atMs - shownMs) / (habituationHalfLifeHours * hourMs));
    if (!(surprise > habituationFactor * faded)) return 0;
    shown = surprise;
    shownMs = atMs;
    return surprise;
  };
}

/** What score files hold: 0 for nothing, toward 1 for the most surprising. */
export function scoreOf(surprise: number): number {
  return 1 - 2 ** (-surprise / 10);
}
