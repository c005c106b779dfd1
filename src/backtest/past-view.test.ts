import { describe, expect, it } from 'vitest';
import { aDeployment, aView } from '../../test/builders/view.ts';
import type { PodOfPast, StretchOfPast } from './owners-of-past.ts';
import { createPastView } from './past-view.ts';

const hourMs = 3_600_000;
const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const owned: PodOfPast = { namespace: 'shop', name: 'cart-5d-a', owner: cart };
const stray: PodOfPast = { namespace: 'shop', name: 'stray', owner: null };

function aStretch(pods: readonly PodOfPast[], more: Partial<StretchOfPast> = {}): StretchOfPast {
  return { pods, nodes: [], memoryLimits: new Map(), unreadable: [], ...more };
}

describe('the cluster of the past', () => {
  it('knows pods, their workloads and nodes from series alone', () => {
    const past = createPastView(null);
    past.see(aStretch([owned], { nodes: ['node-1'] }), hourMs);
    const view = past.at(5);
    expect(view.asOfMs).toBe(5);
    expect(view.ownerOf('shop', 'cart-5d-a')).toEqual(cart);
    expect(view.workload(cart)?.replicas).toBe(1);
    expect(view.podsOf(cart).map((one) => one.metadata.name)).toEqual(['cart-5d-a']);
    expect(view.nodes.map((one) => one.metadata.name)).toEqual(['node-1']);
  });

  it('is complete in nothing, so that facts of pods stay not known', () => {
    const past = createPastView(aView({ Deployment: [aDeployment({ name: 'cart', namespace: 'shop' })] }));
    past.see(aStretch([owned]), hourMs);
    expect([...past.at(0).complete]).toEqual([]);
  });

  it('lets a pod without an owner stand for itself, and counts it', () => {
    const past = createPastView(null);
    past.see(aStretch([owned, stray]), hourMs);
    expect(past.at(0).ownerOf('shop', 'stray')).toEqual({ kind: 'Pod', namespace: 'shop', name: 'stray' });
    expect(past.ownersFrom()).toEqual({ series: 1, cluster: 0, alone: 1 });
  });

  it('takes memory limits that were recorded', () => {
    const past = createPastView(null);
    past.see(aStretch([owned], { memoryLimits: new Map([['shop/cart-5d-a/main', 2 ** 28]]) }), hourMs);
    expect(past.at(0).pod('shop', 'cart-5d-a')?.spec?.containers).toEqual([
      { name: 'main', resources: { limits: { memory: String(2 ** 28) } } },
    ]);
  });

  it('keeps a workload without pods for a day, then it is gone', () => {
    const past = createPastView(null);
    past.see(aStretch([owned]), hourMs);
    past.see(aStretch([]), 20 * hourMs);
    expect(past.at(0).workload(cart)).toBeDefined();
    past.see(aStretch([]), 26 * hourMs);
    expect(past.at(0).workload(cart)).toBeUndefined();
  });

  it("takes templates and owners that today's cluster still knows", () => {
    const today = aView({ Deployment: [aDeployment({ name: 'cart', namespace: 'shop' })] });
    const past = createPastView(today);
    past.see(aStretch([owned]), hourMs);
    expect(past.at(0).workload(cart)?.object?.metadata.name).toBe('cart');
  });

  it('knows no revision before it was made, and of those that were the newest was current', () => {
    const today = aView({});
    const revision = (number: number, createdAtMs: number) => ({
      number,
      name: `cart-${number}`,
      uid: `uid-${number}`,
      hash: String(number),
      template: {},
      createdAtMs,
      replicas: 0,
      readyReplicas: 0,
      current: number === 2,
    });
    const past = createPastView({ ...today, revisionsOf: () => [revision(1, 10), revision(2, 20)] });
    past.see(aStretch([owned]), hourMs);
    const at = (ms: number) =>
      past
        .at(ms)
        .revisionsOf(cart)
        .map((one) => [one.number, one.current]);
    expect(at(5)).toEqual([]);
    expect(at(15)).toEqual([[1, true]]);
    expect(at(25)).toEqual([
      [1, false],
      [2, true],
    ]);
  });
});
