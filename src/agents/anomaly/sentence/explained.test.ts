import { describe, expect, it } from 'vitest';
import { aRig, deployment, minuteMs, normal, type Series } from '../../../../test/builders/signals.ts';
import { aDeployment, aPod, aView, replicaSetOf, time } from '../../../../test/builders/view.ts';
import type { Finding, SignalFinding } from '../../../model/finding.ts';

const of = deployment();
const noise = normal(1);
const usual: Series = { signal: 'sli.latency', of, level: () => 0.18 + 0.004 * noise() };
const slow: Series = { signal: 'sli.latency', of, level: () => 0.9 + 0.004 * noise() };
const fromMs = Date.UTC(2026, 5, 9, 14, 0);

/** The cart with a former revision of nine days ago and one that was made at this time. */
const rolledOut = (atMs: number) => {
  const cart = aDeployment({ name: 'cart' });
  const made = (hash: string, revision: number, ms: number) => {
    const set = replicaSetOf(cart, hash, revision);
    return { ...set, metadata: { ...set.metadata, creationTimestamp: time(ms) } };
  };
  const current = made('7c9f', 2, atMs);
  return aView({
    Deployment: [cart],
    ReplicaSet: [made('aaa', 1, fromMs - 9 * 86_400_000), current],
    Pod: [aPod({ owner: current, name: 'cart-1' }), aPod({ owner: current, name: 'cart-2' })],
  });
};

const first = (findings: readonly Finding[] | undefined): SignalFinding => {
  const found = findings?.find((one) => one.kind === 'signal');
  if (found === undefined) throw new Error('no signal was found');
  return found;
};

describe('a finding that explains itself', () => {
  it('carries the whole sentence beside the short one, its notes, and points that reach past its onset', () => {
    const rig = aRig([usual]);
    rig.run(60, [usual]);
    const finding = first(rig.run(8, [slow]).at(-1)?.findings);
    expect(finding.sentence).toMatch(/^p99 [89]\d\d ms, usual 1[78]\d ms$/);
    expect(finding.explanation).toMatch(
      /^p99 of shop\/cart is 9\d\d ms since 15:0\d UTC.*; normal for this hour on workdays is/,
    );
    expect(finding.explanation).toMatch(/outside all \d+; q (=|<) \S+\.$/);
    expect(finding.notes?.at(-1)).toMatch(/^closes after 10 cycles/);
    const chart = finding.chart ?? [];
    expect(chart.length).toBeLessThanOrEqual(120);
    expect(chart[0]?.[0]).toBeLessThan(finding.onsetMs - 30 * minuteMs);
    expect(chart.at(-1)).toEqual([rig.nowMs(), expect.closeTo(0.9, 1)]);
    expect(chart.map(([atMs]) => atMs)).toEqual(chart.map(([atMs]) => atMs).toSorted((left, right) => left - right));
  });

  it('draws what was learned where the process has only just started', () => {
    const rig = aRig([usual]);
    const chart = first(rig.run(8, [slow]).at(-1)?.findings).chart ?? [];
    expect(chart[0]?.[0]).toBeLessThan(fromMs - 60 * minuteMs);
    expect(chart[0]?.[1]).toBeCloseTo(0.18, 1);
  });

  it('persists after a day, and closes all the same once it is over', () => {
    const rig = aRig([usual]);
    rig.run(60, [usual]);
    const held = rig.run(25 * 60, [slow]);
    expect(first(held.at(60)?.findings).persisting).toBeUndefined();
    const kept = first(held.at(-1)?.findings);
    expect(kept.persisting).toBe(true);
    expect(kept.notes?.[0]).toMatch(/^persisting: open for more than a day; nothing of it is learned/);
    expect(rig.run(30, [usual]).at(-1)?.findings).toEqual([]);
  });

  it('names the rollout that came shortly before it', () => {
    const rig = aRig([usual], { view: rolledOut(fromMs + 54 * minuteMs) });
    rig.run(60, [usual]);
    const finding = first(rig.run(12, [slow]).at(-1)?.findings);
    expect(finding.change).toEqual({ what: 'rollout', name: '7c9f', atMs: fromMs + 54 * minuteMs });
    expect(finding.explanation).toMatch(/began \d+ min after rollout 7c9f\.$/);
  });

  it('names no rollout of hours ago, and none that came after it', () => {
    const old = aRig([usual], { view: rolledOut(fromMs - 5 * 60 * minuteMs) });
    const late = aRig([usual], { view: rolledOut(fromMs + 65 * minuteMs) });
    old.run(60, [usual]);
    late.run(60, [usual]);
    expect(first(old.run(8, [slow]).at(-1)?.findings).change).toBeUndefined();
    expect(first(late.run(20, [slow]).at(-1)?.findings).change).toBeUndefined();
  });
});
