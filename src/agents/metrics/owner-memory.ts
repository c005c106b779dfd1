// Remembers which workload a pod belonged to for a short while after it went, as long as its rates still count.
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';

export interface OwnerMemory {
  see(view: ClusterView, atMs: number): void;
  /** The workload of a pod that lives or went within the kept time. */
  ownerOf(namespace: string, pod: string): ObjectRef | undefined;
}

export function createOwnerMemory(keepMs: number): OwnerMemory {
  const known = new Map<string, { of: ObjectRef; seenMs: number }>();
  return {
    see(view, atMs) {
      for (const { metadata } of view.pods) {
        const namespace = metadata.namespace ?? '';
        const of = view.ownerOf(namespace, metadata.name);
        if (of !== undefined && view.workload(of) !== undefined)
          known.set(`${namespace}/${metadata.name}`, { of, seenMs: atMs });
      }
      for (const [key, { seenMs }] of known) if (seenMs < atMs - keepMs) known.delete(key);
    },
    ownerOf: (namespace, pod) => known.get(`${namespace}/${pod}`)?.of,
  };
}
