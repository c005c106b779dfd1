import { describe, expect, it } from 'vitest';
import { scale } from '../../actions/scale.ts';
import { rollback } from '../../actions/rollback.ts';
import { changeRequest, fenceRequest, handBackRequest, markOf, testsOf, uidOf, voidOf } from './request-shape.ts';
import { undoLine } from './undo-line.ts';
import { target } from './testing/facts.ts';

const resource = { group: 'apps', version: 'v1', plural: 'deployments' };
const aim = (metadata: {
  readonly [key: string]: string | null | { readonly [key: string]: string } | readonly { readonly manager: string }[];
}) => ({
  resource,
  namespace: 'shop',
  name: 'checkout',
  object: { metadata: { uid: 'u1', ...metadata } },
});
const mark = 'nemotron-advisor.dev/last-action';
const markPath = '/metadata/annotations/nemotron-advisor.dev~1last-action';
const preview = {
  tests: [{ op: 'test', path: '/spec/replicas', value: 3 }],
  changes: [{ op: 'replace', path: '/spec/replicas', value: 5 }],
} as const;

describe('the shape of a write', () => {
  it('tests UID, former mark and value, then changes and marks', () => {
    expect(changeRequest(aim({ annotations: { [mark]: '6.01' } }), preview, '7.02')).toEqual({
      method: 'PATCH',
      resource,
      namespace: 'shop',
      name: 'checkout',
      ops: [
        { op: 'test', path: '/metadata/uid', value: 'u1' },
        { op: 'test', path: markPath, value: '6.01' },
        { op: 'test', path: '/spec/replicas', value: 3 },
        { op: 'replace', path: '/spec/replicas', value: 5 },
        { op: 'replace', path: markPath, value: '7.02' },
      ],
    });
  });

  it('tests an absent mark as null and adds it', () => {
    const ops = changeRequest(aim({ annotations: { other: 'x' } }), preview, '7.02')?.ops;
    expect(ops?.[1]).toEqual({ op: 'test', path: markPath, value: null });
    expect(ops?.[4]).toEqual({ op: 'add', path: markPath, value: '7.02' });
  });

  it.each([{}, { annotations: null }])('adds the whole map where there are no annotations: %j', (metadata) => {
    const ops = changeRequest(aim(metadata), preview, '7.02')?.ops;
    expect(ops?.[1]).toEqual({ op: 'test', path: '/metadata/annotations', value: null });
    expect(ops?.[4]).toEqual({ op: 'add', path: '/metadata/annotations', value: { [mark]: '7.02' } });
  });

  it('is none without a UID', () => {
    expect(changeRequest(aim({ uid: '' }), preview, '7.02')).toBeNull();
    expect(fenceRequest(aim({ uid: null }), '7.02')).toBeNull();
    expect(handBackRequest(aim({ uid: '' }), [])).toBeNull();
    expect(uidOf({})).toBeNull();
    expect(markOf({})).toBeNull();
  });
});

describe('the shape of a fence', () => {
  it('replaces the former mark by the void of the permit, and nothing else', () => {
    expect(fenceRequest(aim({ annotations: { [mark]: '6.01' } }), '7.02')?.ops).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'u1' },
      { op: 'test', path: markPath, value: '6.01' },
      { op: 'replace', path: markPath, value: 'void:7.02' },
    ]);
    expect(voidOf('7.02')).toBe('void:7.02');
  });

  it('adds the map where the write would have added it', () => {
    expect(fenceRequest(aim({}), '7.02')?.ops.at(-1)).toEqual({
      op: 'add',
      path: '/metadata/annotations',
      value: { [mark]: 'void:7.02' },
    });
  });
});

describe('the shape of a hand back', () => {
  it('puts another list of managedFields in place of the one that was read', () => {
    const managedFields = [{ manager: 'helm' }];
    expect(handBackRequest(aim({ annotations: { [mark]: '7.03' }, managedFields }), [])?.ops).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'u1' },
      { op: 'test', path: markPath, value: '7.03' },
      { op: 'test', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/managedFields', value: [] },
    ]);
    expect(handBackRequest(aim({}), [])).toBeNull();
  });

  it('has its tests bound apart from its changes', () => {
    const request = changeRequest(aim({}), preview, '7.02');
    expect(request === null ? null : testsOf([request])).toEqual([
      [
        { op: 'test', path: '/metadata/uid', value: 'u1' },
        { op: 'test', path: '/metadata/annotations', value: null },
        { op: 'test', path: '/spec/replicas', value: 3 },
      ],
    ]);
  });
});

describe('the line that takes a change back', () => {
  const back = (path: string, value: string | number) => ({
    tests: [],
    touches: [],
    changes: [{ op: 'replace', path, value } as const],
  });

  it('is the verb of scale, a patch, or a rollout undo where the patch is too long to type', () => {
    expect(undoLine(scale, target, back('/spec/replicas', 3))).toBe(
      'kubectl -n shop scale deploy/checkout --replicas=3',
    );
    expect(undoLine(rollback, target, back('/spec/paused', 'x'))).toBe(
      `kubectl -n shop patch deployment/checkout --type=json -p '[{"op":"replace","path":"/spec/paused","value":"x"}]'`,
    );
    expect(undoLine(rollback, target, back('/spec/template', 'x'.repeat(400)))).toBe(
      'kubectl -n shop rollout undo deployment/checkout',
    );
    expect(undoLine(rollback, target, back('/spec/x', "it's"))).toBe(
      'kubectl -n shop rollout undo deployment/checkout',
    );
  });

  it('says why there is none', () => {
    expect(undoLine(scale, target, { irreversible: 'the pods are gone' })).toBe('cannot be undone: the pods are gone');
  });
});
