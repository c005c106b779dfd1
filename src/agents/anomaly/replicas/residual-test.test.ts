import { describe, expect, it } from 'vitest';
import { autocorrelated, normal } from '../../../../test/builders/signals.ts';
import { createPodPast } from './pod-past.ts';
import { residualLevel, residualTest } from './residual-test.ts';
import { residualsOf } from './residuals.ts';
import { median } from '../kernels/order-statistics.ts';

const flat = (count: number, value = 0) => Float32Array.from({ length: count }, () => value);
const noisy = (count: number, seed: number) => Float32Array.from({ length: count }, normal(seed));

describe('the test of one replica against its own past', () => {
  it('has nothing to say before twelve windows', () => {
    expect(residualLevel(flat(11))).toBeNull();
    expect(residualLevel(flat(12))).not.toBeNull();
  });

  it('takes a pod that always differed for usual', () => {
    const level = residualLevel(Float32Array.from(noisy(48, 1), (one) => 30 + one));
    expect(level === null ? null : residualTest(31, level, 5, 'both').surprise).toBe(0);
  });

  it('finds a change beyond what matters, on the bad side only', () => {
    const level = residualLevel(noisy(48, 2));
    expect(level === null ? null : residualTest(15, level, 5, 'up')).toMatchObject({
      side: 'up',
      isBad: true,
      exceeded: 48,
    });
    expect(level === null ? 0 : residualTest(15, level, 5, 'up').surprise).toBeGreaterThan(5);
    expect(level === null ? null : residualTest(-15, level, 5, 'up')).toMatchObject({
      isBad: false,
      p: 1,
      surprise: 0,
    });
  });

  it('leaves a sure change alone that is smaller than what matters', () => {
    const level = residualLevel(noisy(48, 3));
    expect(level === null ? null : residualTest(10, level, 12, 'up').surprise).toBeLessThan(0.5);
  });

  it('keeps a scale where a pod never differed at all', () => {
    const level = residualLevel(flat(20));
    expect(level === null ? null : residualTest(0.5, level, 1, 'up').surprise).toBe(0);
    expect(level === null ? 0 : residualTest(2, level, 1, 'up').surprise).toBeGreaterThan(5);
  });

  // Own noise with a memory of .5 a minute under a shared daily load; over 200 groups of 288 windows it found .85, .93 and .96.
  it.each([
    [3, 0.72],
    [5, 0.82],
    [10, 0.86],
  ])(
    'finds four own deviations among %i replicas in at least %d of cases, where the raw series hides them',
    (k, least) => {
      const found = Array.from({ length: 60 }, (_, run) => shiftFound(k, run, 4));
      expect(found.filter((one) => one.peers).length / 60).toBeGreaterThanOrEqual(least);
      expect(found.filter((one) => one.raw).length / 60).toBeLessThanOrEqual(0.02);
    },
  );

  it('finds nothing among replicas of which none is odd', () => {
    expect(Array.from({ length: 60 }, (_, run) => shiftFound(3, run, 0)).filter((one) => one.peers)).toEqual([]);
  });
});

/** Whether the shifted pod lies 3.5 robust deviations from its own past: against its siblings, and alone. */
function shiftFound(replicas: number, seed: number, shift: number): { readonly peers: boolean; readonly raw: boolean } {
  const noises = Array.from({ length: replicas }, (_, pod) => autocorrelated(seed * 100 + pod + 1, 0.5));
  const window = (by: number, load: number): ReadonlyMap<string, number> =>
    new Map(
      noises.map((noise, pod) => [
        `pod-${pod}`,
        median(Array.from({ length: 5 }, () => load + noise() + (pod === 0 ? by : 0))),
      ]),
    );
  const past = createPodPast();
  const alone = createPodPast();
  for (let at = 0; at < 144; at += 1) {
    const values = window(0, 100 + 20 * Math.sin((at / 144) * 2 * Math.PI));
    past.push(at * 300_000, residualsOf(values).get('pod-0')?.residual ?? Number.NaN);
    alone.push(at * 300_000, values.get('pod-0') ?? Number.NaN);
  }
  const now = window(shift, 100);
  return {
    peers: isBeyond(past.all(), residualsOf(now).get('pod-0')?.residual ?? 0),
    raw: isBeyond(alone.all(), now.get('pod-0') ?? 0),
  };
}

function isBeyond(past: Float32Array, x: number): boolean {
  const level = residualLevel(past);
  return level !== null && x - level.location > 3.5 * level.spread;
}
