// Which names of the cluster must not reach a model: those of objects that their owners marked private, and of what belongs to them.
import type { ClusterView, Workload } from '../model/view.ts';

/** On a namespace it covers everything in it; on a workload, its pods and Services. */
export const privateAnnotation = 'nemotron-advisor.dev/private';

/**
 * Names of namespaces, workloads, pods and their owners, containers, Services, ConfigMaps and revisions; nothing when nobody marked
 * anything. Costs one pass over workloads, pods and Services.
 */
export function privateNamesOf(view: ClusterView): readonly string[] {
  const namespaces = new Set<string>();
  for (const [name, { annotations }] of view.namespaces) if (isMarked(annotations)) namespaces.add(name);
  const names = new Set<string>(namespaces);
  const workloads = view.workloads.filter((one) => namespaces.has(one.ref.namespace) || isMarked(annotationsOf(one)));
  for (const { ref, template } of workloads) {
    names.add(ref.name);
    for (const pod of view.podsOf(ref)) names.add(pod.metadata.name);
    for (const service of view.servicesOf(ref)) names.add(service.metadata.name);
    for (const revision of view.revisionsOf(ref)) names.add(revision.name);
    for (const container of template.spec?.containers ?? []) names.add(container.name);
  }
  for (const namespace of namespaces) for (const name of view.configMapNames(namespace)) names.add(name);
  for (const { metadata, spec } of view.pods) {
    if (!namespaces.has(metadata.namespace ?? '')) continue;
    names.add(metadata.name);
    for (const container of spec?.containers ?? []) names.add(container.name);
    for (const owner of metadata.ownerReferences ?? []) names.add(owner.name);
  }
  for (const { metadata } of view.services) if (namespaces.has(metadata.namespace ?? '')) names.add(metadata.name);
  return [...names].toSorted();
}

function annotationsOf(workload: Workload): Readonly<Record<string, string>> {
  return workload.object?.metadata.annotations ?? {};
}

function isMarked(annotations: Readonly<Record<string, string>>): boolean {
  return annotations[privateAnnotation] === 'true';
}
