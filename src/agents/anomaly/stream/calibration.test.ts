import { describe, expect, it } from 'vitest';
import { channels, type Channel } from './layout.ts';
import { autoregressive, normal, points, promised } from './testing/series.ts';

const days = 10;
const seeds = [7919, 15_838, 23_757, 31_676];

/** Realised over promised rate at one in a thousand, by channel, averaged over seeds. */
function ratios(law: (seed: number) => (index: number) => number): Readonly<Record<Channel, number>> {
  const runs = seeds.map((seed) => promised(points(days * 1440, law(seed))));
  const mean = (channel: Channel): number => runs.reduce((sum, run) => sum + run[channel] / runs.length, 0);
  return {
    med: mean('med'),
    env: mean('env'),
    mean: mean('mean'),
    vr: mean('vr'),
    last: mean('last'),
    cus: mean('cus'),
  };
}

describe('each channel keeps its promise of one in a thousand', () => {
  it('within a factor of two on white noise', () => {
    const realised = ratios(normal);
    for (const channel of channels) {
      expect.soft(realised[channel], channel).toBeGreaterThan(0.5);
      expect.soft(realised[channel], channel).toBeLessThan(2);
    }
  });

  it.each<[string, (seed: number) => (index: number) => number]>([
    ['noise that remembers ten minutes', (seed) => autoregressive(seed, 0.9)],
    ['noise that remembers hours', (seed) => autoregressive(seed, 0.99)],
    ['skewed noise', (seed) => lognormal(seed)],
    ['heavy tails', (seed) => student(seed)],
    ['a daily season', (seed) => seasonal(seed)],
  ])('never more than three times on %s', (_, law) => {
    const realised = ratios(law);
    for (const channel of channels) expect.soft(realised[channel], channel).toBeLessThan(3);
  });
});

function lognormal(seed: number): () => number {
  const noise = normal(seed);
  return () => Math.exp(0.8 * noise());
}

/** Student's t with three degrees of freedom. */
function student(seed: number): () => number {
  const noise = normal(seed);
  return () => noise() / Math.sqrt((noise() ** 2 + noise() ** 2 + noise() ** 2) / 3);
}

function seasonal(seed: number): (index: number) => number {
  const noise = autoregressive(seed, 0.8);
  return (index) => 3 * Math.sin((2 * Math.PI * index) / 1440) + noise();
}
