import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { type Attributes, denial, Identities, isAllowed, kubeconfigText, type Rule } from './identity.ts';

const wanted = (more: Partial<Attributes> = {}): Attributes => ({
  verb: 'patch',
  group: 'apps',
  resource: 'deployments',
  subresource: '',
  namespace: 'shop',
  name: 'web',
  ...more,
});
const may = (rule: Partial<Rule>, more: Partial<Attributes> = {}): boolean =>
  isAllowed(
    {
      user: 'one',
      groups: [],
      token: 't',
      rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'], ...rule }],
    },
    wanted(more),
  );

describe('rights', () => {
  it('are given by group, resource and verb together', () => {
    expect(may({})).toBe(true);
    expect(may({}, { verb: 'delete' })).toBe(false);
    expect(may({}, { group: '' })).toBe(false);
    expect(may({}, { resource: 'statefulsets' })).toBe(false);
  });

  it('do not extend to subresources', () => {
    expect(may({}, { subresource: 'scale' })).toBe(false);
    expect(may({ resources: ['deployments/scale'] }, { subresource: 'scale' })).toBe(true);
    expect(may({ resources: ['deployments/scale'] })).toBe(false);
  });

  it('hold in the namespaces and for the names of their rule', () => {
    expect(may({ namespaces: ['shop'] })).toBe(true);
    expect(may({ namespaces: ['shop'] }, { namespace: '' })).toBe(false);
    expect(may({ resourceNames: ['web'] })).toBe(true);
    expect(may({ resourceNames: ['web'] }, { name: 'other' })).toBe(false);
  });

  it('are all those of a star, of masters, and of an identity without rules', () => {
    expect(may({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { subresource: 'scale' })).toBe(true);
    expect(isAllowed({ user: 'a', groups: ['system:masters'], token: 't', rules: [] }, wanted())).toBe(true);
    expect(isAllowed({ user: 'a', groups: [], token: 't', rules: null }, wanted())).toBe(true);
    expect(isAllowed({ user: 'a', groups: [], token: 't', rules: [] }, wanted())).toBe(false);
  });

  it('are refused in the words of the server', () => {
    expect(denial('one', wanted({ subresource: 'scale' }))).toBe(
      'User "one" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop"',
    );
    expect(denial('one', wanted({ namespace: '', group: '', resource: 'nodes' }))).toContain('at the cluster scope');
  });
});

describe('identities', () => {
  it('lose their old token when they are added again', () => {
    const identities = new Identities();
    identities.add({ user: 'one', groups: [], token: 'old', rules: null });
    identities.add({ user: 'one', groups: [], token: 'new', rules: null });
    expect([identities.byToken('old'), identities.byToken('new')?.user]).toEqual([undefined, 'one']);
    expect(identities.all()).toHaveLength(1);
  });

  it('have a kubeconfig that names server, user and token', () => {
    const config: unknown = parse(kubeconfigText('http://127.0.0.1:1', { user: 'a:b', token: 'secret' }, 'sandbox'));
    expect(config).toMatchObject({
      'current-context': 'sandbox',
      clusters: [{ cluster: { server: 'http://127.0.0.1:1/as/secret' } }],
      users: [{ name: 'a:b', user: { token: 'secret' } }],
      contexts: [{ context: { namespace: 'default' } }],
    });
  });
});
