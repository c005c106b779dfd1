import { describe, expect, it } from 'vitest';
import {
  aRig,
  dayMs,
  deployment,
  type Level,
  minuteMs,
  raised,
  type Series,
  startMs,
} from '../../../test/builders/signals.ts';
import { aContainer, aDeployment, aPod, aView, replicaSetOf } from '../../../test/builders/view.ts';
import type { Sample } from '../../model/signal.ts';
import type { ClusterView, Revision } from '../../model/view.ts';

const id = 'signal:sli.latency@shop/Deployment/cart';
const latency = (level: Level): Series => ({ signal: 'sli.latency', level });

/** The workload whose second revision was made at this time. */
function viewWithRollout(rolloutMs: number): ClusterView {
  const view = aView({ Deployment: [aDeployment()] });
  const revision = (number: number, tag: string, createdAtMs: number): Revision => ({
    number,
    name: `cart-${tag}`,
    uid: tag,
    hash: tag,
    template: { spec: { containers: [aContainer({ image: `cart:${tag}` })] } },
    createdAtMs,
    replicas: 2,
    readyReplicas: 2,
    current: tag === 'b',
  });
  return { ...view, revisionsOf: () => [revision(1, 'a', startMs - 30 * dayMs), revision(2, 'b', rolloutMs)] };
}

describe('a deviation after a rollout', () => {
  it('carries the rollout that it began after', () => {
    const rolloutMs = startMs + 5 * minuteMs;
    const rig = aRig([latency(() => 0.18)], { view: viewWithRollout(rolloutMs) });
    rig.run(5, [latency(() => 0.18)]);
    const [finding] = rig.run(25, [latency(() => 0.9)]).at(-1)?.findings ?? [];
    expect(finding?.id).toBe(id);
    expect(finding?.kind === 'signal' && finding.change).toEqual({ what: 'rollout', name: 'b', atMs: rolloutMs });
  });

  it('stays measured against the level before the rollout while it is worse', () => {
    const rolloutMs = startMs + 5 * minuteMs;
    const rig = aRig([latency(() => 0.18)], { view: viewWithRollout(rolloutMs) });
    rig.run(20, [latency(() => 0.18)]);
    rig.run(1500, [latency(() => 0.24)]);
    expect(rig.agent.book().usual('sli.latency', deployment())?.median).toBeCloseTo(0.18, 3);
  });

  it('is measured against the new level once a day has shown that it is no worse', () => {
    const rig = aRig([latency(() => 0.18)], { view: viewWithRollout(startMs + 5 * minuteMs) });
    rig.run(1500, [latency(() => 0.19)]);
    const usual = rig.agent.book().usual('sli.latency', deployment());
    expect(usual?.high).toBeCloseTo(0.19, 3);
  });
});

describe('a workload of which a ready pod tells nothing', () => {
  const owner = aDeployment({ replicas: 3 });
  const set = replicaSetOf(owner);
  const pods = [1, 2, 3].map((index) => aPod({ owner: set, name: `cart-${index}` }));
  const view = aView({ Deployment: [owner], ReplicaSet: [set], Pod: pods });
  const usual: Series = { signal: 'sli.rps', level: () => 300 };

  /** Requests of the workload are the sum over the pods that tell them. */
  const cycles = (silent: readonly string[], gone: boolean): string[] => {
    const rig = aRig([usual], { view });
    const now = gone ? aView({ Deployment: [owner], ReplicaSet: [set], Pod: pods.slice(1) }) : view;
    const assess = (minute: number, without: readonly string[], at: ClusterView) => {
      const atMs = startMs + minute * minuteMs;
      const told = pods.map((one) => one.metadata.name).filter((name) => !without.includes(name));
      const key = { signal: 'sli.rps', of: deployment() } as const;
      const samples: Sample[] = told.map((pod) => ({ key: { ...key, pod }, atMs, value: 100 }));
      samples.push({ key, atMs, value: 100 * told.length });
      return rig.agent.assess({ atMs, samples, sources: [], missing: [] }, at);
    };
    const before = Array.from({ length: 10 }, (_, index) => assess(index + 1, [], view));
    const after = Array.from({ length: 20 }, (_, index) => assess(index + 11, silent, now));
    return raised([...before, ...after]);
  };

  it('has lost no traffic: the sum is not whole, and the silence is told as such', () => {
    expect(cycles(['cart-1'], false)).toEqual(['presence:application@shop/Deployment/cart']);
  });

  it('has lost traffic when the pod is gone', () => {
    expect(cycles(['cart-1'], true)).toEqual(['signal:sli.rps@shop/Deployment/cart']);
  });
});
