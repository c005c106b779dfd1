// API resources that simulated kubelets, faults and the world use, and how they write times.
import type { ResourceRef } from '../cluster-port.ts';

export const resources = {
  nodes: { group: '', version: 'v1', plural: 'nodes' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces' },
  pods: { group: '', version: 'v1', plural: 'pods' },
  services: { group: '', version: 'v1', plural: 'services' },
  configMaps: { group: '', version: 'v1', plural: 'configmaps' },
  events: { group: '', version: 'v1', plural: 'events' },
  leases: { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  statefulSets: { group: 'apps', version: 'v1', plural: 'statefulsets' },
  replicaSets: { group: 'apps', version: 'v1', plural: 'replicasets' },
  podDisruptionBudgets: { group: 'policy', version: 'v1', plural: 'poddisruptionbudgets' },
} satisfies Record<string, ResourceRef>;

/** `metav1.Time`: whole seconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** `metav1.MicroTime`: exactly six digits. */
export function microTimeText(ms: number): string {
  return new Date(ms).toISOString().replace(/Z$/, '000Z');
}
