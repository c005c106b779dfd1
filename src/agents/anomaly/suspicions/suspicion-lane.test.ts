import { describe, expect, it } from 'vitest';
import {
  aRig,
  autocorrelated,
  deployment,
  normal,
  raised,
  type Level,
  type Rig,
  type Series,
} from '../../../../test/builders/signals.ts';
import type { Suspicion, TestedSuspicion } from '../../../model/suspicion.ts';

const cart = deployment('cart');
const claim: Suspicion = {
  of: cart,
  signals: ['sli.latency', 'cpu.throttling', 'memory.share', 'cpu.usage'],
  why: 'they rose together after the call rate of a neighbour changed',
};

/** Four signals of one workload; `share` of the least effect of each is added. */
function world(seed: number, share: number): readonly Series[] {
  const noise = Array.from({ length: 4 }, (_, at) => autocorrelated(seed * 10 + at, 0.5));
  const level =
    (at: number, usual: number, width: number, effect: number): Level =>
    () =>
      usual + width * (noise[at]?.() ?? 0) + share * effect;
  return [
    { signal: 'sli.latency', of: cart, level: level(0, 0.15, 0.003, 0.05) },
    { signal: 'cpu.throttling', of: cart, level: level(1, 0.04, 0.003, 0.05) },
    { signal: 'memory.share', of: cart, level: level(2, 0.5, 0.003, 0.05) },
    { signal: 'cpu.usage', of: cart, level: level(3, 0.3, 0.006, 0.1) },
  ];
}
function tested(rig: Rig, series: readonly Series[], cycles: number): TestedSuspicion[] {
  return Array.from({ length: cycles }, () => {
    rig.run(1, series);
    return rig.agent.suspicionsEnded();
  }).flat();
}

describe('a suspicion', () => {
  it('of several signals that are off together, each below its bar, becomes a finding', () => {
    const rig = aRig(world(1, 0));
    const off = world(2, 0.85);
    expect(raised(rig.run(20, off))).toEqual([]);
    rig.agent.suspect([claim]);
    const results = tested(rig, off, 6);
    expect(results.map((one) => one.result)).toEqual(['confirmed']);
    const [finding] = rig.run(1, off).at(-1)?.findings ?? [];
    expect(finding).toMatchObject({
      id: 'suspicion:shop/Deployment/cart cpu.throttling cpu.usage memory.share sli.latency',
      kind: 'signal',
      confidence: 'validated',
      test: { family: 'suspicions of a day', m: 1 },
    });
    expect(finding?.sentence).toMatch(/^4 signals of shop\/deploy\/cart are off together: /);
    expect(rig.agent.suspicionsEnded()).toEqual([]);
  });

  it('ends its finding once the signals are back for ten cycles', () => {
    const rig = aRig(world(1, 0));
    rig.run(5, world(2, 0.85));
    rig.agent.suspect([claim]);
    rig.run(6, world(3, 0.85));
    expect(raised(rig.run(1, world(4, 0.85)))).toHaveLength(1);
    rig.run(16, world(5, 0));
    expect(raised(rig.run(1, world(6, 0)))).toEqual([]);
  });

  it('is not tested on what was measured an hour ago, and a finding of it ends with its measurements', () => {
    const rig = aRig(world(1, 0));
    rig.run(20, world(2, 0.85));
    rig.run(60, []);
    rig.agent.suspect([claim]);
    expect(tested(rig, [], 6).map((one) => one.result)).toEqual(['not testable']);
    const seen = aRig(world(1, 0));
    seen.run(5, world(2, 0.85));
    seen.agent.suspect([claim]);
    seen.run(6, world(3, 0.85));
    expect(raised(seen.run(1, world(4, 0.85)))).toHaveLength(1);
    seen.run(12, []);
    expect(raised(seen.run(1, []))).toEqual([]);
  });

  it('of one signal, or of what has no past, is not testable', () => {
    const rig = aRig(world(1, 0));
    rig.run(5, world(2, 0));
    rig.agent.suspect([
      { of: cart, signals: ['sli.latency'], why: '' },
      { of: deployment('nobody'), signals: ['sli.latency', 'cpu.usage'], why: '' },
    ]);
    const results = tested(rig, world(3, 0), 6);
    expect(results.map((one) => one.result)).toEqual(['not testable', 'not testable']);
  });

  it('is tested once however often it is raised', () => {
    const rig = aRig(world(1, 0));
    rig.run(5, world(2, 0));
    rig.agent.suspect([claim, { ...claim, signals: claim.signals.toReversed() }]);
    expect(tested(rig, world(3, 0), 6)).toHaveLength(1);
  });

  it('is not testable beside twenty others', () => {
    const rig = aRig(world(1, 0));
    rig.run(5, world(2, 0));
    rig.agent.suspect(Array.from({ length: 25 }, (_, at) => ({ ...claim, of: deployment(`w${at}`) })));
    const at = rig.agent.suspicionsEnded();
    expect(at).toHaveLength(5);
    expect(at[0]?.sentence).toBe('20 suspicions are being tested already');
  });

  it('of everything, on a hundred healthy worlds, causes no finding', () => {
    const found = Array.from({ length: 100 }, (_, seed) => {
      const rig = aRig(world(2 * seed + 1, 0));
      const healthy = world(2 * seed + 2, 0);
      rig.run(5, healthy);
      const pairs = claim.signals.flatMap((one, at) =>
        claim.signals.slice(at + 1).map((other) => ({ ...claim, signals: [one, other] })),
      );
      rig.agent.suspect([claim, ...pairs]);
      return raised(rig.run(7, healthy));
    });
    expect(found.flat()).toEqual([]);
  });

  it('is refuted with the numbers of its test', () => {
    const rig = aRig(world(1, 0));
    const healthy = world(2, 0);
    rig.run(5, healthy);
    rig.agent.suspect([claim]);
    const [result] = tested(rig, healthy, 6);
    expect(result?.result).toBe('refuted');
    expect(result?.sentence).toMatch(/^together they reach [\d.]+ at best, 5 is needed$/);
  });
});

describe('near misses', () => {
  it('are what moved to its bad side and opened nothing, furthest first', () => {
    const rig = aRig(world(1, 0));
    rig.run(6, world(2, 0.85));
    const misses = rig.agent.nearMisses(10);
    expect(misses.map((one) => one.signal).toSorted()).toEqual([...claim.signals].toSorted());
    expect(misses[0]?.effects).toBeLessThan(1);
    expect(misses[0]?.sentence).toMatch(/usual/);
    expect(rig.agent.nearMisses(2)).toEqual(misses.slice(0, 2));
  });

  it('are few where nothing moved', () => {
    const rig = aRig(world(1, 0));
    rig.run(6, world(2, 0));
    expect(rig.agent.nearMisses(10).length).toBeLessThanOrEqual(1);
  });

  it('leave out what is better than usual', () => {
    const noise = normal(3);
    const usual: Series = { signal: 'sli.latency', of: cart, level: () => 0.18 + 0.003 * noise() };
    const rig = aRig([usual]);
    rig.run(6, [{ ...usual, level: () => 0.1 }]);
    expect(rig.agent.nearMisses(10)).toEqual([]);
  });
});
