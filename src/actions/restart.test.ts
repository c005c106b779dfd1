import { describe, expect, it } from 'vitest';
import { isJsonObject, toJson, type JsonObject } from '../model/json.ts';
import { applyJsonPatch } from '../sandbox/api/json-patch.ts';
import { toTree, toValue } from '../sandbox/api/tree.ts';
import { restart } from './restart.ts';
import { aTemplate, aWorkload, liveOf } from './testing/live.ts';
import { opsOf } from './testing/ops.ts';

const restartedAt = 'kubectl.kubernetes.io/restartedAt';
const restartedAtPath = '/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt';
const target = { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' };

function withAnnotations(annotations: JsonObject): JsonObject {
  const template = aTemplate();
  return { ...template, metadata: { labels: { app: 'checkout' }, annotations } };
}

function written(object: JsonObject): JsonObject {
  const ops = opsOf(restart.preview(liveOf(object), {}));
  const made = toJson(applyJsonPatch(toTree(object), toValue(ops)));
  return isJsonObject(made) ? made : {};
}

describe('preview of restart', () => {
  it('tests the whole template and that the rollout is not paused, and adds the map that is absent', () => {
    expect(restart.preview(liveOf(aWorkload()), {})).toEqual({
      tests: [
        { op: 'test', path: '/spec/template', value: aTemplate() },
        { op: 'test', path: '/spec/paused', value: null },
      ],
      changes: [
        { op: 'add', path: '/spec/template/metadata/annotations', value: { [restartedAt]: '2026-01-05T10:00:01Z' } },
      ],
      touches: ['/spec/template/metadata/annotations'],
    });
  });

  it('touches its own annotation alone where there are others', () => {
    const object = aWorkload({ template: withAnnotations({ team: 'shop' }) });

    expect(restart.preview(liveOf(object), {})).toMatchObject({
      changes: [{ op: 'add', path: restartedAtPath, value: '2026-01-05T10:00:01Z' }],
      touches: [restartedAtPath],
    });
  });

  it('goes one second beyond a former restart', () => {
    const object = aWorkload({ template: withAnnotations({ [restartedAt]: '2026-01-05T15:00:00+01:00' }) });

    expect(restart.preview(liveOf(object), {})).toMatchObject({
      changes: [{ op: 'replace', path: restartedAtPath, value: '2026-01-05T14:00:01Z' }],
    });
  });

  it('goes one second beyond the last write of the object, status apart', () => {
    const managedFields = [
      { manager: 'kubectl-set', operation: 'Update', time: '2026-01-05T12:30:00Z' },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', time: '2026-01-05T13:00:00Z' },
      { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale' },
    ];

    expect(restart.preview(liveOf(aWorkload({ metadata: { managedFields } })), {})).toMatchObject({
      changes: [{ op: 'add', value: { [restartedAt]: '2026-01-05T12:30:01Z' } }],
    });
  });

  it('gives the same patch again while only status has moved', () => {
    const first = restart.preview(liveOf(aWorkload({ metadata: { resourceVersion: '1' } })), {});
    const later = aWorkload({
      metadata: { resourceVersion: '9' },
      status: { observedGeneration: 4, readyReplicas: 1 },
    });

    expect(restart.preview(liveOf(later), {})).toEqual(first);
  });

  it('changes the template each time, three restarts in a row', () => {
    const once = written(aWorkload());
    const twice = written(once);
    const thrice = written(twice);

    const values = [once, twice, thrice].map((one) => JSON.stringify(one['spec']));
    expect(new Set(values).size).toBe(3);
    expect(values[2]).toContain('2026-01-05T10:00:03Z');
  });

  it('looks past a former value that is no time, or one beyond the years that RFC 3339 can write', () => {
    const noTime = aWorkload({ template: withAnnotations({ [restartedAt]: 'yesterday' }) });
    const farTime = aWorkload({ template: withAnnotations({ [restartedAt]: '9999-12-31T23:59:59Z' }) });

    expect(restart.preview(liveOf(noTime), {})).toMatchObject({ changes: [{ value: '2026-01-05T10:00:01Z' }] });
    expect(restart.preview(liveOf(farTime), {})).toMatchObject({ changes: [{ value: '2026-01-05T10:00:01Z' }] });
  });

  it('does not ask a StatefulSet whether it is paused', () => {
    expect(restart.preview(liveOf(aWorkload({ kind: 'StatefulSet' })), {})).toMatchObject({
      tests: [{ op: 'test', path: '/spec/template' }],
    });
  });

  it.each([
    ['a paused Deployment', aWorkload({ spec: { paused: true } }), 'its rollout is paused'],
    [
      'OnDelete',
      aWorkload({ kind: 'DaemonSet', spec: { updateStrategy: { type: 'OnDelete' } } }),
      'its update strategy is OnDelete: a new template reaches a pod only when somebody deletes it',
    ],
    [
      'a partition that holds pods back',
      aWorkload({ kind: 'StatefulSet', spec: { updateStrategy: { rollingUpdate: { partition: 3 } } } }),
      'its rollout is held at partition 3: pods with a lower ordinal would keep the former template',
    ],
    ['a workload without pods', aWorkload({ replicas: 0 }), 'it is at 0 replicas: there is no pod to restart'],
    ['an object without a template', aWorkload({ spec: { template: null } }), 'it has no pod template'],
  ])('refuses %s', (_what, object, refused) => {
    expect(restart.preview(liveOf(object), {})).toEqual({ refused });
  });

  it('refuses any parameter', () => {
    expect(restart.preview(liveOf(aWorkload()), { at: '2026-01-05T10:00:00Z' })).toEqual({
      refused: 'the parameters of restart are not valid: restart takes no parameter at',
    });
  });
});

describe('undo of restart', () => {
  it('is none, and says why', () => {
    expect(restart.undo(aWorkload(), aWorkload(), {})).toEqual({
      irreversible:
        'the pods that it replaced are gone, and taking the annotation away again would only start another rollout',
    });
  });
});

describe('words and risk of restart', () => {
  it('are medium, and high for a StatefulSet', () => {
    expect(restart.risk(liveOf(aWorkload()), {})).toBe('medium');
    expect(restart.risk(liveOf(aWorkload({ kind: 'DaemonSet' })), {})).toBe('medium');
    expect(restart.risk(liveOf(aWorkload({ kind: 'StatefulSet' })), {})).toBe('high');
  });

  it('say how many pods are replaced', () => {
    expect(restart.summary(liveOf(aWorkload({ replicas: 3 })), {})).toBe('3 pods replaced');
    expect(restart.summary(liveOf(aWorkload({ replicas: 1 })), {})).toBe('1 pod replaced');
    expect(restart.summary(liveOf(aWorkload({ kind: 'DaemonSet' })), {})).toBe('all pods replaced');
  });

  it('give the kubectl line', () => {
    expect(restart.byHand(target, {})).toBe('kubectl -n pay rollout restart sts/ledger');
  });
});
