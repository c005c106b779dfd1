import { describe, expect, it } from 'vitest';
import {
  aDeployment,
  aNode,
  anEvent,
  aPod,
  aService,
  atMs,
  aView,
  replicaSetOf,
  time,
} from '../../test/builders/view.ts';
import type { EndpointSlice } from '../model/kube.ts';

const cart = aDeployment();
const cartSet = replicaSetOf(cart);
const cartRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const inPay = aDeployment({ namespace: 'pay', name: 'cart' });

describe('the picture of a cluster', () => {
  it('joins a Service to the workloads that its selector fits, in its own namespace', () => {
    const view = aView({ Deployment: [cart, inPay], Service: [aService('cart'), aService('other')] });

    expect(view.servicesOf(cartRef).map((one) => one.metadata.name)).toEqual(['cart']);
    expect(view.servicesOf({ ...cartRef, namespace: 'pay' })).toEqual([]);
  });

  it('joins no workload to a Service without selector', () => {
    const view = aView({ Deployment: [cart], Service: [aService('cart', 'shop', { selector: {} })] });

    expect(view.servicesOf(cartRef)).toEqual([]);
  });

  it('finds the slices of a Service by their label', () => {
    const slice = (name: string, service: string): EndpointSlice => ({
      metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': service } },
      endpoints: [],
    });
    const view = aView({ EndpointSlice: [slice('a', 'cart'), slice('b', 'cart'), slice('c', 'db')] });

    expect(view.slicesOf('shop', 'cart').map((one) => one.metadata.name)).toEqual(['a', 'b']);
    expect(view.slicesOf('pay', 'cart')).toEqual([]);
  });

  it('finds the pods of a workload, those being deleted included', () => {
    const leaving = aPod({ owner: cartSet, name: 'cart-2', metadata: { deletionTimestamp: time(atMs) } });
    const Pod = [aPod({ owner: cartSet, name: 'cart-1' }), leaving];

    const view = aView({ Deployment: [cart], ReplicaSet: [cartSet], Pod });

    expect(view.podsOf(cartRef).map((one) => one.metadata.name)).toEqual(['cart-1', 'cart-2']);
    expect(view.pod('shop', 'cart-2')).toBe(leaving);
  });

  it('orders events on an object by when they were last seen', () => {
    const on = { kind: 'Pod', namespace: 'shop', name: 'cart-1' };
    const early = anEvent(on, { reason: 'First', lastTimestamp: time(atMs - 60_000) });
    const late = anEvent(on, { reason: 'Second', lastTimestamp: null, eventTime: time(atMs) });

    const view = aView({ Event: [late, early] });

    expect(view.eventsOn(on).map((one) => one.reason)).toEqual(['First', 'Second']);
    expect(view.eventsOn({ ...on, kind: 'Node' })).toEqual([]);
  });

  it('finds the autoscaler by what it scales, and budgets by the labels of the pods', () => {
    const autoscaler = {
      metadata: { name: 'any-name', namespace: 'shop' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' }, maxReplicas: 5 },
    };
    const budget = (name: string, app: string, namespace = 'shop'): Parameters<typeof aView>[0] => ({
      PodDisruptionBudget: [{ metadata: { name, namespace }, spec: { selector: { matchLabels: { app } } } }],
    });
    const view = aView({
      Deployment: [cart],
      HorizontalPodAutoscaler: [autoscaler],
      PodDisruptionBudget: [
        ...(budget('fits', 'cart').PodDisruptionBudget ?? []),
        ...(budget('other', 'db').PodDisruptionBudget ?? []),
        ...(budget('elsewhere', 'cart', 'pay').PodDisruptionBudget ?? []),
        { metadata: { name: 'empty', namespace: 'shop' }, spec: { selector: {} } },
        { metadata: { name: 'none', namespace: 'shop' } },
      ],
    });

    expect(view.autoscalerOf(cartRef)).toBe(autoscaler);
    expect(view.budgetsOf(cartRef).map((one) => one.metadata.name)).toEqual(['fits']);
  });

  it('tells a ConfigMap that does not exist from one that cannot be known', () => {
    const map = { metadata: { name: 'cart-config', namespace: 'shop' } };

    expect(aView({ ConfigMap: [map] }).configMapExists('shop', 'cart-config')).toBe(true);
    expect(aView({ ConfigMap: [map] }).configMapExists('shop', 'absent')).toBe(false);
    expect(aView({}, atMs, ['ConfigMap']).configMapExists('shop', 'absent')).toBeNull();
  });

  it('tells the version of a ConfigMap, so that a change of it is seen', () => {
    const map = { metadata: { name: 'cart-config', namespace: 'shop', resourceVersion: '41' } };
    expect(aView({ ConfigMap: [map] }).configMapVersion('shop', 'cart-config')).toBe('41');
    expect(aView({ ConfigMap: [map] }).configMapVersion('shop', 'absent')).toBeNull();
  });

  it('names the ConfigMaps of a namespace in order', () => {
    const map = (name: string): { metadata: { name: string; namespace: string } } => ({
      metadata: { name, namespace: 'shop' },
    });

    const view = aView({ ConfigMap: [map('b'), map('a')] });

    expect(view.configMapNames('shop')).toEqual(['a', 'b']);
    expect(view.configMapNames('pay')).toEqual([]);
  });

  it('knows the marks of namespaces', () => {
    const shop = { metadata: { name: 'shop', annotations: { 'nemotron-advisor.dev/mode': 'observe' } } };

    expect(aView({ Namespace: [shop] }).namespaces.get('shop')).toEqual({
      labels: {},
      annotations: { 'nemotron-advisor.dev/mode': 'observe' },
    });
  });

  it('is whole for objects that have only a name', () => {
    const bare = { metadata: { name: 'bare', namespace: 'shop' } };

    const view = aView({
      Pod: [bare],
      Deployment: [bare],
      Service: [bare],
      Node: [{ metadata: { name: 'n1' } }, aNode('n2')],
      EndpointSlice: [bare],
      PodDisruptionBudget: [bare],
      HorizontalPodAutoscaler: [bare],
      ResourceQuota: [bare],
      LimitRange: [bare],
      Event: [{ metadata: { name: 'e' }, involvedObject: {} }],
    });

    expect(view.workloads.map((one) => one.ref.kind)).toEqual(['Deployment', 'Pod']);
    expect(view.nodes).toHaveLength(2);
  });
});
