import { describe, expect, it } from 'vitest';
import { aDeployment, aPod, atMs, aView, replicaSetOf } from '../../../test/builders/view.ts';
import type { History } from '../../model/signal.ts';
import { catalogue } from './catalogue.ts';
import { measures } from './measures.ts';
import { type RangeRow, rowLabels } from './metrics-source.ts';
import { pastOf } from './past.ts';

const dayMs = 86_400_000;
const stepMs = 900_000;
const replicas = 3;
const cart = aDeployment({ replicas });
const cpu = measures.filter(({ id }) => id === 'cpu');
const signals = catalogue.filter(({ id }) => id === 'cpu.usage');
/** A stretch of an hour that ended so many days ago. */
const endedAt = (days: number) => ({ fromMs: atMs - days * dayMs - 3 * stepMs, stepMs, length: 4, windowMs: 120_000 });

const row = (labels: Parameters<typeof rowLabels>[0], days: number): RangeRow => ({
  labels: rowLabels({ namespace: 'shop', ...labels }),
  points: [0, 1, 2, 3].map((at) => ({ atMs: endedAt(days).fromMs + at * stepMs, value: 0.4 })),
});

/** The past of CPU that ended so many days ago, of pods of these ages in days, seen by these rows. */
function past(days: number, ages: readonly number[], rows: readonly RangeRow[]): History[] {
  const owner = replicaSetOf(cart);
  const pods = ages.map((age, at) => aPod({ owner, name: `cart-${at}`, startMs: atMs - age * dayMs }));
  const view = aView({ Deployment: [cart], ReplicaSet: [owner], Pod: pods });
  return pastOf(
    view,
    cpu.map((one) => [one, rows] as const),
    signals,
    endedAt(days),
  );
}
const levels = (histories: readonly History[]): readonly number[] =>
  histories.flatMap(({ points }) => points.map(({ value }) => Math.round(10 * value) / 10));

describe('the past of a workload whose pods of then are not known', () => {
  it('is nothing where younger pods stand in the place of some', () => {
    expect(past(20, [40, 5, 5], [row({ pod: 'cart-0' }, 20)])).toEqual([]);
  });

  it('is what its pods add up to where all of them lived then', () => {
    const rows = [0, 1, 2].map((at) => row({ pod: `cart-${at}` }, 20));
    expect(levels(past(20, [40, 40, 40], rows))).toEqual([1.2, 1.2, 1.2, 1.2]);
  });

  it('needs no pod that a rollout makes beside those that are wanted', () => {
    const rows = [0, 1, 2].map((at) => row({ pod: `cart-${at}` }, 20));
    expect(levels(past(20, [40, 40, 40, 0], rows))).toEqual([1.2, 1.2, 1.2, 1.2]);
  });

  it('knows a pod that came back under its own name', () => {
    const rows = [0, 1, 2].map((at) => row({ pod: `cart-${at}` }, 20));
    expect(levels(past(20, [40, 5, 5], rows))).toEqual([1.2, 1.2, 1.2, 1.2]);
  });

  it('asks no pod for a measure that it never had', () => {
    expect(levels(past(20, [40, 40, 40], [row({ pod: 'cart-0' }, 20)]))).toEqual([0.4, 0.4, 0.4, 0.4]);
  });

  it('is whole where the source knows the owner, whatever became of the pods', () => {
    const rows = [row({ workload: 'cart', workloadType: 'deployment' }, 20)];
    expect(levels(past(20, [5, 5, 5], rows))).toEqual([0.4, 0.4, 0.4, 0.4]);
  });
});
