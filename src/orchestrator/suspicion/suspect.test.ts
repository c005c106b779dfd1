import { describe, expect, it } from 'vitest';
import { aCall, aView, aWorkload, aTemplate, deployment } from '../../diagnosis/testing/view.ts';
import type { NearMiss, Suspicion } from '../../model/suspicion.ts';
import type { Reasoner } from '../reasoner.ts';
import { playbook } from '../playbook/playbook.ts';
import { aRig, type Outside } from '../testing/rig.ts';
import { digestOf, shapeOf, type Digest } from './digest.ts';
import { afterTest, intervalOf, noRecord, precisionOf } from './record.ts';

const web = deployment('web');
const cart = deployment('cart');
const missOf = (of: NearMiss['of'], signal: NearMiss['signal']): NearMiss => ({
  of,
  signal,
  value: 1,
  usual: [0.2, 0.4],
  effects: 0.8,
  sentence: `${signal} 1, usual 0.2–0.4`,
});
const together = [missOf(web, 'sli.latency'), missOf(web, 'cpu.usage')];
const claim: Suspicion = { of: web, signals: ['sli.latency', 'cpu.usage'], why: 'both rose' };

function suspicious(claims: readonly Suspicion[], shown: Digest[] = []): Reasoner {
  return {
    ...playbook,
    name: 'model-x',
    suspect: (digest) => {
      shown.push(digest);
      return Promise.resolve(claims);
    },
  };
}
const rigWith = (more: Partial<Outside>) => aRig({ nearMisses: together, ...more });

describe('suspicions in a cycle', () => {
  it('reach the anomaly agent, and their test is told in the journal', async () => {
    const shown: Digest[] = [];
    const rig = rigWith({ reasoner: suspicious([claim], shown) });
    await rig.run(1);
    expect(shown.map((one) => one.misses)).toEqual([together]);
    expect(rig.outside.suspected).toEqual([claim]);
    rig.outside.suspicionsEnded.push({ suspicion: claim, result: 'refuted', sentence: 'they reach 1.2' });
    await rig.run(1);
    expect(rig.events.find((one) => one.body.kind === 'suspicion.raised')?.body).toEqual({
      kind: 'suspicion.raised',
      leader: 'model-x',
      claim: 'cpu.usage, sli.latency of shop/deploy/web moved together',
      result: 'refuted',
      sentence: 'they reach 1.2',
      why: 'both rose',
    });
  });

  it('are asked for once about the same picture, however long it stays', async () => {
    const shown: Digest[] = [];
    const rig = rigWith({ reasoner: suspicious([], shown) });
    await rig.run(30);
    expect(shown).toHaveLength(1);
  });

  it('are asked for again about another picture, ten cycles later', async () => {
    const shown: Digest[] = [];
    const rig = rigWith({ reasoner: suspicious([], shown) });
    await rig.run(1);
    rig.outside.nearMisses = [...together, missOf(web, 'memory.share')];
    await rig.run(5);
    expect(shown).toHaveLength(1);
    await rig.run(6);
    expect(shown).toHaveLength(2);
  });

  it('are asked for ever less often when none of them holds', async () => {
    const shown: Digest[] = [];
    const rig = rigWith({ reasoner: suspicious([claim], shown) });
    const signals = ['memory.share', 'restarts', 'ready', 'sli.err', 'sli.rps'] as const;
    for (let cycle = 0; cycle < 120; cycle += 1) {
      rig.outside.nearMisses = [...together, missOf(cart, signals[cycle % 5] ?? 'ready'), missOf(cart, 'cpu.usage')];
      if (rig.outside.suspected.splice(0).length > 0)
        rig.outside.suspicionsEnded.push({ suspicion: claim, result: 'refuted', sentence: '' });
      await rig.run(1);
    }
    expect(shown.length).toBeLessThanOrEqual(7);
    expect(shown.length).toBeGreaterThanOrEqual(5);
  });

  it('are not asked for where one signal alone moved, or where the leader raises none', async () => {
    const shown: Digest[] = [];
    const lonely = rigWith({ nearMisses: together.slice(0, 1), reasoner: suspicious([claim], shown) });
    await lonely.run(3);
    const byRules = rigWith({});
    await byRules.run(3);
    expect(shown).toEqual([]);
    expect(byRules.outside.suspected).toEqual([]);
  });

  it('that never come leave the cycle as it was', async () => {
    const rig = rigWith({ reasoner: { ...suspicious([]), suspect: () => new Promise(() => undefined) } });
    await rig.run(15);
    expect(rig.outside.faults).toEqual([]);
  });

  it('that fail are a fault that is reported, and asked for again later', async () => {
    const rig = rigWith({ reasoner: { ...suspicious([]), suspect: () => Promise.reject(new Error('broken')) } });
    await rig.run(2);
    expect(rig.outside.faults).toHaveLength(1);
  });
});

describe('the digest', () => {
  const template = aTemplate({ containers: [] });
  const view = aView({ workloads: [aWorkload(web, template), aWorkload(cart, template)], calls: [aCall(web, cart)] });

  it('joins what calls each other', () => {
    const digest = digestOf([missOf(web, 'sli.latency'), missOf(cart, 'cpu.usage')], view, 0, []);
    expect(digest?.calls).toEqual([{ caller: 'shop/deploy/web', callee: 'shop/deploy/cart' }]);
  });

  it('has the same shape whatever the numbers and their order are', () => {
    const one = digestOf(together, view, 0, []);
    const other = digestOf(
      together.toReversed().map((miss) => ({ ...miss, value: 2 })),
      view,
      60_000,
      [],
    );
    expect(one === null ? 'none' : shapeOf(one)).toBe(other === null ? '' : shapeOf(other));
  });
});

describe('the record of suspicions', () => {
  it('doubles the time between questions for each miss beyond three, and forgives at a hit', () => {
    const missed = (times: number) =>
      Array.from({ length: times }).reduce<typeof noRecord>((record) => afterTest(record, 'refuted'), noRecord);
    expect([0, 3, 4, 6, 40].map((times) => intervalOf(missed(times), 10))).toEqual([10, 10, 20, 80, 640]);
    expect(intervalOf(afterTest(missed(9), 'confirmed'), 10)).toBe(10);
  });

  it('counts precision over what was tested', () => {
    expect(precisionOf(noRecord)).toBeNull();
    const record = afterTest(afterTest(afterTest(noRecord, 'confirmed'), 'refuted'), 'not testable');
    expect(precisionOf(record)).toBe(0.5);
    expect(record.notTestable).toBe(1);
  });
});
