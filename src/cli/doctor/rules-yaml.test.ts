import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { actions } from '../../actions/actions.ts';
import { modes } from '../../model/mode.ts';
import { viewKinds } from '../../cluster/resources.ts';
import { capabilities, rightText } from './rights.ts';
import { rulesYaml } from './rules-yaml.ts';

const needs = { readLogs: true, hasPrometheus: false, advisorNamespace: 'nemotron-advisor', actions } as const;
const documents = (yaml: string): readonly unknown[] =>
  parseAllDocuments(yaml).map((one) => {
    const read: unknown = one.toJS();
    return read;
  });
const missing = (group: string, resource: string, verb: string, namespace?: string) => ({
  right: { group, resource, verb, ...(namespace === undefined ? {} : { namespace }) },
  namespaces: [],
});

describe('the rules that grant what is missing', () => {
  it('put resources of a group with the same verbs into one rule', () => {
    const [role] = documents(
      rulesYaml(
        [
          missing('apps', 'deployments', 'list'),
          missing('apps', 'deployments', 'watch'),
          missing('apps', 'daemonsets', 'list'),
          missing('apps', 'daemonsets', 'watch'),
          missing('', 'pods/log', 'get'),
        ],
        { user: 'sre' },
      ),
    );
    expect(role).toMatchObject({
      kind: 'ClusterRole',
      rules: [
        { apiGroups: ['apps'], resources: ['deployments', 'daemonsets'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ],
    });
  });

  it('bind to the user or the service account that asked', () => {
    const one = [missing('', 'pods', 'list')];
    expect(documents(rulesYaml(one, { user: 'sre' }))[1]).toMatchObject({ subjects: [{ kind: 'User', name: 'sre' }] });
    expect(documents(rulesYaml(one, { user: 'system:serviceaccount:ops:advisor' }))[1]).toMatchObject({
      subjects: [{ kind: 'ServiceAccount', namespace: 'ops', name: 'advisor' }],
    });
    expect(rulesYaml(one, null)).toContain('NAME OF THE USER');
  });

  it('keep what is needed in one namespace to that namespace', () => {
    const kinds = documents(rulesYaml([missing('', 'configmaps', 'patch', 'nemotron-advisor')], { user: 'sre' }));
    expect(kinds).toMatchObject([
      { kind: 'Role', metadata: { namespace: 'nemotron-advisor' } },
      { kind: 'RoleBinding', metadata: { namespace: 'nemotron-advisor' } },
    ]);
  });

  it('are a comment when nothing is missing', () => {
    expect(rulesYaml([], { user: 'sre' })).toBe('# no right is missing\n');
  });
});

describe('the rights that are asked for', () => {
  it('cover list and watch of each kind that is watched, and each right of each action', () => {
    const all = new Set(
      capabilities({ ...needs, mode: 'auto' }).flatMap((one) => one.rights.map((right) => rightText(right))),
    );
    expect(viewKinds.length * 2).toBeLessThan(all.size);
    const wanted = actions.flatMap((one) => one.rbac.map((rule) => `${rule.verb} ${rule.resource}`));
    expect(wanted.filter((one) => !all.has(one))).toEqual([]);
  });

  it.each(modes.map((mode) => [mode]))('never name a Secret, a wildcard or exec in mode %s', (mode) => {
    const texts = capabilities({ ...needs, mode }).flatMap((one) => one.rights.map((right) => rightText(right)));
    expect(texts.filter((text) => /secret|\*|exec|impersonate|escalate|bind/.test(text))).toEqual([]);
  });

  it('are off by choice where the mode writes nothing', () => {
    const offIn = (mode: 'suggest' | 'approve') =>
      capabilities({ ...needs, mode })
        .filter((one) => one.off !== undefined)
        .map((one) => one.id);
    expect(offIn('suggest')).toContain('lease');
    expect(offIn('approve')).toEqual([]);
  });
});
