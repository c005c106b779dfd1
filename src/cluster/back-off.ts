// How long to wait before trying again: doubles with each failure in a row, bounded, and spread so that many watches do not return at once.

export type BackOff = { readonly baseMs: number; readonly longestMs: number };

/** Wall milliseconds between half of and the whole step; `failures` counts from 1, `random` is in [0, 1). */
export function backOffMs(failures: number, backOff: BackOff, random: () => number): number {
  const step = Math.min(backOff.longestMs, backOff.baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return step / 2 + (step / 2) * random();
}
