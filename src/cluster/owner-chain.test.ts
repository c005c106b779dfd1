import { describe, expect, it } from 'vitest';
import { aDeployment, aPod, aView, replicaSetOf, time, atMs } from '../../test/builders/view.ts';
import { controllerOf, timeOf } from './owner-chain.ts';

const cart = aDeployment();
const cartSet = replicaSetOf(cart);

describe('the owner of a pod', () => {
  it('is the Deployment behind its ReplicaSet', () => {
    const view = aView({ Deployment: [cart], ReplicaSet: [cartSet], Pod: [aPod({ owner: cartSet, name: 'cart-1' })] });

    expect(view.ownerOf('shop', 'cart-1')).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'cart' });
  });

  it('is the ReplicaSet when that was not read', () => {
    const view = aView({ Pod: [aPod({ owner: cartSet, name: 'cart-1' })] });

    expect(view.ownerOf('shop', 'cart-1')).toEqual({ kind: 'ReplicaSet', namespace: 'shop', name: 'cart-aaa' });
  });

  it('is a StatefulSet directly', () => {
    const ledger = aDeployment({ name: 'ledger' });
    const view = aView({ StatefulSet: [ledger], Pod: [aPod({ owner: ledger, name: 'ledger-0' })] });

    expect(view.ownerOf('shop', 'ledger-0')).toEqual({ kind: 'StatefulSet', namespace: 'shop', name: 'ledger' });
  });

  it('is the pod itself when nobody owns it', () => {
    const view = aView({ Pod: [aPod({ owner: cartSet, name: 'lone', metadata: { ownerReferences: [] } })] });

    expect(view.ownerOf('shop', 'lone')).toEqual({ kind: 'Pod', namespace: 'shop', name: 'lone' });
    expect(view.workloads.map((one) => one.ref.kind)).toEqual(['Pod']);
    expect(view.podsOf({ kind: 'Pod', namespace: 'shop', name: 'lone' })).toHaveLength(1);
  });

  it('is not somebody who only refers to it', () => {
    const ownerReferences = [
      { kind: 'Gardener', name: 'first' },
      { kind: 'Job', name: 'nightly', controller: true },
    ];
    const view = aView({ Pod: [aPod({ owner: cartSet, name: 'p', metadata: { ownerReferences } })] });

    expect(view.ownerOf('shop', 'p')).toEqual({ kind: 'Job', namespace: 'shop', name: 'nightly' });
  });

  it('is not known for a pod that is not there', () => {
    expect(aView({}).ownerOf('shop', 'ghost')).toBeUndefined();
  });
});

describe('the workloads of a cluster', () => {
  it('hold a bare ReplicaSet but not one of a Deployment', () => {
    const bare = replicaSetOf(aDeployment({ name: 'bare' }), 'bbb');
    const { ownerReferences: _, ...metadata } = bare.metadata;

    const view = aView({ Deployment: [cart], ReplicaSet: [cartSet, { ...bare, metadata }] });

    expect(view.workloads.map((one) => `${one.ref.kind} ${one.ref.name}`)).toEqual([
      'Deployment cart',
      'ReplicaSet bare-bbb',
    ]);
  });

  it('count the nodes of a DaemonSet as its replicas', () => {
    const agent = { metadata: { name: 'agent', namespace: 'shop' }, status: { desiredNumberScheduled: 5 } };

    expect(aView({ DaemonSet: [agent] }).workloads[0]?.replicas).toBe(5);
  });

  it('are read without spec, status, UID and time', () => {
    const bare = { metadata: { name: 'bare', namespace: 'shop' } };

    expect(aView({ Deployment: [bare] }).workloads[0]).toMatchObject({
      uid: '',
      replicas: 1,
      createdAtMs: null,
      template: {},
    });
  });
});

describe('times and controllers of objects', () => {
  it('reads a time, and null where there is none', () => {
    expect(timeOf(time(atMs))).toBe(atMs);
    expect([timeOf(null), timeOf(undefined), timeOf('soon')]).toEqual([null, null, null]);
  });

  it('finds no controller among owners that do not control', () => {
    expect(controllerOf({ metadata: { name: 'x', ownerReferences: [{ kind: 'A', name: 'a' }] } })).toBeUndefined();
  });
});
