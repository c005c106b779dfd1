import { describe, expect, it } from 'vitest';
import { anEnded, aPod, atMs, aView } from '../../../test/builders/view.ts';
import { paceOf } from '../../model/pace.ts';
import { createFactFindings } from './fact-findings.ts';
import { base, context, deployment, factsOf, healthy, replicas } from './facts/testing/one-look.ts';

describe('the life of a fact', () => {
  const crashing = aPod({
    owner: replicas,
    name: 'cart-aaa-2',
    ready: false,
    statuses: [anEnded({ reason: 'Error', exitCode: 1, agoMs: 9_000, restarts: 4 })],
  });
  const bad = (nowMs: number) => context(aView({ ...base, Pod: [healthy, crashing] }, nowMs));
  const good = (nowMs: number) => context(aView({ ...base, Pod: [healthy] }, nowMs));

  it('keeps its first time and ends after a whole cycle without it', () => {
    const facts = createFactFindings();
    facts.cycle(bad(atMs));
    expect(facts.cycle(bad(atMs + 60_000))[0]).toMatchObject({ firstSeenMs: atMs, lastSeenMs: atMs + 60_000 });
    expect(facts.cycle(good(atMs + 61_000))).toHaveLength(1);
    expect(facts.cycle(good(atMs + 122_000))).toEqual([]);
  });

  it('does not end because pods cannot be listed', () => {
    const facts = createFactFindings();
    facts.cycle(bad(atMs));
    const blind = (ms: number) => context(aView({ Deployment: [deployment] }, ms, ['Pod']));
    facts.cycle(blind(atMs + 60_000));
    expect(facts.cycle(blind(atMs + 180_000))).toHaveLength(1);
  });

  it('throws for no object that lacks its status', () => {
    const bare = { metadata: { name: 'bare', namespace: 'shop' } };
    const view = aView({
      Pod: [bare],
      Deployment: [bare],
      StatefulSet: [bare],
      Service: [bare],
      Event: [{ metadata: { name: 'e' }, involvedObject: {} }],
      Node: [bare],
    });
    expect(() => factsOf(view)).not.toThrow();
  });

  it('divides its windows on the lab', () => {
    const pod = aPod({ owner: replicas, name: 'cart-aaa-1', ready: false, sinceMs: atMs - 4_000 });
    expect(factsOf(aView({ ...base, Pod: [healthy, pod] }), { pace: paceOf(20) }).map((one) => one.fact)).toEqual([
      'not-ready',
    ]);
  });
});
