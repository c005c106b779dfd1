import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { emptyState } from '../../folds/state.ts';
import { creatorOf, isOurs, onlyFields, ownersOf } from './field-owners.ts';
import { changedPlaces, findOwners } from './find-owners.ts';
import { folded, intended, answered, proposed } from './testing/state.ts';
import { aPlan } from './testing/facts.ts';

const object: JsonObject = {
  metadata: {
    uid: 'uid-checkout',
    managedFields: [
      {
        manager: 'helm',
        operation: 'Apply',
        fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:nodeSelector': {} } } } },
      },
      {
        manager: 'kubectl-set',
        operation: 'Update',
        fieldsV1: {
          'f:spec': {
            'f:selector': {},
            'f:template': {
              'f:metadata': { 'f:annotations': { '.': {}, 'f:a.b/c': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"app"}': {
                    '.': {},
                    'f:image': {},
                    'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                  },
                },
              },
            },
          },
        },
      },
      {
        manager: 'kube-controller-manager',
        operation: 'Update',
        subresource: 'scale',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      {
        manager: 'k8s-nemotron-advisor',
        operation: 'Update',
        fieldsV1: { 'f:metadata': { 'f:finalizers': { 'v:"keep"': {} } } },
      },
      { manager: 'odd', operation: 'Delete', fieldsV1: {} },
      { operation: 'Update' },
    ],
    finalizers: ['other', 'keep'],
  },
  spec: {
    template: {
      metadata: { annotations: { 'a.b/c': 'x' } },
      spec: {
        nodeSelector: { disk: 'ssd' },
        containers: [
          { name: 'proxy', image: 'p:1' },
          { name: 'app', image: 'a:1', ports: [{ containerPort: 8080, protocol: 'TCP' }] },
        ],
      },
    },
  },
};
const managers = (path: string) => ownersOf(object, path).map((one) => one.manager);

describe('owners by managedFields', () => {
  it('are found by field, with operation and subresource', () => {
    expect(ownersOf(object, '/spec/replicas')).toEqual([
      { path: '/spec/replicas', manager: 'helm', operation: 'Apply', subresource: '' },
      { path: '/spec/replicas', manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' },
    ]);
  });

  it('are found in list items by their keys, not by their places', () => {
    expect(managers('/spec/template/spec/containers/1/image')).toEqual(['kubectl-set']);
    expect(managers('/spec/template/spec/containers/0/image')).toEqual([]);
    expect(managers('/spec/template/spec/containers/1/ports/0/containerPort')).toEqual(['kubectl-set']);
    expect(managers('/metadata/finalizers/1')).toEqual(['k8s-nemotron-advisor']);
    expect(managers('/metadata/finalizers/0')).toEqual([]);
  });

  it('are found in maps by whole keys', () => {
    expect(managers('/spec/template/metadata/annotations/a.b~1c')).toEqual(['kubectl-set']);
    expect(managers('/spec/template/metadata/annotations/other')).toEqual([]);
  });

  it('own an atomic map with all that is in it, and a subtree by any part of it', () => {
    expect(managers('/spec/template/spec/nodeSelector/disk')).toEqual(['helm']);
    expect(managers('/spec/template')).toEqual(['helm', 'kubectl-set']);
  });

  it('are none where managedFields are absent', () => {
    expect(ownersOf({}, '/spec/replicas')).toEqual([]);
  });

  it('tell the creator by the selector, which nobody changes', () => {
    expect(creatorOf(object)).toBe('kubectl-set');
    expect(creatorOf({})).toBeNull();
    expect(isOurs({ manager: 'k8s-nemotron-advisor' })).toBe(true);
  });
});

describe('an apply of just some fields', () => {
  it('names list items and leaves everything else out', () => {
    expect(onlyFields(object, ['/spec/template/spec/containers/1/image', '/spec/template/spec/nodeSelector'])).toEqual({
      spec: { template: { spec: { containers: [{ name: 'app', image: 'a:1' }], nodeSelector: { disk: 'ssd' } } } },
    });
  });

  it('takes a list without names whole, and nothing for what is absent', () => {
    expect(onlyFields(object, ['/metadata/finalizers/1'])).toEqual({ metadata: { finalizers: ['other', 'keep'] } });
    expect(onlyFields(object, ['/spec/absent/deep'])).toEqual({ spec: {} });
  });
});

describe('the owner before our first write', () => {
  const ours: JsonObject = {
    metadata: {
      uid: 'uid-checkout',
      managedFields: [
        { manager: 'k8s-nemotron-advisor', operation: 'Update', fieldsV1: { 'f:spec': { 'f:replicas': {} } } },
      ],
    },
  };
  const plan = aPlan();
  const state = folded(
    ...[
      ...proposed(plan),
      intended(plan, '7.1', { before: 'first' }),
      answered('7.1', 'landed'),
      intended(plan, '7.2', { before: 'second' }),
      answered('7.2', 'landed'),
    ].map((body) => [1, body] as const),
  );
  const kept = (payloads: Readonly<Record<string, JsonObject>>) => ({
    payload: (digest: string) => Promise.resolve(payloads[digest] ?? null),
  });

  it('is read from the newest picture in which the field was not ours', async () => {
    const owners = await findOwners(kept({ first: object, second: ours }), state, ours, ['/spec/replicas'], null);
    expect(owners.former.map((one) => one.manager)).toEqual(['helm', 'kube-controller-manager']);
    expect(owners).toMatchObject({ live: [], unknown: [], detector: null });
  });

  it('is unknown when the picture is not kept, or no write of ours is known', async () => {
    expect((await findOwners(kept({ second: ours }), state, ours, ['/spec/replicas'], [])).unknown).toEqual([
      '/spec/replicas',
    ]);
    expect((await findOwners(kept({ first: object }), emptyState, ours, ['/spec/replicas'], [])).unknown).toEqual([
      '/spec/replicas',
    ]);
  });

  it('is not read from a fence, from another object, or from a write whose end is not known', async () => {
    const of = (more: object, answer: 'landed' | 'unknown' = 'landed') =>
      folded(
        ...[...proposed(plan), intended(plan, '7.1', { before: 'first', ...more }), answered('7.1', answer)].map(
          (body) => [1, body] as const,
        ),
      );
    const other = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'another' };
    const states = [of({ purpose: 'fence' }), of({ target: other }), of({}, 'unknown')];
    for (const one of states)
      expect((await findOwners(kept({ first: object }), one, ours, ['/spec/replicas'], [])).unknown).toEqual([
        '/spec/replicas',
      ]);
    expect(
      (await findOwners(kept({ first: object }), of({ purpose: 'undo' }), ours, ['/spec/replicas'], [])).unknown,
    ).toEqual([]);
  });

  it('is not asked for while the field is not ours', async () => {
    const owners = await findOwners(kept({}), emptyState, object, ['/spec/replicas'], []);
    expect(owners.live.map((one) => one.manager)).toEqual(['helm', 'kube-controller-manager']);
    expect(owners.unknown).toEqual([]);
  });

  it('is asked for places of the spec, never for the mark', () => {
    expect(
      changedPlaces({ spec: { a: 1 }, metadata: {} }, { spec: { a: 2 }, metadata: { annotations: { x: 'y' } } }),
    ).toEqual(['/spec/a']);
  });
});
