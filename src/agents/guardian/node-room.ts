// How many more pods of a size the schedulable nodes can take, by requests against allocatable, as the scheduler's fit filter counts.
import { conditionOf, isLive, type KubeNode, type Pod, type PodSpec } from '../../model/kube.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { sizeOf, type PodSize } from './pod-size.ts';

export type NodeRoom = {
  readonly pods: number;
  /** Nodes that take pods of this kind at all. */
  readonly nodes: number;
  /** Set when something in the template cannot be reckoned here, such as a required affinity. */
  readonly notReckoned: string | null;
};

export function nodeRoom(nodes: readonly KubeNode[], pods: readonly Pod[], size: PodSize): NodeRoom {
  const fitting = nodes.filter((one) => takes(one, size.spec));
  const used = usedByNode(pods);
  const room = fitting.reduce((total, node) => total + roomOn(node, used.get(node.metadata.name) ?? none, size), 0);
  return { pods: room, nodes: fitting.length, notReckoned: requiredAffinity(size.spec) };
}

type Used = { readonly cpu: number; readonly memory: number; readonly pods: number };
const none: Used = { cpu: 0, memory: 0, pods: 0 };

function usedByNode(pods: readonly Pod[]): ReadonlyMap<string, Used> {
  const used = new Map<string, Used>();
  for (const one of pods) {
    const node = one.spec?.nodeName;
    // A pod that is being deleted holds its place until it is gone.
    if (one.spec === undefined || node === undefined || node === '') continue;
    if (!isLive(one) && (one.metadata.deletionTimestamp ?? null) === null) continue;
    const { requests } = sizeOf(one.spec);
    const before = used.get(node) ?? none;
    used.set(node, {
      cpu: before.cpu + requests.cpu,
      memory: before.memory + requests.memory,
      pods: before.pods + 1,
    });
  }
  return used;
}

function roomOn(node: KubeNode, used: Used, size: PodSize): number {
  const allocatable = node.status?.allocatable ?? {};
  const of = (key: string): number => parseQuantity(allocatable[key] ?? '') ?? 0;
  const slots = of('pods') - used.pods;
  const byCpu = size.requests.cpu === 0 ? slots : (of('cpu') - used.cpu + 1e-9) / size.requests.cpu;
  const byMemory = size.requests.memory === 0 ? slots : (of('memory') - used.memory) / size.requests.memory;
  return Math.max(0, Math.floor(Math.min(slots, byCpu, byMemory)));
}

function takes(node: KubeNode, spec: PodSpec): boolean {
  if (node.spec?.unschedulable === true || conditionOf(node, 'Ready')?.status !== 'True') return false;
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  return (node.spec?.taints ?? [])
    .filter((taint) => taint.effect === 'NoSchedule' || taint.effect === 'NoExecute')
    .every((taint) => (spec.tolerations ?? []).some((one) => tolerates(one, taint)));
}

type Taint = NonNullable<NonNullable<KubeNode['spec']>['taints']>[number];
type Toleration = NonNullable<PodSpec['tolerations']>[number];

function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== '' && toleration.effect !== taint.effect) return false;
  const exists = toleration.operator === 'Exists';
  if (toleration.key === undefined || toleration.key === '') return exists;
  if (toleration.key !== taint.key) return false;
  return exists || (toleration.value ?? '') === (taint.value ?? '');
}

function requiredAffinity(spec: PodSpec): string | null {
  const text = JSON.stringify(spec.affinity ?? {});
  return text.includes('requiredDuringScheduling') ? 'its template has a required affinity' : null;
}
