import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../model/json.ts';
import { fieldManager, markAnnotation } from '../../model/mode.ts';
import { handedBack, ownsLess } from './managed-fields.ts';

const earlier = '2026-06-09T14:00:00Z';
const later = '2026-06-09T14:05:00Z';
const mark: JsonObject = { 'f:annotations': { [`f:${markAnnotation}`]: {} } };

function entry(manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    manager,
    operation: 'Apply',
    apiVersion: 'apps/v1',
    time: earlier,
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  };
}

function ours(fieldsV1: JsonObject): JsonObject {
  return entry(fieldManager, fieldsV1, { operation: 'Update', time: later });
}

function owned(...managedFields: readonly JsonObject[]): JsonObject {
  return { metadata: { managedFields } };
}

const template: JsonObject = { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } } };
const helmBefore = entry('helm', { 'f:spec': { 'f:replicas': {}, 'f:template': template } });
const helmRobbed = entry('helm', { 'f:spec': { 'f:template': template } });

describe('handing back', () => {
  it('gives the field to its former owner and keeps the mark as ours', () => {
    const now = owned(helmRobbed, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(helmBefore), now)).toEqual([helmBefore, ours({ 'f:metadata': mark })]);
  });

  it('brings an owner back of whom we took everything', () => {
    const autoscaler: JsonObject = {
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'apps/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      subresource: 'scale',
    };
    const now = owned(ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(autoscaler), now)).toEqual([ours({ 'f:metadata': mark }), autoscaler]);
  });

  it('only strips ours when the former owner has applied since', () => {
    const applied = entry('helm', { 'f:spec': { 'f:replicas': {}, 'f:template': template } }, { time: later });
    const now = owned(applied, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(helmBefore), now)).toEqual([applied, ours({ 'f:metadata': mark })]);
  });

  it('only strips ours when the former owner dropped the field since', () => {
    const applied = entry('helm', { 'f:spec': { 'f:template': template } }, { time: later });
    const now = owned(applied, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(helmBefore), now)).toEqual([applied, ours({ 'f:metadata': mark })]);
  });

  it('does not bring a former owner back over a new one of the same field', () => {
    const former = entry('kubectl-client-side-apply', { 'f:spec': { 'f:replicas': {} } }, { operation: 'Update' });
    const successor = entry('kubectl', { 'f:spec': { 'f:replicas': {} } }, { time: later });
    const now = owned(successor, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(former), now)).toEqual([successor, ours({ 'f:metadata': mark })]);
  });

  it('keeps what was ours before the act', () => {
    const oursBefore = entry(fieldManager, { 'f:spec': { 'f:paused': {} } }, { operation: 'Update' });
    const now = owned(helmRobbed, ours({ 'f:metadata': mark, 'f:spec': { 'f:paused': {}, 'f:replicas': {} } }));
    expect(handedBack(owned(helmBefore, oursBefore), now)).toEqual([
      helmBefore,
      ours({ 'f:metadata': mark, 'f:spec': { 'f:paused': {} } }),
    ]);
  });

  it('leaves entries of others and our subresource entries as they are', () => {
    const status = entry('kube-controller-manager', { 'f:status': {} }, { operation: 'Update', subresource: 'status' });
    const resize = entry(fieldManager, { 'f:spec': { 'f:x': {} } }, { operation: 'Update', subresource: 'resize' });
    const now = owned(helmRobbed, status, resize, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(helmBefore, status), now)).toEqual([
      helmBefore,
      status,
      resize,
      ours({ 'f:metadata': mark }),
    ]);
  });

  it('hands a key of a list back with its own dot', () => {
    const container = (fields: JsonObject): JsonObject => ({ 'f:containers': { 'k:{"name":"app"}': fields } });
    const before = entry('helm', container({ '.': {}, 'f:image': {}, 'f:name': {} }));
    const robbed = entry('helm', container({ '.': {}, 'f:name': {} }));
    const now = owned(robbed, ours({ 'f:metadata': mark, ...container({ 'f:image': {} }) }));
    expect(handedBack(owned(before), now)).toEqual([before, ours({ 'f:metadata': mark })]);
  });

  it('leaves an entry that dropped a field by itself, though in the same second', () => {
    const had = entry('helm', { 'f:spec': { 'f:replicas': {}, 'f:paused': {}, 'f:template': template } });
    const now = entry('helm', { 'f:spec': { 'f:paused': {}, 'f:selector': {}, 'f:template': template } });
    const list = owned(now, ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    expect(handedBack(owned(had), list)).toEqual([now, ours({ 'f:metadata': mark })]);
    const swapped = entry('helm', { 'f:spec': { 'f:paused': {}, 'f:other': {} } });
    const two = entry('helm', { 'f:spec': { 'f:replicas': {}, 'f:paused': {}, 'f:selector': {} } });
    expect(handedBack(owned(two), owned(swapped, ours({ 'f:spec': { 'f:replicas': {} } })))).toEqual([
      swapped,
      ours({}),
    ]);
  });

  it('does not bring a former owner back where one of its fields has a new owner', () => {
    const former = entry('helm', { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } });
    const successor = entry('kubectl', { 'f:spec': { 'f:replicas': {}, 'f:template': {} } }, { time: later });
    const now = owned(successor, ours({ 'f:spec': { 'f:replicas': {}, 'f:paused': {} } }));
    expect(handedBack(owned(former), now)).toEqual([successor, ours({})]);
  });

  it('has nothing to do without an entry of ours, or with the mark alone', () => {
    expect(handedBack(owned(helmBefore), owned(helmBefore))).toBeNull();
    expect(handedBack(owned(helmBefore), owned(helmBefore, ours({ 'f:metadata': mark })))).toBeNull();
    expect(handedBack({ metadata: {} }, { metadata: { managedFields: 'none' } })).toBeNull();
  });
});

describe('any take-over', () => {
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 });
  const fieldsOf = (keys: readonly string[]): JsonObject => ({
    'f:spec': Object.fromEntries(keys.map((key): [string, Json] => [`f:${key}`, {}])),
  });

  it('is undone: the former owner has what it had, and we have the mark', () => {
    fc.assert(
      fc.property(names, names, (had, taken) => {
        const left = had.filter((key) => !taken.includes(key));
        const former = entry('helm', fieldsOf(had));
        const robbed = left.length === 0 ? [] : [entry('helm', fieldsOf(left))];
        const now = owned(...robbed, ours({ 'f:metadata': mark, ...fieldsOf(taken) }));
        const list = handedBack(owned(former), now);
        expect(list).toContainEqual(former);
        expect(list).toContainEqual(ours({ 'f:metadata': mark }));
        expect(list).toHaveLength(2);
      }),
    );
  });

  it('is handed back once: the second time there is nothing', () => {
    fc.assert(
      fc.property(names, (taken) => {
        const before = owned(entry('helm', fieldsOf(taken)));
        const once = handedBack(before, owned(ours({ 'f:metadata': mark, ...fieldsOf(taken) })));
        expect(handedBack(before, { metadata: { managedFields: once } })).toBeNull();
      }),
    );
  });
});

describe('owning less', () => {
  it('counts our own fields alone', () => {
    const full = owned(ours({ 'f:metadata': mark, 'f:spec': { 'f:replicas': {} } }));
    const less = owned(ours({ 'f:metadata': mark }), helmBefore);
    expect([ownsLess(full, less), ownsLess(less, less), ownsLess(less, full), ownsLess(full, owned())]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});
