// How unusual a count is when counts of this kind come at a rate that is itself only known from earlier counts.
import { incompleteBeta } from './student-t.ts';

/** Gamma belief about a rate: `shape` events seen in `exposure` units of time. */
export type RateBelief = { readonly shape: number; readonly exposure: number };

/** Half an event in half a day: what is believed of a rate nobody has counted (detection.md 6.3), in minutes. */
export const priorRate: RateBelief = { shape: 0.5, exposure: 720 };

/** P(at least `count` events in `exposure`), negative binomial: the chance of a Poisson count whose rate follows the belief. */
export function countTail(count: number, exposure: number, belief: RateBelief): number {
  if (count <= 0) return 1;
  return incompleteBeta(count, belief.shape, exposure / (belief.exposure + exposure));
}

/** What is believed after `count` events in `exposure`. */
export function rateFrom(count: number, exposure: number): RateBelief {
  return { shape: priorRate.shape + count, exposure: priorRate.exposure + exposure };
}
