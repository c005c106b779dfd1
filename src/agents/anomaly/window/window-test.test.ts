import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal, shippedSignals } from '../../../../test/builders/signals.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import { type Level, levelOf, windowTest } from './window-test.ts';

const days = 7;
const windowsPerDay = 19;
const texture = { range: 0, quantum: 0 };

/** Half a unit matters, on both sides, wherever the level lies. */
const traits: readonly SignalTraits[] = shippedSignals
  .slice(0, 1)
  .map((one) => ({ ...one, direction: 'both', floor: { absolute: 0.5, relative: 1 } }));

const aLevel = (draw: () => number): Level[] =>
  traits.map((one) => {
    const values = Float64Array.from({ length: days * windowsPerDay }, draw);
    const daysBack = Uint8Array.from(values, (_, index) => 1 + Math.floor(index / windowsPerDay));
    const chosen = [1, 2, 3, 4, 5, 6, 7];
    return levelOf({ values, daysBack, chosen, like: [], excursions: () => [], days, weaker: 0 }, texture, one, 0);
  });

const tested = (level: Level, x: number) => traits.map((one) => windowTest(x, level, one, 0));

/** Sums of `shape` waits: skewed to the right, with mean `shape`. */
const waits = (seed: number, shape: number): (() => number) => {
  const next = normal(seed);
  return () => Array.from({ length: shape }, () => (next() ** 2 + next() ** 2) / 2).reduce((sum, one) => sum + one, 0);
};

const skewed = (seed: number): Level[] => aLevel(waits(seed, 1));
const even = (seed: number): Level[] => {
  const next = normal(seed);
  return aLevel(() => 50 + next());
};

/** How often a value on the edge of what does not matter is called surprising. */
const rateOnTheEdge = (levels: readonly Level[], draw: () => number, surprise: number): number => {
  const found = levels.flatMap((level) => Array.from({ length: 400 }, () => tested(level, draw() + 0.5)).flat());
  return found.filter((one) => one.side === 'up' && one.surprise >= surprise).length / found.length;
};

describe('the window test', () => {
  it('counts in standard errors between days where both sides stray alike', () => {
    const [level] = even(1).map((one): Level => ({ ...one, location: 50, sides: { up: 1, down: 1 } }));
    const [test] = level === undefined ? [] : tested(level, 54);
    expect(test?.t).toBeCloseTo((54 - 50 - 0.5) / Math.sqrt(1 + 1 / days), 10);
  });

  it('asks more of a value above where usual values stray further above than below', () => {
    const [level] = even(1).map((one): Level => ({ ...one, location: 50, sides: { up: 1, down: 0.6 } }));
    const [up, down] = level === undefined ? [] : [tested(level, 56)[0], tested(level, 44)[0]];
    expect(up?.t).toBeLessThan((56 - 50 - 0.5) / Math.sqrt(1 + 1 / days));
    expect(up?.t).toBeGreaterThan(2);
    expect(down?.t).toBeCloseTo((50 - 44 - 0.5) / (0.6 * Math.sqrt(1 + 1 / days)), 10);
  });

  it('takes no long tail below, where there is an end', () => {
    const [level] = even(1).map((one): Level => ({ ...one, location: 50, sides: { up: 0.6, down: 1 } }));
    const [down] = level === undefined ? [] : tested(level, 44);
    expect(down?.t).toBeCloseTo((50 - 44 - 0.5) / Math.sqrt(1 + 1 / days), 10);
  });

  it('has no step where even becomes skewed', () => {
    const at = (up: number): number[] =>
      even(1)
        .map((one): Level => ({ ...one, location: 50, sides: { up, down: 1 } }))
        .flatMap((level) => tested(level, 53).map((one) => one.t));
    expect(at(1.021)[0]).toBeCloseTo(at(1.019)[0] ?? Number.NaN, 1);
  });

  it('is at zero on the edge of what does not matter, and grows with the distance, however skewed', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 20, noNaN: true }),
        fc.double({ min: 0.02, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (up, down, further) => {
          for (const level of even(2).map((one): Level => ({ ...one, location: 50, sides: { up, down } }))) {
            const [edge, beyond] = [tested(level, 50.5)[0], tested(level, 50.5 + further)[0]];
            expect(edge?.t).toBeCloseTo(0, 6);
            expect(beyond?.t).toBeGreaterThan(edge?.t ?? Number.NaN);
          }
        },
      ),
    );
  });

  it('calls skewed noise surprising hardly more often than it promises', () => {
    const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((seed) => skewed(seed));
    expect(rateOnTheEdge(levels, waits(99, 1), 2)).toBeLessThan(0.02);
    expect(rateOnTheEdge(levels, waits(98, 1), 3)).toBeLessThan(0.003);
  });
});
