// How far an investigation may look: the workload at the root, what calls it and what it calls, its pods and their nodes; nothing else of the cluster.
import { isLive } from '../../model/kube.ts';
import { shownRef, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';

const mostPods = 20;

/** Objects by the name under which a leader sees them, `shop/deploy/checkout`; the root first. */
export function within(root: ObjectRef, view: ClusterView): ReadonlyMap<string, ObjectRef> {
  const pods = view.podsOf(root).filter(isLive).slice(0, mostPods);
  const refs: ObjectRef[] = [
    root,
    ...view.callersOf(root).map((one) => one.caller),
    ...view.calleesOf(root).map((one) => one.callee),
    ...pods.map((pod) => ({
      kind: 'Pod',
      namespace: pod.metadata.namespace ?? root.namespace,
      name: pod.metadata.name,
    })),
    ...pods.flatMap((pod) => pod.spec?.nodeName ?? []).map((name) => ({ kind: 'Node', namespace: '', name })),
  ];
  return new Map(refs.map((ref) => [shownRef(ref), ref]));
}
