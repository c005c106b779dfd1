// How rare a move of a recorded constant is: it has no scales, so only how often it was elsewhere before can say (detection.md 4).
import type { StreamPoint } from './bank.ts';

/** A first move shows in its value, its mean, its roughness and its jump; each would say as much. After 100 values that is a suspect. */
const channelsMoved = 4;
/** Smaller moves than this share of the constant come from the sums that made it. */
const rounding = 1e-9;

/**
 * E of the value at `index`, which follows a constant: rule of succession over all that came before, so that a value which
 * the series held for long is no news. 0 for a move within rounding.
 */
export function moveSurprise(points: readonly StreamPoint[], index: number): number {
  const value = points[index]?.value ?? Number.NaN;
  const constant = points[index - 1]?.value ?? Number.NaN;
  if (!(Math.abs(value - constant) > rounding * Math.abs(constant))) return 0;
  let known = 0;
  for (let earlier = 0; earlier < index; earlier += 1) if (points[earlier]?.value === value) known += 1;
  return channelsMoved * Math.log10((index + 2) / (known + 1));
}

/** Whether `value` is still more than half as far from the constant, on the same side, as the first move was. */
export function isAway(value: number, constant: number, moved: number): boolean {
  return (value - constant) / (moved - constant) > 0.5;
}
