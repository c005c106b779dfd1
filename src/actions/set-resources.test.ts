import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, toJson, type JsonObject } from '../model/json.ts';
import { applyJsonPatch } from '../sandbox/api/json-patch.ts';
import { toTree, toValue } from '../sandbox/api/tree.ts';
import { setResources } from './set-resources.ts';
import { aContainer, aTemplate, aWorkload, liveOf } from './testing/live.ts';
import { opsOf } from './testing/ops.ts';

const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const former = { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } };
const sidecar = aContainer({ name: 'proxy' });
const second = liveOf(aWorkload({ template: aTemplate([sidecar, aContainer()]) }));
const path = '/spec/template/spec/containers/1';

describe('preview of set-resources', () => {
  it('tests the name at the index and the whole subtree, and writes the subtree whole', () => {
    expect(setResources.preview(second, { container: 'app', limits: { memory: '384Mi' } })).toEqual({
      tests: [
        { op: 'test', path: `${path}/name`, value: 'app' },
        { op: 'test', path: `${path}/resources`, value: former },
        { op: 'test', path: '/spec/paused', value: null },
      ],
      changes: [{ op: 'replace', path: `${path}/resources`, value: { ...former, limits: { memory: '384Mi' } } }],
      touches: [`${path}/resources`],
    });
  });

  it('takes limit and request together, as the diagnosis of memory kills offers them', () => {
    const params = { container: 'app', limits: { memory: '384Mi' }, requests: { memory: '192Mi' } };

    expect(setResources.preview(second, params)).toMatchObject({
      changes: [{ value: { limits: { memory: '384Mi' }, requests: { cpu: '100m', memory: '192Mi' } } }],
    });
  });

  it('keeps what it does not name', () => {
    const resources = { claims: [{ name: 'gpu' }], limits: { memory: '256Mi', 'ephemeral-storage': '1Gi' } };
    const live = liveOf(aWorkload({ template: aTemplate([aContainer({ resources })]) }));

    expect(setResources.preview(live, { container: 'app', limits: { cpu: '1' } })).toMatchObject({
      changes: [
        {
          value: {
            claims: [{ name: 'gpu' }],
            limits: { memory: '256Mi', 'ephemeral-storage': '1Gi', cpu: '1' },
          },
        },
      ],
    });
  });

  it('writes amounts the way the server gives them back', () => {
    expect(setResources.preview(second, { container: 'app', limits: { memory: '0.5Gi', cpu: '0.5' } })).toMatchObject({
      changes: [{ value: { limits: { memory: '512Mi', cpu: '500m' } } }],
    });
  });

  it('fills resources that are empty, and adds those that are absent', () => {
    const empty = liveOf(aWorkload({ template: aTemplate([{ name: 'app', resources: {} }]) }));
    const absent = liveOf(aWorkload({ template: aTemplate([{ name: 'app' }]) }));
    const params = { container: 'app', limits: { memory: '384Mi' } };
    const value = { limits: { memory: '384Mi' } };

    expect(setResources.preview(empty, params)).toMatchObject({ changes: [{ op: 'replace', value }] });
    expect(setResources.preview(absent, params)).toMatchObject({ changes: [{ op: 'add', value }] });
  });

  it('refuses amounts that hold already, however they are written', () => {
    expect(setResources.preview(second, { container: 'app', limits: { memory: '0.25Gi' } })).toEqual({
      refused: 'app has these requests and limits already',
    });
  });

  it('refuses a limit below the request that stays', () => {
    expect(setResources.preview(second, { container: 'app', limits: { memory: '64Mi' } })).toEqual({
      refused: 'the memory request of 128Mi would be above the limit of 64Mi',
    });
  });

  it('refuses a container that is not there, and names those that are', () => {
    expect(setResources.preview(second, { container: 'db', limits: { memory: '384Mi' } })).toEqual({
      refused: 'it has no container db, only proxy, app',
    });
  });

  it('refuses a workload without containers', () => {
    const live = liveOf(aWorkload({ template: aTemplate([]) }));

    expect(setResources.preview(live, { container: 'app', limits: { cpu: '1' } })).toEqual({
      refused: 'it has no container app',
    });
  });

  it('refuses while the rollout is paused', () => {
    const live = liveOf(aWorkload({ spec: { paused: true } }));

    expect(setResources.preview(live, { container: 'app', limits: { cpu: '1' } })).toEqual({
      refused: 'its rollout is paused',
    });
  });

  it.each([
    [{ container: 'app' }, 'set-resources needs limits or requests'],
    [{ container: '', limits: { cpu: '1' } }, 'container must be a name'],
    [{ limits: { cpu: '1' } }, 'container must be a name'],
    [{ container: 'app', limits: {} }, 'limits names no amount: leave it out or give memory or cpu'],
    [{ container: 'app', requests: { cpu: '0' } }, 'requests.cpu must be whole millicores above 0, such as 500m or 2'],
    [{ container: 'app', limits: { cpu: '1' }, image: 'x' }, 'set-resources takes no parameter image'],
  ])('refuses the parameters %j', (params, why) => {
    expect(setResources.preview(second, params)).toEqual({
      refused: `the parameters of set-resources are not valid: ${why}`,
    });
  });
});

describe('undo of set-resources', () => {
  it('tests the name and what the reply showed, which may be more than was sent', () => {
    const reply = aWorkload({
      template: aTemplate([sidecar, aContainer({ resources: { limits: { memory: '1Gi' } } })]),
    });

    expect(setResources.undo(second.object, reply, { container: 'app', limits: { memory: '1024Mi' } })).toEqual({
      tests: [
        { op: 'test', path: `${path}/name`, value: 'app' },
        { op: 'test', path: `${path}/resources`, value: { limits: { memory: '1Gi' } } },
      ],
      changes: [{ op: 'replace', path: `${path}/resources`, value: former }],
      touches: [`${path}/resources`],
    });
  });

  it('has no way back to a container that was not there', () => {
    expect(setResources.undo(aWorkload(), aWorkload(), { container: 'db', limits: { cpu: '1' } })).toEqual({
      irreversible: 'it has no container db, only app',
    });
  });

  it('brings any amounts back exactly, and the change lies where it says', () => {
    const texts = record({
      unit: constantFrom('Ki', 'Mi', 'M', 'Gi'),
      limit: integer({ min: 200, max: 10_000 }),
      index: integer({ min: 0, max: 2 }),
    });

    assert(
      property(texts, ({ unit, limit, index }) => {
        const containers = [sidecar, sidecar].toSpliced(index, 0, { name: 'app', resources: { limits: { cpu: '3' } } });
        const before = aWorkload({ template: aTemplate(containers) });
        const params = { container: 'app', limits: { memory: `${limit}${unit}` }, requests: { cpu: '2' } };
        const after = patched(before, opsOf(setResources.preview(liveOf(before), params)));

        expect(after).not.toEqual(before);
        expect(patched(after, opsOf(setResources.undo(before, after, params)))).toEqual(before);
        expect(withResources(after, index, { limits: { cpu: '3' } })).toEqual(before);
      }),
    );
  });
});

describe('words and risk of set-resources', () => {
  it('say each amount before and after', () => {
    const params = { container: 'app', limits: { memory: '384Mi', cpu: '1' }, requests: { memory: '192Mi' } };

    expect(setResources.summary(second, params)).toBe(
      'memory limit 256Mi → 384Mi, cpu limit none → 1, memory request 128Mi → 192Mi',
    );
  });

  it('say the aim alone for a container that is gone', () => {
    expect(setResources.summary(second, { container: 'db', limits: { cpu: '1' } })).toBe('cpu limit none → 1');
  });

  it('give the kubectl line', () => {
    expect(setResources.byHand(target, { container: 'app', limits: { memory: '384Mi' } })).toBe(
      'kubectl -n shop set resources deploy/checkout -c app --limits=memory=384Mi',
    );
    expect(
      setResources.byHand(target, {
        container: 'app',
        limits: { cpu: '0.5', memory: '384Mi' },
        requests: { memory: '192Mi' },
      }),
    ).toBe(
      'kubectl -n shop set resources deploy/checkout -c app --limits=memory=384Mi,cpu=500m --requests=memory=192Mi',
    );
  });

  it('are medium, and high for a StatefulSet', () => {
    const params = { container: 'app', limits: { memory: '384Mi' } };

    expect(setResources.risk(second, params)).toBe('medium');
    expect(setResources.risk(liveOf(aWorkload({ kind: 'StatefulSet' })), params)).toBe('high');
  });
});

function patched(object: JsonObject, ops: readonly object[]): JsonObject {
  return objectOf(applyJsonPatch(toTree(object), toValue(ops)));
}

function withResources(object: JsonObject, index: number, value: JsonObject): JsonObject {
  const op = { op: 'replace', path: `/spec/template/spec/containers/${index}/resources`, value };
  return patched(object, [op]);
}

function objectOf(value: unknown): JsonObject {
  const made = toJson(value);
  return isJsonObject(made) ? made : {};
}
