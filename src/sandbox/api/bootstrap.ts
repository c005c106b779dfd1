// What a cluster holds before anyone asks: its namespaces, the classes of priority of the system and the Service `kubernetes`.
import { type Api, mannerOf } from './context.ts';
import { known } from './resources.ts';
import { cloneTree, makeTree } from './tree.ts';
import { create } from './writes.ts';

const namespaces = ['kube-system', 'default', 'kube-public', 'kube-node-lease'];

const priorities = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

/** `clusterUid` becomes the UID of `kube-system`, which is the identity of a cluster. */
export function bootstrap(api: Api, clusterUid: string): void {
  const manner = mannerOf('kube-apiserver');
  const definition = known('', 'namespaces');
  for (const name of namespaces) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const object = create(api, { definition, namespace: '', name: '', subresource: '' }, body, {
      ...manner,
      dryRun: true,
    });
    const named = cloneTree(object);
    if (name === 'kube-system') makeTree(named, 'metadata')['uid'] = clusterUid;
    api.store.put('namespaces', '', name, named);
  }
  const classes = known('scheduling.k8s.io', 'priorityclasses');
  for (const [name, value] of Object.entries(priorities)) {
    const body = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
    create(api, { definition: classes, namespace: '', name: '', subresource: '' }, body, manner);
  }
  create(
    api,
    { definition: known('', 'services'), namespace: 'default', name: '', subresource: '' },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', labels: { component: 'apiserver', provider: 'kubernetes' } },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, targetPort: 6443 }] },
    },
    manner,
  );
}
