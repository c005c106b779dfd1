// What admission refuses or fills in before an object is stored: namespaces, service accounts, priorities, tolerations, addresses.
import type { Aim, Api } from './context.ts';
import { forbidden, notFound } from './failure.ts';
import { known } from './resources.ts';
import { makeTree, numberAt, textAt, type Tree, treesAt } from './tree.ts';

export function admitToNamespace(api: Api, aim: Aim, name: string): void {
  if (!aim.definition.namespaced) return;
  const namespace = api.store.get('namespaces', '', aim.namespace);
  if (namespace === undefined) throw notFound(known('', 'namespaces'), aim.namespace);
  if (textAt(namespace.object, 'status', 'phase') === 'Terminating')
    throw forbidden(
      aim.definition,
      name,
      `unable to create new content in namespace ${aim.namespace} because it is being terminated`,
    );
}

/** A namespace is not gone before its content is. */
export function admitNamespace(namespace: Tree): void {
  makeTree(namespace, 'spec')['finalizers'] ??= ['kubernetes'];
}

/** Gives a pod its service account with a token to mount, its priority and its patience with nodes that fail. */
export function admitPod(api: Api, aim: Aim, pod: Tree, name: string): void {
  const spec = makeTree(pod, 'spec');
  spec['serviceAccountName'] ??= 'default';
  spec['serviceAccount'] = spec['serviceAccountName'];
  const account = textAt(spec, 'serviceAccountName');
  if (api.store.get('serviceaccounts', aim.namespace, account) === undefined)
    throw forbidden(
      aim.definition,
      name,
      `error looking up service account ${aim.namespace}/${account}: serviceaccount "${account}" not found`,
    );
  if (spec['automountServiceAccountToken'] !== false) mountToken(spec, `kube-api-access-${api.random.suffix()}`);
  const priority = textAt(spec, 'priorityClassName');
  if (priority !== '' && api.store.get(priorityClasses.table, '', priority) === undefined)
    throw forbidden(aim.definition, name, `no PriorityClass with name ${priority} was found`);
  spec['priority'] ??= numberAt(api.store.get(priorityClasses.table, '', priority)?.object ?? {}, 'value') ?? 0;
  spec['preemptionPolicy'] ??= 'PreemptLowerPriority';
  tolerateFailingNodes(spec);
}

const priorityClasses = known('scheduling.k8s.io', 'priorityclasses');
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

function mountToken(spec: Tree, name: string): void {
  let isMounted = false;
  for (const container of [...treesAt(spec, 'initContainers'), ...treesAt(spec, 'containers')]) {
    const mounts = treesAt(container, 'volumeMounts');
    if (mounts.some((mount) => textAt(mount, 'mountPath') === tokenPath)) continue;
    container['volumeMounts'] = [...mounts, { name, readOnly: true, mountPath: tokenPath }];
    isMounted = true;
  }
  if (!isMounted) return;
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3_607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
  ];
  spec['volumes'] = [...treesAt(spec, 'volumes'), { name, projected: { sources, defaultMode: 420 } }];
}

function tolerateFailingNodes(spec: Tree): void {
  const tolerations = treesAt(spec, 'tolerations');
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    const tolerated = tolerations.some(
      (one) =>
        (textAt(one, 'key') === key || (textAt(one, 'key') === '' && textAt(one, 'operator') === 'Exists')) &&
        ['', 'NoExecute'].includes(textAt(one, 'effect')),
    );
    if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  }
  spec['tolerations'] = tolerations;
}

const noAddress = new Set(['ExternalName']);

/** Gives a Service its cluster address; a dry run shows one that is not real. */
export function allocateAddress(api: Api, service: Tree, dryRun: boolean): void {
  const spec = makeTree(service, 'spec');
  if (noAddress.has(textAt(spec, 'type'))) return;
  if (textAt(spec, 'clusterIP') === '') {
    const taken = new Set(api.store.list('services').map((entry) => textAt(entry.object, 'spec', 'clusterIP')));
    let next = dryRun ? '10.96.0.0' : '10.96.0.1';
    for (let count = 1; taken.has(next) && count < 65_000; count += 1)
      next = `10.96.${Math.floor(count / 250)}.${(count % 250) + 1}`;
    spec['clusterIP'] = next;
  }
  spec['clusterIPs'] ??= [textAt(spec, 'clusterIP')];
  spec['ipFamilies'] ??= ['IPv4'];
  spec['ipFamilyPolicy'] ??= 'SingleStack';
}
