// How often a shifted replica is found by its distance from its siblings, and by itself, under one load (detection.md 12).
import { median } from '../../src/agents/anomaly/kernels/order-statistics.ts';
import { createPodPast } from '../../src/agents/anomaly/replicas/pod-past.ts';
import { residualLevel } from '../../src/agents/anomaly/replicas/residual-test.ts';
import { residualsOf } from '../../src/agents/anomaly/replicas/residuals.ts';
import { autocorrelated } from '../../test/builders/signals.ts';

export type Power = { readonly peers: number; readonly raw: number; readonly crossSection: number };

const pastWindows = 288;
const stepMs = 300_000;
const deviations = 3.5;

/** Shares of groups in which the first of `replicas` pods is called odd after a shift of so many own deviations. */
export function powerOf(replicas: number, shift: number, groups: number): Power {
  const found = Array.from({ length: groups }, (_, seed) => oneGroup(replicas, shift, seed));
  const share = (of: keyof Power): number => found.filter((one) => one[of] === 1).length / groups;
  return { peers: share('peers'), raw: share('raw'), crossSection: share('crossSection') };
}

function oneGroup(replicas: number, shift: number, seed: number): Power {
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
  for (let at = 0; at < pastWindows; at += 1) {
    const values = window(0, 100 + 20 * Math.sin((at / pastWindows) * 2 * Math.PI));
    past.push(at * stepMs, residualsOf(values).get('pod-0')?.residual ?? Number.NaN);
    alone.push(at * stepMs, values.get('pod-0') ?? Number.NaN);
  }
  const now = window(shift, 100);
  const residual = residualsOf(now).get('pod-0');
  return {
    peers: isBeyond(past.all(), residual?.residual ?? 0),
    raw: isBeyond(alone.all(), now.get('pod-0') ?? 0),
    crossSection: (residual?.oddness ?? 0) > deviations ? 1 : 0,
  };
}

function isBeyond(past: Float32Array, x: number): 0 | 1 {
  const level = residualLevel(past);
  return level !== null && x - level.location > deviations * level.spread ? 1 : 0;
}
