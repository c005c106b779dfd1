// Worlds in which something is wrong, for tests of the cycle.
import { aBook, aFact, aSignal } from '../../diagnosis/testing/signs.ts';
import {
  aCall,
  anEvent,
  aPod,
  aRevision,
  aService,
  at,
  atMs,
  aTemplate,
  aView,
  aWorkload,
  deployment,
} from '../../diagnosis/testing/view.ts';
import { keyOf } from '../../model/target.ts';
import type { Outside } from './rig.ts';

export const cart = deployment('cart');
export const gateway = deployment('gateway', 'web');
export const reviews = deployment('reviews');
export const ledger = { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' };

const plain = aTemplate({ containers: [{ name: 'app', image: 'app:1' }] });

/** cart is at zero and gateway calls it: WL-016, scale to 4. */
export function cartAtZero(): Pick<Outside, 'view' | 'findings'> {
  return {
    view: aView({
      workloads: [aWorkload(cart, plain, { replicas: 0 }), aWorkload(gateway, plain)],
      pods: [aPod(gateway, 'gateway-a')],
      services: [aService(cart)],
      slices: [
        {
          metadata: { name: 'cart-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } },
          endpoints: [{ conditions: { ready: true } }],
        },
      ],
      calls: [aCall(gateway, cart)],
      events: [anEvent(cart, 'ScalingReplicaSet', 'Scaled down replica set cart-7c9f from 4 to 0')],
    }),
    findings: [aFact('zero-replicas-called', cart), aSignal('sli.err', gateway)],
  };
}

/** reviews 3.1.0 errs where 3.0.0 did not: WL-017, roll back to revision 1. */
export function reviewsFail(): Pick<Outside, 'view' | 'findings' | 'book'> {
  const image = (tag: string): ReturnType<typeof aTemplate> =>
    aTemplate({ containers: [{ name: 'app', image: `reviews:${tag}` }] });
  return {
    view: aView({
      workloads: [aWorkload(reviews, image('3.1.0'))],
      pods: [aPod(reviews, 'reviews-new', { hash: 'hash2', readySince: 8 })],
      revisions: new Map([
        [
          keyOf(reviews),
          [
            aRevision(1, image('3.0.0'), { readyReplicas: 1 }),
            aRevision(2, image('3.1.0'), { current: true, createdAtMs: atMs(9) }),
          ],
        ],
      ]),
    }),
    findings: [aSignal('sli.err', reviews, { value: 0.2 })],
    book: aBook({ 'sli.err@reviews': { pods: { 'reviews-new': { value: 0.2, weight: 500 } } } }),
  };
}

/** One of three ledgers is not ready, and nothing says why. */
export function ledgerHangs(): Pick<Outside, 'view' | 'findings'> {
  return {
    view: aView({
      workloads: [aWorkload(ledger, plain)],
      pods: [aPod(ledger, 'ledger-0'), aPod(ledger, 'ledger-1', { ready: false }), aPod(ledger, 'ledger-2')],
    }),
    findings: [aFact('not-ready', ledger, { severity: 'warning' })],
  };
}

/** checkout is killed for memory: WL-001, a higher limit. */
export function checkoutKilled(): Pick<Outside, 'view' | 'findings'> {
  const checkout = deployment('checkout');
  const spec = aTemplate({
    containers: [{ name: 'app', image: 'checkout:1', resources: { limits: { memory: '256Mi' } } }],
  });
  return {
    view: aView({
      workloads: [aWorkload(checkout, spec)],
      pods: [
        aPod(checkout, 'checkout-a', {
          node: 'n1',
          statuses: [
            { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(1) } }, restartCount: 3 },
          ],
        }),
      ],
    }),
    findings: [aFact('oom-killed', checkout)],
  };
}
