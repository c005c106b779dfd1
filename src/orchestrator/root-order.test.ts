import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFact, aSignal } from '../diagnosis/testing/signs.ts';
import {
  aCall,
  aRevision,
  aTemplate,
  aView,
  aWorkload,
  atMs,
  deployment,
  type Parts,
} from '../diagnosis/testing/view.ts';
import type { Finding } from '../model/finding.ts';
import { paceOf } from '../model/pace.ts';
import { keyOf, type ObjectRef } from '../model/target.ts';
import { furthest, plainDistance, robustDistance } from './root-distance.ts';
import { rootOrders } from './root-order.ts';

const gateway = deployment('gateway');
const checkout = deployment('checkout');
const payment = deployment('payment');
const template = aTemplate({ containers: [] });
const chain: Parts = {
  workloads: [gateway, checkout, payment].map((of) => aWorkload(of, template)),
  calls: [aCall(gateway, checkout), aCall(checkout, payment)],
};

const orders = (findings: readonly Finding[], parts: Parts = chain, own = findings) =>
  rootOrders(new Set(own.map((one) => one.id)), { findings, view: aView(parts), pace: paceOf(1) });
const names = (refs: readonly (ObjectRef | { readonly of: ObjectRef })[]): string[] =>
  refs.map((one) => ('of' in one ? one.of.name : one.name));
const errors = (of: ObjectRef, value: number, minutesAgo = 5) =>
  aSignal('sli.err', of, { value, onsetMs: atMs(minutesAgo) });

describe('the orders of roots', () => {
  it('put the workload that is furthest out first where nothing else is known', () => {
    const { weighed, plain } = orders([errors(gateway, 0.02), errors(payment, 0.5)], {
      workloads: chain.workloads ?? [],
    });
    expect(names(weighed)).toEqual(['payment', 'gateway']);
    expect(names(plain)).toEqual(['payment', 'gateway']);
    expect(weighed.map((one) => one.topology)).toEqual([1, 1]);
  });

  it('raise the callee that all affected callers reach, and keep the plain order beside it', () => {
    const { weighed, plain } = orders([errors(gateway, 0.1), errors(checkout, 0.08), errors(payment, 0.07)]);
    expect(names(weighed)).toEqual(['payment', 'checkout', 'gateway']);
    expect(names(plain)).toEqual(['gateway', 'checkout', 'payment']);
    expect(weighed.map((one) => one.topology)).toEqual([1.5, 1.25, 1]);
  });

  it('raise what was changed shortly before it turned bad', () => {
    const revisions = new Map([
      [keyOf(gateway), [aRevision(1, template), aRevision(2, template, { current: true, createdAtMs: atMs(8) })]],
    ]);
    const found = [errors(gateway, 0.06), errors(payment, 0.06)];
    const { weighed } = orders(found, { workloads: chain.workloads ?? [], revisions });
    expect(names(weighed)).toEqual(['gateway', 'payment']);
    expect(weighed[0]?.change).toBeCloseTo(1 + Math.exp(-0.1), 5);
  });

  it('do not blame a change that came after it turned bad, nor the first revision of all', () => {
    const late = aRevision(2, template, { current: true, createdAtMs: atMs(1) });
    const onlyOne = aRevision(1, template, { current: true, createdAtMs: atMs(6) });
    const found = [errors(gateway, 0.06)];
    for (const revisions of [[aRevision(1, template), late], [onlyOne]])
      expect(orders(found, { ...chain, revisions: new Map([[keyOf(gateway), revisions]]) }).weighed[0]?.change).toBe(1);
  });

  it('lower what turned bad after the first symptom', () => {
    const { weighed } = orders([errors(gateway, 0.06, 12), errors(checkout, 0.06, 5)], {
      workloads: chain.workloads ?? [],
    });
    expect(weighed.map((one) => [one.of.name, one.time])).toEqual([
      ['gateway', 1],
      ['checkout', 0.7],
    ]);
  });

  it('put a hard fact of the API before any signal, and the deeper fact first', () => {
    const killed = aFact('oom-killed', payment);
    const crashing = aFact('crash-looping', checkout);
    const { weighed, plain } = orders([errors(gateway, 0.9), crashing, killed]);
    expect(names(weighed)).toEqual(['payment', 'checkout', 'gateway']);
    expect(names(plain)).toEqual(['gateway']);
  });

  it('rank facts that may be effects by who calls whom', () => {
    const { weighed } = orders([aFact('not-ready', gateway), aFact('no-endpoints', payment)]);
    expect(names(weighed)).toEqual(['payment', 'gateway']);
  });

  it('take in a callee of another incident that turned bad about the same time, and nothing of hours ago', () => {
    const own = errors(gateway, 0.1);
    const near = errors(payment, 0.2);
    const old = errors(payment, 0.2, 200);
    const stranger = errors(deployment('batch'), 0.9);
    expect(names(orders([own, near, stranger], chain, [own]).weighed)).toEqual(['payment', 'gateway']);
    expect(names(orders([own, old], chain, [own]).weighed)).toEqual(['gateway']);
  });

  it('break ties by id, and do not depend on the order of findings', () => {
    const all = [errors(gateway, 0.06), errors(checkout, 0.06), errors(payment, 0.06)];
    const parts = { workloads: chain.workloads ?? [] };
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (shuffled) => {
        expect(names(orders(shuffled, parts).weighed)).toEqual(['checkout', 'gateway', 'payment']);
        expect(orders(shuffled, parts)).toEqual(orders(all, parts));
      }),
    );
  });

  it('are empty when none of the incident holds any more', () => {
    expect(orders([errors(gateway, 0.5)], chain, [])).toEqual({ weighed: [], plain: [] });
  });
});

describe('the distance of a signal from its own past', () => {
  const chart = (before: readonly number[], after: readonly number[]): [number, number][] =>
    [...before, ...after].map((value, at) => [at, value]);

  it('is taken from its points: quartiles about the median, deviations about the mean', () => {
    const one = aSignal('sli.err', gateway, { chart: chart([1, 2, 3, 4, 5], [13, 11]), onsetMs: 5, floor: 0.01 });
    expect(robustDistance(one)).toBe(5);
    expect(plainDistance(one)).toBeCloseTo(10 / Math.SQRT2, 6);
  });

  it('falls back to value and band, and has a scale where nothing moved', () => {
    const one = aSignal('sli.err', gateway, { value: 0.06, baseline: 0.001, band: [0.001, 0.001], floor: 0.01 });
    expect(robustDistance(one)).toBeCloseTo(0.059 / 0.0002, 6);
  });

  it('is bounded, so that a division by almost nothing does not decide', () => {
    expect(robustDistance(aSignal('sli.err', gateway, { value: 1e9, floor: 1e-9, band: [0, 0] }))).toBe(1e4);
  });

  it('is the furthest of several, and none without a signal', () => {
    expect(furthest([errors(gateway, 0.02), errors(gateway, 0.2)], plainDistance)).toBe(
      plainDistance(errors(gateway, 0.2)),
    );
    expect(furthest([], plainDistance)).toBeNull();
  });
});
