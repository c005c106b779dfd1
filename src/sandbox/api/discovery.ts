// What this server says it serves: API versions, groups, resources, and the least OpenAPI with which kubectl applies (writes.md C.6).
import { apiVersionOf, type Definition, definitions } from './resources.ts';
import { reviewResources } from './reviews.ts';
import type { Tree } from './tree.ts';

const version: Tree = {
  major: '1',
  minor: '37',
  emulationMajor: '1',
  emulationMinor: '37',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '36',
  gitVersion: 'v1.37.2',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
const groups = new Map<string, string>();
for (const one of definitions) if (one.group !== '') groups.set(one.group, one.version);
for (const one of reviewResources) groups.set(one.group, 'v1');

/** Whether any version of an API group is served; the core group is ''. */
export function isServedGroup(group: string): boolean {
  return group === '' || groups.has(group);
}

/** The discovery document at a path, or null when there is none. */
export function discoveryAt(path: string): Tree | null {
  if (path === '/version') return version;
  if (path === '/api')
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '' }],
    };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...groups].map(groupOf) };
  if (path === '/api/v1') return resourceList('', 'v1');
  if (path === '/openapi/v3') return openapiIndex();
  if (path.startsWith('/openapi/v3/')) return openapiAt(path.slice('/openapi/v3/'.length));
  const match = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path);
  const [, group = '', asked] = match ?? [];
  const served = groups.get(group);
  if (served === undefined) return null;
  if (asked === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf([group, served]) };
  return asked === served ? resourceList(group, served) : null;
}

function groupOf([name, groupVersion]: readonly [string, string]): Tree {
  const one = { groupVersion: `${name}/${groupVersion}`, version: groupVersion };
  return { name, versions: [one], preferredVersion: one };
}

function resourceList(group: string, groupVersion: string): Tree {
  const resources: Tree[] = [];
  for (const one of definitions.filter((definition) => definition.group === group)) {
    resources.push({
      name: one.plural,
      singularName: one.singular,
      namespaced: one.namespaced,
      kind: one.kind,
      verbs,
      ...(one.shortNames.length === 0 ? {} : { shortNames: [...one.shortNames] }),
    });
    for (const subresource of one.subresources) resources.push(subresourceOf(one, subresource));
  }
  for (const one of reviewResources.filter((found) => found.group === group))
    resources.push({
      name: one.plural,
      singularName: one.kind.toLowerCase(),
      namespaced: false,
      kind: one.kind,
      verbs: ['create'],
    });
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version: groupVersion }),
    resources,
  };
}

function subresourceOf(definition: Definition, subresource: string): Tree {
  const shared = { name: `${definition.plural}/${subresource}`, singularName: '', namespaced: definition.namespaced };
  if (subresource === 'scale')
    return { ...shared, group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
  if (subresource === 'log') return { ...shared, kind: 'Pod', verbs: ['get'] };
  if (subresource === 'binding') return { ...shared, kind: 'Binding', verbs: ['create'] };
  return { ...shared, kind: definition.kind, verbs: ['get', 'patch', 'update'] };
}

function openapiIndex(): Tree {
  const paths: Tree = { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } };
  for (const [group, served] of groups)
    paths[`apis/${group}/${served}`] = { serverRelativeURL: `/openapi/v3/apis/${group}/${served}` };
  return { paths };
}

function openapiAt(prefix: string): Tree | null {
  const served = definitions.filter((one) => prefix === prefixOf(one));
  if (served.length === 0 && !reviewResources.some((one) => prefix === `apis/${one.group}/v1`)) return null;
  const paths: Tree = {};
  for (const one of served) {
    const where = one.namespaced ? `namespaces/{namespace}/${one.plural}` : one.plural;
    paths[`/${prefix}/${where}/{name}`] = {
      patch: {
        'x-kubernetes-group-version-kind': { group: one.group, version: one.version, kind: one.kind },
        parameters: [{ name: 'fieldValidation', in: 'query' }],
      },
    };
  }
  return { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.37.2' }, paths };
}

function prefixOf(definition: Definition): string {
  return definition.group === '' ? `api/${definition.version}` : `apis/${definition.group}/${definition.version}`;
}
