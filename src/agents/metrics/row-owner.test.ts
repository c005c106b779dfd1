import { describe, expect, it } from 'vitest';
import { aDeployment, aNode, aPod, aService, aView, replicaSetOf } from '../../../test/builders/view.ts';
import type { Pod, WorkloadObject } from '../../model/kube.ts';
import { apiServerRef } from '../../model/signal.ts';
import { type RowLabels, rowLabels } from './metrics-source.ts';
import { createRowOwners } from './row-owner.ts';

const cart = aDeployment();
const twin = aDeployment({ name: 'twin' });
const twinSet: WorkloadObject = { ...aDeployment({ name: 'twin' }), metadata: { ...twin.metadata, uid: 'uid-set' } };
const mounting = (pod: Pod, claimName: string): Pod => ({
  ...pod,
  spec: { containers: [], ...pod.spec, volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] },
});
const pods = [
  mounting(aPod({ owner: replicaSetOf(cart), name: 'cart-1' }), 'own'),
  mounting(aPod({ owner: replicaSetOf(cart), name: 'cart-2' }), 'shared'),
  mounting(aPod({ owner: replicaSetOf(cart), name: 'cart-3' }), 'shared'),
];
const view = aView({
  Deployment: [cart, twin],
  StatefulSet: [twinSet],
  ReplicaSet: [replicaSetOf(cart)],
  Pod: pods,
  Node: [aNode('127.0.0.9'), aNode()],
  Service: [aService('cart'), aService('both', 'shop', { selector: {} })],
});
const owners = createRowOwners(view, (namespace, pod) => view.ownerOf(namespace, pod));
const ownerOf = (labels: Partial<RowLabels>) => owners(rowLabels({ namespace: 'shop', ...labels }));
const of = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const node = (name: string) => ({ of: { kind: 'Node', namespace: '', name } });

describe('a row', () => {
  it.each([
    ['its pod', { pod: 'cart-1' }, { of, pod: 'cart-1' }],
    ['a pod that nobody knows', { pod: 'gone' }, null],
    ['a workload with its kind', { workload: 'cart', workloadType: 'deployment' }, { of }],
    ['a workload and a pod of it', { workload: 'cart', workloadType: 'Deployment', pod: 'gone' }, { of, pod: 'gone' }],
    ['a workload that is gone', { workload: 'old', workloadType: 'deployment' }, null],
    ['a kind that is not watched', { workload: 'cart', workloadType: 'job' }, null],
    ['a name that one workload has', { workload: 'cart' }, { of }],
    ['a name that two kinds have', { workload: 'twin' }, null],
    ['the Service in front of it', { service: 'cart' }, { of }],
    ['a Service of nobody', { service: 'both' }, null],
    ['a claim of one pod', { claim: 'own' }, { of, pod: 'cart-1' }],
    ['a claim of several pods', { claim: 'shared' }, { of }],
    ['a claim that nobody mounts', { claim: 'unused' }, null],
    ['a namespace alone', {}, null],
  ])('finds its owner by %s', (_what, labels, expected) => {
    expect(ownerOf(labels)).toEqual(expected);
  });

  it.each([
    ['its name', 'node-1', 'node-1'],
    ['an address', '127.0.0.1', 'node-1'],
    ['an address with a port', '127.0.0.1:9100', 'node-1'],
    ['a name that looks like an address', '127.0.0.9:9100', '127.0.0.9'],
  ])('finds its node by %s', (_what, target, name) => {
    expect(owners(rowLabels({ node: target }))).toEqual(node(name));
  });

  it('is of nobody when no node has the address, and of the API server when nothing is told apart', () => {
    expect(owners(rowLabels({ node: '10.9.9.9:9100' }))).toBeNull();
    expect(owners(rowLabels({ le: '1' }))).toEqual({ of: apiServerRef });
  });
});
