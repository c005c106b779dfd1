import { describe, expect, it } from 'vitest';
import { keptObject } from './kept-object.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

describe('what is kept of an object', () => {
  it('leaves out what only grows', () => {
    const managedFields = [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }];

    const kept = keptObject('Pod', {
      metadata: { name: 'a', managedFields },
      spec: { containers: [], dnsPolicy: 'x' },
    });

    expect(kept).toEqual({ metadata: { name: 'a' }, spec: { containers: [] } });
  });

  it.each(['ConfigMap', 'Pod', 'Service', 'ReplicaSet'] as const)(
    'leaves out what was last applied to a %s',
    (kind) => {
      const annotations = { [lastApplied]: '{"data":{"a":"b"}}', note: 'kept' };

      expect(keptObject(kind, { metadata: { name: 'a', annotations } })?.metadata.annotations).toEqual({
        note: 'kept',
      });
    },
  );

  it('holds what was last applied to a Deployment, which tells the replicas that were wanted', () => {
    const annotations = { [lastApplied]: '{"spec":{"replicas":3}}' };

    expect(keptObject('Deployment', { metadata: { name: 'a', annotations } })?.metadata.annotations).toEqual(
      annotations,
    );
  });

  it('leaves the object that it was given as it was', () => {
    const given = { metadata: { name: 'a', annotations: { [lastApplied]: 'x' }, managedFields: [] } };
    const before = structuredClone(given);

    keptObject('ConfigMap', given);

    expect(given).toEqual(before);
  });

  it.each([
    null,
    undefined,
    'text',
    7,
    [],
    {},
    { metadata: null },
    { metadata: 'x' },
    { metadata: { name: 7 } },
    {
      metadata: { name: 'a', annotations: 'x' },
    },
  ])('is nothing of %j', (value) => {
    expect(keptObject('ConfigMap', value)).toBeNull();
  });

  it.each([null, undefined])('reads annotations that are %s', (annotations) => {
    expect(keptObject('ConfigMap', { metadata: { name: 'a', annotations } })?.metadata.name).toBe('a');
  });
});
