import { describe, expect, it } from 'vitest';
import { aBook, aContext, aFact } from '../testing/signs.ts';
import { aCall, anEvent, aService, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { zeroReplicas } from './zero-replicas.ts';

const cart = deployment('cart');
const gateway = deployment('gateway', 'web');
const spec = aTemplate({ containers: [{ name: 'app', image: 'cart:1' }] });
const scaledDown = anEvent(cart, 'ScalingReplicaSet', 'Scaled down replica set cart-7c9f from 4 to 0');
const findings = [aFact('zero-replicas-called', cart)];

function world(
  more: Partial<Parts> & { readonly annotations?: Record<string, string>; readonly replicas?: number } = {},
): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(cart, spec, { replicas: more.replicas ?? 0, annotations: more.annotations ?? {} })],
    services: [aService(cart)],
    calls: [aCall(gateway, cart)],
    events: [scaledDown],
    ...more,
  });
}

describe('WL-016 deployment_zero_replicas', () => {
  it('scales back to the count that the event names', () => {
    const found = zeroReplicas.diagnose(aContext(cart, world(), { findings }));
    expect(found).toMatchObject({
      strength: 'strong',
      remedies: [{ action: 'scale', params: { replicas: 4 }, bounds: { replicas: { min: 1, max: 4 } } }],
    });
  });

  it('falls back to the count seen before, then to the manifest last applied', () => {
    const seen = zeroReplicas.diagnose(aContext(cart, world({ events: [] }), { findings, seen: [3, 0] }));
    expect(seen?.remedies[0]?.params).toEqual({ replicas: 3 });
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"replicas":2}}' };
    const applied = zeroReplicas.diagnose(aContext(cart, world({ events: [], annotations }), { findings }));
    expect(applied?.remedies[0]?.params).toEqual({ replicas: 2 });
  });

  it('offers nothing when no count is known', () => {
    const found = zeroReplicas.diagnose(aContext(cart, world({ events: [] }), { findings }));
    expect(found).toMatchObject({ strength: 'fair', remedies: [] });
  });

  it.each(['autoscaling.keda.sh/paused-replicas', 'downscaler/uptime', 'example.com/maintenance'])(
    'leaves a zero alone that %s marks as intended',
    (mark) => {
      const found = zeroReplicas.diagnose(aContext(cart, world({ annotations: { [mark]: '0' } }), { findings }));
      expect(found).toMatchObject({ strength: 'ruled out', remedies: [] });
    },
  );

  it('leaves a zero alone that an autoscaler made', () => {
    const autoscalers = [
      {
        metadata: { name: 'cart', namespace: 'shop' },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, minReplicas: 0 },
      },
    ];
    expect(zeroReplicas.diagnose(aContext(cart, world({ autoscalers }), { findings }))?.strength).toBe('ruled out');
  });

  it('does not act on a workload that nobody calls', () => {
    const found = zeroReplicas.diagnose(aContext(cart, world({ calls: [] })));
    expect(found?.remedies).toEqual([]);
  });

  it('takes a usual request rate for a caller', () => {
    const book = aBook({ 'sli.rps@cart': { usual: 12 } });
    expect(zeroReplicas.diagnose(aContext(cart, world({ calls: [] }), { book }))?.remedies).toHaveLength(1);
  });

  it('says nothing of a workload that has replicas', () => {
    expect(zeroReplicas.diagnose(aContext(cart, world({ replicas: 1 }), { findings }))).toBeNull();
  });

  it('never scales a StatefulSet', () => {
    const set = { kind: 'StatefulSet', namespace: 'shop', name: 'cart' };
    const view = world({
      workloads: [aWorkload(set, spec, { replicas: 0 })],
      services: [aService(set)],
      calls: [aCall(gateway, set)],
    });
    expect(zeroReplicas.diagnose(aContext(set, view, { seen: [3] }))?.remedies).toEqual([]);
  });
});
