import { describe, expect, it } from 'vitest';
import { Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { aLive } from './testing/facts.ts';
import { readTarget } from './read-target.ts';
import { containing } from './testing/containing.ts';

const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const { signal } = new AbortController();
const failure = (code: string): Failure =>
  new Failure({ code, what: 'w', why: 'no right to list it', next: 'n', exitCode: 5 });

function reader(more: { readonly list?: (plural: string) => Promise<JsonObject[]>; readonly namespace?: null } = {}) {
  return {
    get: (address: { readonly resource: { readonly plural: string } }) =>
      Promise.resolve(
        address.resource.plural === 'namespaces'
          ? more.namespace === null
            ? null
            : { metadata: { name: 'shop' } }
          : aLive().object,
      ),
    list: async (resource: { readonly plural: string }) => await (more.list?.(resource.plural) ?? Promise.resolve([])),
  };
}

describe('reading a target', () => {
  it('knows everything when everything answers', async () => {
    const facts = await readTarget(reader(), target, signal);
    expect(Object.values(facts).every((one) => 'known' in one)).toBe(true);
  });

  it('takes what may not be read for a missing fact, in words', async () => {
    const list = (plural: string): Promise<JsonObject[]> =>
      plural === 'resourcequotas' ? Promise.reject(failure('forbidden')) : Promise.resolve([]);
    const facts = await readTarget(reader({ list }), target, signal);
    expect(facts.quotas).toEqual({ missing: 'ResourceQuotas of shop may not be read: no right to list it' });
    expect(facts.budgets).toEqual({ known: [] });
  });

  it('takes an absent namespace for a missing fact', async () => {
    expect((await readTarget(reader({ namespace: null }), target, signal)).namespace).toEqual({
      missing: 'namespace shop does not exist or cannot be read',
    });
  });

  it('knows nothing of a kind that is not read', async () => {
    expect(await readTarget(reader(), { ...target, kind: 'Secret' }, signal)).toMatchObject({
      live: { missing: containing('may not be read') },
    });
  });

  it('rejects when the cluster does not answer, so that nothing is denied for that', async () => {
    const list = (): Promise<JsonObject[]> => Promise.reject(failure('unreachable'));
    await expect(readTarget(reader({ list }), target, signal)).rejects.toMatchObject({
      problem: { code: 'unreachable' },
    });
  });

  it('takes lists that cannot be understood for a missing fact', async () => {
    const odd = [{ metadata: { name: 7 } }];
    const facts = await readTarget(
      reader({ list: (plural) => Promise.resolve(plural === 'limitranges' ? odd : []) }),
      target,
      signal,
    );
    expect(facts.limitRanges).toHaveProperty('missing');
  });
});
