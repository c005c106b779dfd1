import { describe, expect, it } from 'vitest';
import { deployment, minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { aContainer, aDeployment, aView } from '../../../../test/builders/view.ts';
import type { SignalFinding } from '../../../model/finding.ts';
import { paceOf } from '../../../model/pace.ts';
import type { ClusterView, Revision } from '../../../model/view.ts';
import { createChanges, withChange } from './changes.ts';

const revision = (number: number, tag: string, createdAtMs: number, current: boolean): Revision => ({
  number,
  name: `cart-${tag}`,
  uid: `uid-${tag}`,
  hash: tag,
  template: { spec: { containers: [aContainer({ image: `registry.example/shop/cart:${tag}` })] } },
  createdAtMs,
  replicas: 2,
  readyReplicas: 2,
  current,
});

/** A view in which `tag` is the current of these revisions. */
function viewOf(current: string, version = '1'): ClusterView {
  const settings = { metadata: { name: 'settings', namespace: 'shop', resourceVersion: version } };
  const containers = [aContainer({ envFrom: [{ configMapRef: { name: 'settings' } }] })];
  const view = aView({ Deployment: [aDeployment({ containers })], ConfigMap: [settings] });
  const made = [
    revision(1, 'a', startMs - 5 * 86_400_000, current === 'a'),
    revision(2, 'b', startMs - 20 * minuteMs, current === 'b'),
  ];
  return { ...view, revisionsOf: () => (current === 'first' ? [{ ...revision(1, 'a', 0, true) }] : made) };
}

const finding = (onsetMs: number, over: Partial<SignalFinding> = {}): SignalFinding => ({
  kind: 'signal',
  id: 'signal:sli.err@shop/Deployment/cart',
  of: deployment(),
  severity: 'critical',
  onsetMs,
  firstSeenMs: onsetMs,
  lastSeenMs: onsetMs,
  sentence: '',
  signal: 'sli.err',
  unit: 'ratio',
  value: 0.2,
  baseline: 0,
  band: [0, 0],
  floor: 0.01,
  direction: 'up',
  test: { name: '', stat: 0, df: 0, p: 0, q: 0, windows: 0, exceeded: 0 },
  confidence: 'validated',
  ...over,
});

describe('changes of workloads', () => {
  it('are told by the revisions at the start, with what differs', () => {
    const changes = createChanges(paceOf(1));
    changes.see(viewOf('b'), startMs);
    expect(changes.of(deployment())).toEqual([
      { what: 'rollout', name: 'b', atMs: startMs - 20 * minuteMs, words: ['image of app a → b'] },
    ]);
  });

  it('are none where the first revision runs', () => {
    const changes = createChanges(paceOf(1));
    changes.see(viewOf('first'), startMs);
    expect(changes.newestRollout(deployment())).toBeNull();
  });

  it('take a rollback for what it is: an old revision at a new time', () => {
    const changes = createChanges(paceOf(1));
    changes.see(viewOf('b'), startMs);
    changes.see(viewOf('a'), startMs + minuteMs);
    expect(changes.newestRollout(deployment())).toEqual({
      what: 'rollout',
      name: 'a',
      atMs: startMs + minuteMs,
      words: ['image of app b → a'],
    });
  });

  it('date a rollout by the time that its revision was made', () => {
    const changes = createChanges(paceOf(1));
    changes.see(viewOf('a'), startMs - 21 * minuteMs);
    changes.see(viewOf('b'), startMs - 19 * minuteMs);
    expect(changes.newestRollout(deployment())?.atMs).toBe(startMs - 20 * minuteMs);
  });

  it('see a ConfigMap that the workload reads change, once', () => {
    const changes = createChanges(paceOf(1));
    changes.see(viewOf('first', '1'), startMs);
    changes.see(viewOf('first', '2'), startMs + minuteMs);
    changes.see(viewOf('first', '2'), startMs + 2 * minuteMs);
    expect(changes.of(deployment())).toEqual([
      { what: 'config', name: 'settings', atMs: startMs + minuteMs, words: ['ConfigMap settings changed'] },
    ]);
  });

  it('keep eight, and none of workloads that are gone', () => {
    const changes = createChanges(paceOf(1));
    for (let turn = 0; turn < 12; turn += 1) changes.see(viewOf('first', String(turn)), startMs + turn * minuteMs);
    expect(changes.of(deployment())).toHaveLength(8);
    changes.see(aView({}), startMs + 20 * minuteMs);
    expect(changes.of(deployment())).toEqual([]);
  });
});

describe('a finding', () => {
  const changes = createChanges(paceOf(1));
  changes.see(viewOf('b'), startMs);
  const rolloutMs = startMs - 20 * minuteMs;

  it('carries the change that it began after, with its words', () => {
    const told = withChange(finding(rolloutMs + 4 * minuteMs), changes);
    expect(told.change).toEqual({ what: 'rollout', name: 'b', atMs: rolloutMs });
    expect(told.notes).toEqual(['rollout b: image of app a → b']);
  });

  it.each([
    ['later than half an hour', rolloutMs + 31 * minuteMs],
    ['before it', rolloutMs - 2 * minuteMs],
  ])('carries none when it began %s', (_when, onsetMs) => {
    expect(withChange(finding(onsetMs), changes).change).toBeUndefined();
  });

  it('of a trend counts from where it may have begun', () => {
    const trend = finding(startMs + 300 * minuteMs, { onsetRangeMs: [rolloutMs + minuteMs, startMs + 300 * minuteMs] });
    expect(withChange(trend, changes).change?.name).toBe('b');
  });

  it('keeps the change that it already carries, and silence carries none', () => {
    const known = { what: 'config', name: 'x', atMs: 1 } as const;
    expect(withChange(finding(rolloutMs, { change: known }), changes).change).toBe(known);
    expect(withChange(finding(rolloutMs, { level: 'presence' }), changes).change).toBeUndefined();
  });
});
