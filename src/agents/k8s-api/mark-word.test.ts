import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../model/json.ts';
import { markAnnotation } from '../../model/mode.ts';
import { markOf, markWord, voidOf, type Asked } from './mark-word.ts';

function anObject(mark: string | null, managedFields: readonly JsonObject[] = [], uid = 'uid-1'): JsonObject {
  return { metadata: { uid, managedFields, ...(mark === null ? {} : { annotations: { [markAnnotation]: mark } }) } };
}

function anIntent(more: Partial<Asked> = {}): Asked {
  return {
    permit: '3.B',
    purpose: 'act',
    target: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'uid-1' },
    formerMark: '3.A',
    requestDigests: ['d'],
    ...more,
  };
}

function entry(manager: string, time: string, more: JsonObject = {}): JsonObject {
  return { manager, operation: 'Update', apiVersion: 'apps/v1', time, ...more };
}

const earlier = '2026-06-09T14:00:00Z';
const later = '2026-06-09T14:01:00Z';
const before = anObject('3.A', [entry('kubectl', earlier)]);

describe('what the mark says', () => {
  it('the very permit id: it landed', () => {
    expect(markWord(anIntent(), anObject('3.B'), before)).toEqual({
      result: 'landed',
      reason: 'its mark is on the target',
    });
  });

  it('an id that only begins alike proves nothing', () => {
    expect(markWord(anIntent(), anObject('3.BB'), before)).toMatchObject({ result: 'superseded' });
  });

  it('the former mark: it may still come', () => {
    expect(markWord(anIntent(), anObject('3.A'), before)).toEqual({ open: true });
    expect(markWord(anIntent({ formerMark: null }), anObject(null), before)).toEqual({ open: true });
  });

  it('another mark: somebody wrote in between', () => {
    expect(markWord(anIntent(), anObject('4.C'), before)).toEqual({
      result: 'superseded',
      reason: '4.C was written after it',
    });
  });

  it('no mark where there was one: not known', () => {
    expect(markWord(anIntent(), anObject(null), before)).toMatchObject({ result: 'unknown' });
  });

  it('no object, or a namesake: gone', () => {
    expect(markWord(anIntent(), null, before)).toEqual({
      result: 'gone',
      reason: 'the target does not exist any more',
    });
    expect(markWord(anIntent(), anObject('3.B', [], 'uid-2'), before)).toEqual({
      result: 'gone',
      reason: 'the target was replaced by another object of its name',
    });
  });

  it('a claim alone does not prove the change that should follow it', () => {
    expect(markWord(anIntent({ requestDigests: ['c', 'd'] }), anObject('3.B'), before)).toMatchObject({
      result: 'unknown',
    });
  });

  it('a mark that is no text is no mark', () => {
    expect(markOf({ metadata: { annotations: { [markAnnotation]: 3 } } })).toBeNull();
  });
});

describe('what a fence proves', () => {
  const fencedBy = (...managers: readonly JsonObject[]): JsonObject => anObject(voidOf('3.B'), managers);

  it('void, when nobody else wrote', () => {
    expect(markWord(anIntent(), fencedBy(entry('kubectl', earlier)), before)).toEqual({
      result: 'void',
      reason: 'it did not land, and cannot any more',
    });
  });

  it('not known, when a rollout undo may have put the former mark back', () => {
    expect(markWord(anIntent(), fencedBy(entry('kubectl', later)), before)).toEqual({
      result: 'unknown',
      reason: 'it cannot land any more, but kubectl may have taken it back before',
    });
    expect(
      markWord(anIntent(), fencedBy(entry('kubectl', earlier), entry('kubectl-rollout', later)), before),
    ).toMatchObject({ result: 'unknown' });
  });

  it.each([
    ['our own fence', entry('k8s-nemotron-advisor', later)],
    ['a status writer', entry('kube-controller-manager', later, { subresource: 'status' })],
    ['an autoscaler', { ...entry('kube-controller-manager', later), subresource: 'scale' }],
    ['a server-side apply', entry('helm', later, { operation: 'Apply' })],
    ['a client-side apply', entry('kubectl-client-side-apply', later)],
  ])('void all the same after %s, which leaves marks alone', (_who, writer) => {
    expect(markWord(anIntent(), fencedBy(entry('kubectl', earlier), writer), before)).toMatchObject({ result: 'void' });
  });

  it('not known, when what was there before is not kept any more', () => {
    expect(markWord(anIntent(), fencedBy(), null)).toMatchObject({ result: 'unknown' });
  });

  it('tells a hand back, which leaves no mark, by the fields that are ours', () => {
    const ours = (fields: JsonObject): JsonObject => entry('k8s-nemotron-advisor', earlier, { fieldsV1: fields });
    const full = ours({ 'f:metadata': { 'f:annotations': {} }, 'f:spec': { 'f:replicas': {} } });
    const less = ours({ 'f:metadata': { 'f:annotations': {} } });
    const intent = anIntent({ purpose: 'hand back' });
    expect(markWord(intent, fencedBy(less), anObject('3.A', [full]))).toMatchObject({ result: 'landed' });
    expect(markWord(intent, fencedBy(full), anObject('3.A', [full]))).toMatchObject({ result: 'void' });
    expect(markWord(intent, fencedBy(less), null)).toMatchObject({ result: 'unknown' });
  });
});
