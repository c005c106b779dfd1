import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldTest, labelTest, selectorPicks, selectorText } from './selectors.ts';
import type { Tree } from './tree.ts';

const labelled = (labels: Tree): Tree => ({ metadata: { labels } });
const keys = fc.constantFrom('app', 'tier', 'example.com/team');
const values = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(keys, values, { maxKeys: 3 });
const expression = fc.record({
  key: keys,
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.uniqueArray(values, { minLength: 1, maxLength: 2 }),
});

describe('label selectors', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app in (db,web)', true],
    ['app notin (db,web)', false],
    ['other notin (db)', true],
    ['!other', true],
    ['!app', false],
    ['app=web,!tier', false],
    ['empty=', true],
  ])('%s', (selector, picks) => {
    expect(labelTest(selector)(labelled({ app: 'web', tier: 'front', empty: '' }))).toBe(picks);
  });

  it.each(['app in web', 'a=b=c', 'in (a)', '=web', 'a b'])('refuses %s', (selector) => {
    expect(() => labelTest(selector)).toThrow('unable to parse requirement');
  });

  it('pick the same as text and as an object', () => {
    fc.assert(
      fc.property(labels, fc.array(expression, { maxLength: 3 }), labels, (matchLabels, matchExpressions, own) => {
        const selector = { matchLabels, matchExpressions };
        expect(labelTest(selectorText(selector))(labelled(own))).toBe(selectorPicks(selector, own));
      }),
    );
  });

  it('pick everything when empty, nothing when absent or unknown', () => {
    expect(selectorPicks({}, { app: 'web' })).toBe(true);
    expect(selectorPicks(undefined, { app: 'web' })).toBe(false);
    expect(selectorPicks({ matchExpressions: [{ key: 'app', operator: 'Like', values: ['w'] }] }, { app: 'web' })).toBe(
      false,
    );
  });
});

describe('field selectors', () => {
  const pod: Tree = { metadata: { name: 'web-1', namespace: 'shop' }, spec: { nodeName: 'node-1' }, status: {} };

  it.each([
    ['metadata.name=web-1', true],
    ['metadata.name!=web-1', false],
    ['spec.nodeName=node-1,metadata.namespace=shop', true],
    ['status.phase=', true],
    ['status.phase=Running', false],
  ])('%s', (selector, picks) => {
    expect(fieldTest(selector, 'pods')(pod)).toBe(picks);
  });

  it('take the names of both forms of events', () => {
    const event = { involvedObject: { name: 'web-1' }, reportingComponent: 'kubelet' };
    expect(fieldTest('regarding.name=web-1,reportingController=kubelet', 'events')(event)).toBe(true);
    expect(fieldTest('involvedObject.name=web-1,source=kubelet', 'events')(event)).toBe(true);
  });

  it('read an absent cordon as false', () => {
    expect(fieldTest('spec.unschedulable=false', 'nodes')({ spec: {} })).toBe(true);
    expect(fieldTest('spec.unschedulable=true', 'nodes')({ spec: { unschedulable: true } })).toBe(true);
  });

  it('refuse a field of another kind, and what is no comparison', () => {
    expect(() => fieldTest('spec.nodeName=a', 'configmaps')).toThrow('is not a known field selector');
    expect(() => fieldTest('spec.hostname=a', 'pods')).toThrow('field label not supported: spec.hostname');
    expect(() => fieldTest('metadata.name', 'pods')).toThrow("can't understand");
  });
});
