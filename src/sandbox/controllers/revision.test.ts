import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloneTree, type Tree } from '../api/tree.ts';
import { currentSet, revisionOf, templateHash } from './revision.ts';

const template = (image: string): Tree => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image }] },
});
const setOf = (image: string, hash: string): Tree => ({
  metadata: { name: `web-${hash}` },
  spec: { template: { ...template(image), metadata: { labels: { app: 'web', 'pod-template-hash': hash } } } },
});

describe('the hash of a template', () => {
  it('does not depend on the order of keys, and does on every value', () => {
    const reversed = { spec: template('x:1')['spec'] ?? {}, metadata: template('x:1')['metadata'] ?? {} };
    expect(templateHash(reversed)).toBe(templateHash(template('x:1')));
    expect(templateHash(template('x:2'))).not.toBe(templateHash(template('x:1')));
  });

  it('is made of the letters that Kubernetes uses', () => {
    fc.assert(
      fc.property(fc.string(), (image) => {
        expect(templateHash(template(image))).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
      }),
    );
  });
});

describe('the present ReplicaSet of a Deployment', () => {
  const deployment = { spec: { template: template('x:2') } };

  it('has its template, the label of its hash apart', () => {
    const sets = [setOf('x:1', 'aaa'), setOf('x:2', 'bbb')];
    expect(currentSet(deployment, sets)).toBe(sets[1]);
    expect(currentSet(deployment, sets.slice(0, 1))).toBeUndefined();
  });

  it('is found without touching what is stored', () => {
    const sets = [setOf('x:2', 'bbb')];
    const before = sets.map(cloneTree);
    currentSet(deployment, sets);
    expect(sets).toEqual(before);
  });

  it('has a number, or none before it was given one', () => {
    expect(revisionOf({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '7' } } })).toBe(7);
    expect(revisionOf({ metadata: {} })).toBe(0);
  });
});
