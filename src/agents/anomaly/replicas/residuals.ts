// How far each replica lies from its siblings: load that all of them share cancels out, what one of them has alone remains.
import { median, medianAbsoluteDeviation } from '../kernels/order-statistics.ts';

export type Residual = {
  /** Median of the siblings. */
  readonly others: number;
  /** Value minus that median. */
  readonly residual: number;
  /** Robust deviations from the median of the whole group; orders pods, proves nothing (detection.md 12). */
  readonly oddness: number;
};

/** By pod, for two pods or more; empty for fewer. */
export function residualsOf(values: ReadonlyMap<string, number>): ReadonlyMap<string, Residual> {
  const found = new Map<string, Residual>();
  if (values.size < 2) return found;
  const all = [...values.values()];
  const centre = median(all);
  const scale = 1.4826 * medianAbsoluteDeviation(all, centre);
  for (const [pod, value] of values) {
    const others = median([...values].flatMap(([name, one]) => (name === pod ? [] : [one])));
    const distance = Math.abs(value - centre);
    const oddness = distance === 0 ? 0 : scale === 0 ? Number.POSITIVE_INFINITY : distance / scale;
    found.set(pod, { others, residual: value - others, oddness });
  }
  return found;
}
