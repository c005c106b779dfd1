// How sure is a figure that was computed from a stretch of time? Leave out one block after another and see how it moves.
import { studentQuantile } from './normal.ts';

export type Interval = { readonly estimate: number; readonly low: number; readonly high: number };

/**
 * The interval in which the figure lies with `coverage` (0.9), from `blocks` contiguous blocks left out in turn; whole blocks
 * keep what hangs together in time together (Künsch 1989). `figure` gets the places that stay, in order; null where it cannot be computed.
 */
export function blockJackknife(
  length: number,
  blocks: number,
  coverage: number,
  figure: (places: readonly number[]) => number | null,
): Interval | null {
  const all = Array.from({ length }, (_, place) => place);
  const estimate = figure(all);
  if (estimate === null || length < 2 * blocks) return null;
  const without: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const from = Math.floor((block * length) / blocks);
    const to = Math.floor(((block + 1) * length) / blocks);
    const found = figure(all.filter((place) => place < from || place >= to));
    if (found === null) return null;
    without.push(found);
  }
  const mean = without.reduce((sum, one) => sum + one, 0) / blocks;
  const spread = without.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt(((blocks - 1) / blocks) * spread);
  const reach = studentQuantile((1 - coverage) / 2, blocks - 1) * error;
  return { estimate, low: estimate - reach, high: estimate + reach };
}
