// Where a pod may run: the scheduler's filters in their order, each node saying the first reason against it (faults.md section 8).
import { parseQuantity } from '../../model/quantity.ts';
import { nameOf } from '../api/context.ts';
import { numberAt, textAt, textMapAt, type Tree, treeAt, treesAt } from '../api/tree.ts';

/** Room on a node: cores, bytes and pods that are allocatable and those that are taken. */
export type Room = {
  readonly node: Tree;
  readonly allocatable: Readonly<Record<string, number>>;
  readonly taken: Record<string, number>;
};

export type Refusal = {
  readonly reasons: readonly string[];
  /** Whether the removal of other pods could help. */
  readonly isHelpedByPreemption: boolean;
};

export function roomOn(node: Tree, pods: readonly Tree[]): Room {
  const allocatable: Record<string, number> = {};
  for (const [key, value] of Object.entries(textMapAt(node, 'status', 'allocatable')))
    allocatable[key] = parseQuantity(value) ?? 0;
  const room: Room = { node, allocatable, taken: {} };
  for (const pod of pods) take(room, pod);
  return room;
}

export function take(room: Room, pod: Tree): void {
  for (const [key, value] of Object.entries(requestsOf(pod))) room.taken[key] = (room.taken[key] ?? 0) + value;
}

/** Requests of a pod by resource, `pods: 1` included. */
export function requestsOf(pod: Tree): Record<string, number> {
  const total: Record<string, number> = { pods: 1 };
  for (const container of treesAt(pod, 'spec', 'containers'))
    for (const [key, value] of Object.entries(textMapAt(container, 'resources', 'requests')))
      total[key] = (total[key] ?? 0) + (parseQuantity(value) ?? 0);
  for (const container of treesAt(pod, 'spec', 'initContainers'))
    for (const [key, value] of Object.entries(textMapAt(container, 'resources', 'requests')))
      total[key] = Math.max(total[key] ?? 0, parseQuantity(value) ?? 0);
  return total;
}

/** Null when the pod fits. */
export function refusalOf(pod: Tree, room: Room): Refusal | null {
  const { node } = room;
  const hopeless = (...reasons: readonly string[]): Refusal => ({ reasons, isHelpedByPreemption: false });
  const unschedulable = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
  if (treeAt(node, 'spec')['unschedulable'] === true && !tolerates(pod, unschedulable))
    return hopeless('node(s) were unschedulable');
  const taints = treesAt(node, 'spec', 'taints').filter((taint) => textAt(taint, 'effect') !== 'PreferNoSchedule');
  if (taints.some((taint) => !tolerates(pod, taint))) return hopeless('node(s) had untolerated taint(s)');
  const labels = textMapAt(node, 'metadata', 'labels');
  const wanted = Object.entries(textMapAt(pod, 'spec', 'nodeSelector'));
  if (wanted.some(([key, value]) => labels[key] !== value))
    return hopeless("node(s) didn't match Pod's node affinity/selector");
  return resourceRefusal(pod, room);
}

function resourceRefusal(pod: Tree, room: Room): Refusal | null {
  const requests = requestsOf(pod);
  const short = Object.entries(requests).filter(
    ([key, value]) => value > 0 && (room.taken[key] ?? 0) + value > (room.allocatable[key] ?? 0) + 1e-9,
  );
  if (short.length === 0) return null;
  const tooLarge = short.some(([key, value]) => value > (room.allocatable[key] ?? 0) + 1e-9);
  return {
    reasons: short.map(([key]) => (key === 'pods' ? 'Too many pods' : `Insufficient ${key}`)),
    isHelpedByPreemption: !tooLarge,
  };
}

function tolerates(pod: Tree, taint: Tree): boolean {
  return treesAt(pod, 'spec', 'tolerations').some((one) => {
    const effect = textAt(one, 'effect');
    if (effect !== '' && effect !== textAt(taint, 'effect')) return false;
    const key = textAt(one, 'key');
    if (textAt(one, 'operator') === 'Exists') return key === '' || key === textAt(taint, 'key');
    return key === textAt(taint, 'key') && textAt(one, 'value') === textAt(taint, 'value');
  });
}

/** The sentence of condition and event in 1.37. */
export function sentenceOf(refusals: readonly Refusal[]): string {
  const total = refusals.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const reasons = histogram(refusals.flatMap((one) => one.reasons));
  const tails = histogram(
    refusals.map((one) =>
      one.isHelpedByPreemption
        ? 'No preemption victims found for incoming pod'
        : 'Preemption is not helpful for scheduling',
    ),
  );
  const available = `0/${total} nodes are available:`;
  return `${available} ${reasons}. preemption: ${available} ${tails}.`;
}

function histogram(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .map(([text, count]) => `${count} ${text}`)
    .toSorted()
    .join(', ');
}

/** The node with the fewest pods of the same owner, then the most free share of CPU and memory, then the first by name. */
export function bestOf(rooms: readonly Room[], siblings: ReadonlyMap<string, number>): Room | undefined {
  const share = (room: Room): number => {
    const used = ['cpu', 'memory'].map((key) => (room.taken[key] ?? 0) / Math.max(1e-9, room.allocatable[key] ?? 0));
    return used.reduce((sum, one) => sum + one, 0) / 2;
  };
  return rooms
    .map((room) => ({ room, name: nameOf(room.node), crowd: siblings.get(nameOf(room.node)) ?? 0, share: share(room) }))
    .toSorted((a, b) => a.crowd - b.crowd || a.share - b.share || (a.name < b.name ? -1 : 1))[0]?.room;
}

export function priorityOf(pod: Tree): number {
  return numberAt(pod, 'spec', 'priority') ?? 0;
}
