import { describe, expect, it } from 'vitest';
import { deployment, minuteMs, startMs, shippedSignals } from '../../../../test/builders/signals.ts';
import { aDeployment, aPod, aView, replicaSetOf } from '../../../../test/builders/view.ts';
import type { SignalFinding } from '../../../model/finding.ts';
import { paceOf } from '../../../model/pace.ts';
import type { Sample } from '../../../model/signal.ts';
import type { ClusterView } from '../../../model/view.ts';
import { createSeriesTable } from '../series-table.ts';
import { windowsOf } from '../settings.ts';
import { presenceLane } from './presence-lane.ts';

const names = ['cart', 'orders', 'front'];
const pods = names.flatMap((name) => [1, 2, 3].map((index) => ({ name, pod: `${name}-${index}` })));

/** Three workloads of three pods; `unready` are not ready since the start. */
function viewOf(unready: readonly string[] = [], without: readonly string[] = []): ClusterView {
  const deployments = names.map((name) => aDeployment({ name, replicas: 3 }));
  const sets = deployments.map((one) => replicaSetOf(one, `h-${one.metadata.name}`));
  const made = pods
    .filter(({ pod }) => !without.includes(pod))
    .map(({ name, pod }) =>
      aPod({
        owner: sets[names.indexOf(name)] ?? sets[0] ?? aDeployment(),
        name: pod,
        ready: !unready.includes(pod),
      }),
    );
  return aView({ Deployment: deployments, ReplicaSet: sets, Pod: made });
}

function aLane(view: ClusterView = viewOf()) {
  const pace = paceOf(1);
  const table = createSeriesTable(shippedSignals);
  const lane = presenceLane({
    pace,
    windows: windowsOf(pace),
    signals: shippedSignals,
    slos: [],
    tell: () => undefined,
  });
  let nowMs = startMs;
  const cycle = (silent: readonly string[], now: ClusterView = view): readonly SignalFinding[] => {
    nowMs += minuteMs;
    const samples: Sample[] = pods
      .filter(({ pod }) => !silent.includes(pod))
      .map(({ name, pod }) => ({ key: { signal: 'sli.rps', of: deployment(name), pod }, atMs: nowMs, value: 10 }));
    for (const name of names)
      for (const signal of ['sli.rps', 'sli.err'] as const)
        samples.push({ key: { signal, of: deployment(name) }, atMs: nowMs, value: 1, weight: 100 });
    const observation = { atMs: nowMs, samples, sources: [], missing: [] };
    const fresh = table.note(observation);
    const input = { table, view: now, nowMs, observation, fresh, openFindings: [] };
    lane.prepare?.(input);
    return lane.cycle(input);
  };
  return {
    lane,
    run: (cycles: number, silent: readonly string[], now?: ClusterView) =>
      Array.from({ length: cycles }, () => cycle(silent, now)),
    frozen: (signal: string, name = 'cart') => lane.isFrozen?.(`${signal}@shop/Deployment/${name}`) === true,
  };
}

describe('a silent target', () => {
  it('is told once for its workload after five minutes, as something that is not known', () => {
    const { run } = aLane();
    run(3, []);
    const found = run(8, ['cart-1', 'cart-2']);
    expect(found.slice(0, 4).flat()).toEqual([]);
    expect(found.at(-1)).toHaveLength(1);
    expect(found.at(-1)?.[0]).toMatchObject({
      id: 'presence:application@shop/Deployment/cart',
      severity: 'info',
      level: 'presence',
      value: 2,
      confidence: 'candidate',
    });
    expect(found.at(-1)?.[0]?.sentence).toBe(
      '2 of 3 ready pods of shop/deploy/cart tell nothing of requests for 8 min (cart-1, cart-2): that is not known, not zero, and no sign of their health',
    );
  });

  it('is over when it tells again', () => {
    const { run, lane } = aLane();
    run(3, []);
    run(8, ['cart-1']);
    expect(lane.holds('presence:application@shop/Deployment/cart')).toBe(true);
    expect(run(1, []).flat()).toEqual([]);
  });

  it('is none when the pod is not ready, gone, or never told anything', () => {
    const unready = aLane(viewOf(['cart-1']));
    unready.run(3, []);
    expect(unready.run(10, ['cart-1']).flat()).toEqual([]);
    const gone = aLane();
    gone.run(3, []);
    expect(gone.run(10, ['cart-1'], viewOf([], ['cart-1'])).flat()).toEqual([]);
    expect(aLane().run(12, ['cart-1']).flat()).toEqual([]);
  });

  it('is none while pods cannot be listed', () => {
    const { run } = aLane();
    run(3, []);
    const blind = { ...viewOf(), complete: new Set<never>() };
    expect(run(10, ['cart-1'], blind).flat()).toEqual([]);
  });

  it('freezes sums of its workload at once, and no ratio', () => {
    const { run, frozen } = aLane();
    run(3, []);
    run(1, ['cart-1']);
    expect([frozen('sli.rps'), frozen('sli.err'), frozen('sli.rps', 'orders')]).toEqual([true, false, false]);
    run(1, []);
    expect(frozen('sli.rps')).toBe(false);
  });

  it('has no say in whether a write helped', () => {
    const { lane } = aLane();
    expect(lane.recovered?.('presence:application@shop/Deployment/cart', 0)).toEqual({
      word: 'recovered',
      sentence: '',
    });
    expect(lane.recovered?.('signal:sli.err@shop/Deployment/cart', 0)).toBeNull();
  });
});

describe('a silent source', () => {
  const third = ['cart-1', 'orders-1', 'front-1'];

  it('is one finding in the same cycle, and freezes all that it tells', () => {
    const { run, frozen } = aLane();
    run(3, []);
    const found = run(1, third).at(-1);
    expect(found).toHaveLength(1);
    expect(found?.[0]).toMatchObject({ id: 'presence:source:application', severity: 'info', value: 3 });
    expect(found?.[0]?.sentence).toContain('3 of 9 ready pods (33 %, 3 workloads) tell nothing of requests');
    expect(names.flatMap((name) => [frozen('sli.rps', name), frozen('sli.err', name)]).includes(false)).toBe(false);
    expect(frozen('cpu.usage')).toBe(false);
  });

  it('says nothing of single targets, however long', () => {
    const { run } = aLane();
    run(3, []);
    expect(
      run(20, third)
        .flat()
        .every((one) => one.id === 'presence:source:application'),
    ).toBe(true);
  });

  it('is none when one workload alone is silent, or fewer than a third', () => {
    const { run, frozen } = aLane();
    run(3, []);
    expect(run(1, ['cart-1', 'cart-2', 'cart-3']).flat()).toEqual([]);
    expect(run(1, ['cart-1', 'orders-1']).flat()).toEqual([]);
    expect(frozen('sli.err')).toBe(false);
  });

  it('keeps its age, and thaws when it is whole again', () => {
    const { run, frozen } = aLane();
    run(3, []);
    const found = run(4, third);
    expect(found.at(-1)?.[0]?.firstSeenMs).toBe(found[0]?.[0]?.firstSeenMs);
    run(1, []);
    expect(frozen('sli.err')).toBe(false);
  });
});
