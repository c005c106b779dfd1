import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aContext, aFact } from '../testing/signs.ts';
import { aPod, aRevision, atMs, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { incorrectImageReference } from './incorrect-image-reference.ts';

const search = deployment('search');
const image = (tag: string): ReturnType<typeof aTemplate> =>
  aTemplate({ containers: [{ name: 'app', image: `registry.local/search:${tag}` }] });
const findings = [aFact('image-pull-failed', search)];
const pull = (message: string): ReturnType<typeof aPod> =>
  aPod(search, 'search-new', {
    ready: false,
    hash: 'hash2',
    statuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff', message } } }],
  });
const notFound =
  'Back-off pulling image "registry.local/search:2.0.1": ErrImagePull: failed to resolve reference "registry.local/search:2.0.1": registry.local/search:2.0.1: not found';

function world(more: Partial<Parts> = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(search, image('2.0.1'))],
    pods: [pull(notFound), aPod(search, 'search-old')],
    revisions: new Map([
      [
        keyOf(search),
        [
          aRevision(1, image('2.0.0'), { readyReplicas: 3 }),
          aRevision(2, image('2.0.1'), { current: true, createdAtMs: atMs(4) }),
        ],
      ],
    ]),
    ...more,
  });
}

describe('IMG-001 incorrect_image_reference', () => {
  it('rolls back a revision whose image does not exist and that never had a ready pod', () => {
    const found = incorrectImageReference.diagnose(aContext(search, world(), { findings }));
    expect(found).toMatchObject({ strength: 'strong', remedies: [{ action: 'rollback', params: { revision: 1 } }] });
  });

  it('offers nothing in the first revision', () => {
    const revisions = new Map([[keyOf(search), [aRevision(1, image('2.0.1'), { current: true })]]]);
    const found = incorrectImageReference.diagnose(aContext(search, world({ revisions }), { findings }));
    expect(found?.remedies).toEqual([]);
    expect(found?.strength).toBe('fair');
  });

  it('offers nothing when the image is unchanged: the tag is gone from the registry', () => {
    const revisions = new Map([
      [keyOf(search), [aRevision(1, image('2.0.1')), aRevision(2, image('2.0.1'), { current: true })]],
    ]);
    const found = incorrectImageReference.diagnose(aContext(search, world({ revisions }), { findings }));
    expect(found?.remedies).toEqual([]);
  });

  it.each([
    '429 Too Many Requests: toomanyrequests: rate limit',
    'dial tcp 10.1.1.1:443: i/o timeout',
    '401 unauthorized',
  ])('leaves "%s" to another cause', (message) => {
    const view = world({ pods: [pull(`ErrImagePull: ${message}`)] });
    expect(incorrectImageReference.diagnose(aContext(search, view, { findings }))).toBeNull();
  });

  it('says nothing while every image is there', () => {
    expect(
      incorrectImageReference.diagnose(aContext(search, world({ pods: [aPod(search, 'search-old')] }))),
    ).toBeNull();
  });
});
