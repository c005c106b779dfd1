import { describe, expect, it } from 'vitest';
import { aRig, deployment, type Series } from '../../../test/builders/signals.ts';
import { aContainer, aDeployment, aService, aView } from '../../../test/builders/view.ts';
import { besideIt } from './siblings.ts';

const latency = (name: string, value: number, namespace = 'shop'): Series => ({
  signal: 'sli.latency',
  of: deployment(name, namespace),
  level: () => value,
});
const id = 'signal:sli.latency@shop/Deployment/cart';
const caller = aContainer({ env: [{ name: 'CART_URL', value: 'http://cart.shop:8080' }] });
const view = aView({
  Deployment: [
    aDeployment({ name: 'cart' }),
    aDeployment({ name: 'reviews' }),
    aDeployment({ name: 'gateway', containers: [caller] }),
    aDeployment({ name: 'search', namespace: 'web' }),
  ],
  Service: [aService('cart')],
});

/** The sentence about the cart after it and another workload were slow, the cart was written to, and both are well. */
const afterBothRecovered = (other: Series, back: Series, touched = false): string => {
  const usual = [latency('cart', 0.18), { ...other, level: () => 0.18 }];
  const rig = aRig(usual, { view });
  rig.run(10, [latency('cart', 0.9), other]);
  const writtenAtMs = rig.nowMs();
  rig.agent.markWrite(deployment('cart'), writtenAtMs);
  if (touched) rig.agent.markWrite(other.of ?? deployment(), writtenAtMs);
  rig.run(20, [latency('cart', 0.18), back]);
  const recovery = rig.agent.recovered([id], writtenAtMs);
  expect(recovery.word).toBe('recovered');
  return recovery.sentence;
};

describe('neighbours of a repair', () => {
  it('are told when they recovered untouched', () => {
    expect(afterBothRecovered(latency('reviews', 0.9), latency('reviews', 0.18))).toBe(
      'p99 180 ms, usual 180 ms; untouched shop/reviews recovered as well, so it may have passed by itself',
    );
  });

  it.each([
    ['were well all the time', latency('reviews', 0.18), latency('reviews', 0.18), false],
    ['are still bad', latency('reviews', 0.9), latency('reviews', 0.9), false],
    ['were written to as well', latency('reviews', 0.9), latency('reviews', 0.18), true],
    ['call it, and are well because it is', latency('gateway', 0.9), latency('gateway', 0.18), false],
    ['live in another namespace', latency('search', 0.9, 'web'), latency('search', 0.18, 'web'), false],
  ])('are left out when they %s', (_why, other, back, touched) => {
    expect(afterBothRecovered(other, back, touched)).toBe('p99 180 ms, usual 180 ms');
  });

  it('are named three at most', () => {
    expect(besideIt(['a', 'b', 'c', 'd', 'e'].map((name) => deployment(name)))).toBe(
      '; untouched shop/a, shop/b, shop/c and 2 more recovered as well, so it may have passed by itself',
    );
    expect(besideIt([])).toBe('');
  });
});
