// How often the window test of tier two is surer than it promises, at the edge of what it calls no change.
import { createMarks, marksPerDay, slotOf } from '../../src/agents/anomaly/past/marks.ts';
import { referencesAt } from '../../src/agents/anomaly/past/references.ts';
import { levelOf, windowTest } from '../../src/agents/anomaly/window/window-test.ts';
import { median } from '../../src/agents/anomaly/kernels/order-statistics.ts';
import type { SignalTraits } from '../../src/model/signal-traits.ts';
import { createChance } from '../detect/chance.ts';
import type { Noise } from './noise.ts';

/** Wednesday, noon, a week into the past that is learned. */
const nowMs = Date.UTC(2026, 5, 10, 12, 0);
const reach = 9;
const minutesPerMark = 5;
const days = 8;

/** Realised over promised at one in a thousand: where nothing changed, and where the change is just as large as may be. */
export type Rates = { readonly unchanged: number; readonly edge: number };

const promised = 0.001;

/** Each day is its own run of the noise. */
export function windowRate(noise: Noise, trials: number, seed: number, traits: SignalTraits): Rates {
  const chance = createChance(seed);
  const floor = traits.floor.absolute;
  let unchanged = 0;
  let edge = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const marks = createMarks();
    const centre = slotOf(nowMs);
    for (let back = days; back >= 1; back -= 1) {
      const next = noise.make(Math.floor(chance.next() * 2 ** 31));
      for (let slot = centre - reach; slot <= centre + reach; slot += 1)
        marks.set(slot - back * marksPerDay, fiveOf(next, slot * minutesPerMark));
    }
    const references = referencesAt(marks, nowMs);
    if (references === null) throw new Error('nothing was learned');
    const level = levelOf(references, marks.texture(), traits, 0);
    const now = noise.make(Math.floor(chance.next() * 2 ** 31));
    const x = fiveOf(now, centre * minutesPerMark);
    if (windowTest(x, level, traits, 0).p <= promised) unchanged += 1;
    if (windowTest(x + floor, level, traits, 0).p <= promised) edge += 1;
  }
  return { unchanged: unchanged / trials / promised, edge: edge / trials / promised };
}

function fiveOf(next: (minute: number) => number, minute: number): number {
  return median([0, 1, 2, 3, 4].map((after) => next(minute + after)));
}
