// EndpointSlice controller: the addresses behind each Service, with its named ports resolved pod by pod.
import { type Api, nameOf, namespaceOf, uidOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { selectorPicks } from '../api/selectors.ts';
import type { Change } from '../api/store.ts';
import { numberAt, sameValue, textAt, textMapAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { createObject, deleteObject, edit, keyParts, ownerReference } from './control.ts';
import type { Controller } from './controller.ts';
import { isFinished, isReady, isTerminating } from './pods.ts';

const services = known('', 'services');
const slices = known('discovery.k8s.io', 'endpointslices');
const nameLabel = 'kubernetes.io/service-name';

export function endpoints(api: Api): Controller {
  return {
    name: 'endpoints',
    concerns(change) {
      if (change.table === 'services') return [`${change.entry.namespace}/${change.entry.name}`];
      return change.table === 'pods' ? servicesOf(api, change) : [];
    },
    reconcile(key) {
      const [namespace, name] = keyParts(key);
      const service = api.store.get('services', namespace, name)?.object;
      const existing = api.store
        .list(slices.table, namespace)
        .map((entry) => entry.object)
        .filter((slice) => textAt(slice, 'metadata', 'labels', nameLabel) === name);
      if (service === undefined) {
        for (const slice of existing) deleteObject(api, slices, slice);
        return;
      }
      const { selector } = treeAt(service, 'spec');
      if (selector === undefined || textAt(service, 'spec', 'type') === 'ExternalName') return;
      bringAbout(api, service, existing, groupsOf(api, service));
    },
  };
}

/** Services that pick the pod now or picked it before. */
function servicesOf(api: Api, change: Change): string[] {
  const labels = [change.entry, change.before].map((entry) => textMapAt(entry?.object ?? {}, 'metadata', 'labels'));
  return api.store
    .list('services', change.entry.namespace)
    .filter(({ object }) => {
      const selector = treeAt(object, 'spec')['selector'];
      return selector !== undefined && labels.some((one) => selectorPicks({ matchLabels: selector }, one));
    })
    .map((entry) => `${entry.namespace}/${entry.name}`);
}

type Group = { readonly ports: Tree[]; readonly endpoints: Tree[] };

/** Endpoints by the ports that the Service's targets resolve to on their pod. */
function groupsOf(api: Api, service: Tree): Group[] {
  const selector = { matchLabels: treeAt(service, 'spec', 'selector') };
  const groups = new Map<string, Group>();
  for (const { object: pod } of api.store.list('pods', namespaceOf(service))) {
    if (isFinished(pod) || textAt(pod, 'status', 'podIP') === '') continue;
    if (!selectorPicks(selector, textMapAt(pod, 'metadata', 'labels'))) continue;
    const ports = portsOn(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(api, service, pod));
    groups.set(key, group);
  }
  return groups.size === 0 ? [{ ports: [], endpoints: [] }] : [...groups.values()];
}

function portsOn(service: Tree, pod: Tree): Tree[] {
  const ports: Tree[] = [];
  for (const port of treesAt(service, 'spec', 'ports')) {
    const target = port['targetPort'] ?? port['port'];
    const number =
      typeof target === 'number' ? target : namedPort(pod, textAt(port, 'targetPort'), textAt(port, 'protocol'));
    if (number === null) continue;
    ports.push({ name: textAt(port, 'name'), protocol: textAt(port, 'protocol'), port: number });
  }
  return ports;
}

function namedPort(pod: Tree, name: string, protocol: string): number | null {
  for (const container of treesAt(pod, 'spec', 'containers'))
    for (const port of treesAt(container, 'ports'))
      if (textAt(port, 'name') === name && textAt(port, 'protocol') === protocol)
        return numberAt(port, 'containerPort') ?? null;
  return null;
}

function endpointOf(api: Api, service: Tree, pod: Tree): Tree {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const anyway = treeAt(service, 'spec')['publishNotReadyAddresses'] === true;
  const nodeName = textAt(pod, 'spec', 'nodeName');
  const node = api.store.get('nodes', '', nodeName)?.object ?? {};
  const zone = textMapAt(node, 'metadata', 'labels')['topology.kubernetes.io/zone'];
  const hostname = textAt(pod, 'spec', 'hostname');
  const isNamed = hostname !== '' && textAt(pod, 'spec', 'subdomain') === nameOf(service);
  return {
    addresses: [textAt(pod, 'status', 'podIP')],
    conditions: { ready: anyway || (serving && !terminating), serving, terminating },
    targetRef: { kind: 'Pod', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) },
    nodeName,
    ...(isNamed ? { hostname } : {}),
    ...(zone === undefined ? {} : { zone }),
  };
}

function bringAbout(api: Api, service: Tree, existing: readonly Tree[], groups: readonly Group[]): void {
  const unused = [...existing];
  const open = [...groups];
  const take = (fits: (slice: Tree) => boolean): Tree | undefined => {
    const position = unused.findIndex(fits);
    return position < 0 ? undefined : unused.splice(position, 1)[0];
  };
  const labels = {
    ...treeAt(service, 'metadata', 'labels'),
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    [nameLabel]: nameOf(service),
    ...(textAt(service, 'spec', 'clusterIP') === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
  };
  const samePorts = open.map((group) => take((slice) => sameValue(slice['ports'] ?? [], group.ports)));
  for (const [index, group] of open.entries()) {
    const slice = samePorts[index] ?? take(() => true);
    const endpointsWanted = group.endpoints.length === 0 ? null : group.endpoints;
    const ports = group.ports.length === 0 ? null : group.ports;
    if (slice === undefined) {
      createObject(api, slices, namespaceOf(service), {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: `${nameOf(service)}-`,
          labels,
          ownerReferences: [ownerReference(services, service)],
        },
        addressType: 'IPv4',
        endpoints: endpointsWanted,
        ports,
      });
      continue;
    }
    edit(api, slices, slice, (live) => {
      live['endpoints'] = endpointsWanted;
      live['ports'] = ports;
      const metadata = live['metadata'];
      if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) metadata['labels'] = labels;
    });
  }
  for (const slice of unused) deleteObject(api, slices, slice);
}
