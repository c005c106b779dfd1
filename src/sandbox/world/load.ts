// Brings the world into a cluster through its API: namespaces, ConfigMaps, workloads, Services, budgets, then later revisions.
import { type ClusterPort, ClusterPortError } from '../cluster-port.ts';
import { resources } from '../kubelet/resources.ts';
import { imageOf } from './images.ts';
import { imagePatch, type Manifest, manifestsOf, namespaceManifest } from './manifests.ts';
import { type Deployed, deployed, namespaces } from './workloads.ts';

export const advisorNamespace = 'nemotron-advisor';

/** Creates what does not exist yet. Kubelets must be running, or pods stay pending. */
export async function loadWorld(port: ClusterPort): Promise<void> {
  for (const name of [...namespaces, advisorNamespace]) await create(port, namespaceManifest(name));
  for (const one of deployed) for (const manifest of manifestsOf(one)) await create(port, manifest);
}

/** Rolls out the second and later images, one per call; false when there is none of that rank. Settle in between. */
export async function rollOutRevision(port: ClusterPort, rank: number): Promise<boolean> {
  let any = false;
  for (const one of deployed) {
    const tag = one.tags[rank];
    if (tag === undefined) continue;
    any = true;
    const [namespace = '', name = ''] = one.model.key.split('/');
    await port.patch(
      workloadResource(one),
      namespace,
      name,
      'strategic',
      imagePatch(name, imageOf(one.model.key, tag)),
    );
  }
  return any;
}

/** Workloads whose newest template is not yet served by all wanted, ready replicas, as `namespace/name`. */
export async function unsettled(port: ClusterPort): Promise<string[]> {
  const waiting: string[] = [];
  for (const one of deployed) {
    const [namespace = '', name = ''] = one.model.key.split('/');
    const object = await port.get(workloadResource(one), namespace, name);
    const status = object?.['status'];
    const counts =
      typeof status === 'object' && status !== null ? new Map(Object.entries(status)) : new Map<string, unknown>();
    const done =
      counts.get('observedGeneration') === object?.metadata.generation &&
      ['replicas', 'readyReplicas', 'updatedReplicas'].every((field) => counts.get(field) === one.replicas);
    if (!done) waiting.push(one.model.key);
  }
  return waiting;
}

function workloadResource(one: Deployed) {
  return one.kind === 'StatefulSet' ? resources.statefulSets : resources.deployments;
}

async function create(port: ClusterPort, { resource, object }: Manifest): Promise<void> {
  try {
    await port.create(resource, object.metadata.namespace ?? null, object);
  } catch (error) {
    if (!(error instanceof ClusterPortError && error.code === 409)) throw error;
  }
}
