import { describe, expect, it } from 'vitest';
import { aContainer, aDeployment, aView, replicaSetOf } from '../../test/builders/view.ts';
import type { ControllerRevision } from './resources.ts';

const cart = aDeployment();
const cartRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const ledger = aDeployment({ name: 'ledger' });
const ledgerRef = { kind: 'StatefulSet', namespace: 'shop', name: 'ledger' };

function controllerRevision(revision: number, name: string, labels = {}): ControllerRevision {
  return {
    metadata: {
      name,
      namespace: 'shop',
      labels,
      ownerReferences: [{ kind: 'StatefulSet', name: 'ledger', controller: true }],
    },
    revision,
    data: {
      spec: { template: { spec: { containers: [aContainer({ image: `registry.example/ledger:${revision}` })] } } },
    },
  };
}

describe('the revisions of a workload', () => {
  it('come oldest first by number, not by name or order', () => {
    const ReplicaSet = [replicaSetOf(cart, 'zzz', 2), replicaSetOf(cart, 'mmm', 10), replicaSetOf(cart, 'aaa', 9)];

    const revisions = aView({ Deployment: [cart], ReplicaSet }).revisionsOf(cartRef);

    expect(revisions.map((one) => one.hash)).toEqual(['zzz', 'aaa', 'mmm']);
    expect(revisions.map((one) => one.current)).toEqual([false, false, true]);
  });

  it('leave out ReplicaSets of others and those of nobody', () => {
    const other = replicaSetOf(aDeployment({ name: 'other' }));
    const nobody = { metadata: { name: 'cart-copy', namespace: 'shop', labels: { app: 'cart' } } };

    const view = aView({ Deployment: [cart], ReplicaSet: [replicaSetOf(cart), other, nobody] });

    expect(view.revisionsOf(cartRef).map((one) => one.name)).toEqual(['cart-aaa']);
  });

  it('survive a ReplicaSet without number or with nonsense for one', () => {
    const odd = replicaSetOf(cart, 'odd');
    const nonsense = {
      ...odd,
      metadata: { ...odd.metadata, annotations: { 'deployment.kubernetes.io/revision': 'x' } },
    };

    const [first] = aView({ ReplicaSet: [nonsense] }).revisionsOf(cartRef);

    expect(first).toMatchObject({ number: 0, current: true });
  });

  it('are ControllerRevisions for a StatefulSet, with the template in their data', () => {
    const ControllerRevision = [controllerRevision(2, 'ledger-b'), controllerRevision(1, 'ledger-a')];

    const revisions = aView({ StatefulSet: [ledger], ControllerRevision }).revisionsOf(ledgerRef);

    expect(revisions.map((one) => one.template.spec?.containers[0]?.image)).toEqual([
      'registry.example/ledger:1',
      'registry.example/ledger:2',
    ]);
  });

  it.each([
    [{ 'controller-revision-hash': 'h1' }, 'h1'],
    [{ 'controller.kubernetes.io/hash': 'h2' }, 'h2'],
    [{}, 'ledger-a'],
  ])('take the hash of their pods from the labels %j', (labels, hash) => {
    const view = aView({ ControllerRevision: [controllerRevision(1, 'ledger-a', labels)] });

    expect(view.revisionsOf(ledgerRef)[0]?.hash).toBe(hash);
  });

  it('carry the counts of the updating revision of a StatefulSet', () => {
    const updating = { ...ledger, status: { updateRevision: 'ledger-b', updatedReplicas: 1, readyReplicas: 3 } };
    const ControllerRevision = [controllerRevision(1, 'ledger-a'), controllerRevision(2, 'ledger-b')];

    const revisions = aView({ StatefulSet: [updating], ControllerRevision }).revisionsOf(ledgerRef);

    expect(revisions.map((one) => one.replicas)).toEqual([0, 1]);
  });

  it('are none for a workload that is not known', () => {
    expect(aView({}).revisionsOf(cartRef)).toEqual([]);
  });
});
