// Scheduler: binds pending pods to nodes, or says on the pod and in an event why none will do.
import { bind } from '../api/binding.ts';
import { type Api, mannerOf, microTimeText, nameOf, namespaceOf, uidOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import type { Change } from '../api/store.ts';
import { isTree, numberAt, sameValue, textAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { create, update } from '../api/writes.ts';
import { conditionOf, controllerOf, withCondition } from './control.ts';
import type { Controller, Later } from './controller.ts';
import { bestOf, priorityOf, refusalOf, type Refusal, type Room, roomOn, sentenceOf, take } from './placement.ts';
import { isFinished, isTerminating, podDefinition } from './pods.ts';
import { eventName, reference } from './record.ts';

const manner = mannerOf('kube-scheduler');
const events = known('events.k8s.io', 'events');
/** Pods that no change has helped are tried again after this long, and said to fail again. */
const retryMs = 300_000;

export function scheduler(api: Api, later: Later): Controller {
  const told = new Map<string, { message: string; atMs: number; name: string; count: number }>();
  return {
    name: 'scheduler',
    concerns: (change) => (isOfInterest(change) ? ['all'] : []),
    reconcile() {
      const pods = api.store.list('pods').map((entry) => entry.object);
      const pending = pods.filter(isWaiting);
      if (pending.length === 0) return;
      const rooms = roomsOf(api, pods);
      for (const pod of pending.toSorted((a, b) => priorityOf(b) - priorityOf(a))) {
        const refusals: Refusal[] = [];
        const fitting: Room[] = [];
        for (const room of rooms) {
          const refusal = refusalOf(pod, room);
          if (refusal === null) fitting.push(room);
          else refusals.push(refusal);
        }
        const best = bestOf(fitting, siblingsOf(pods, pod));
        if (best === undefined) {
          refuse(pod, sentenceOf(refusals));
          continue;
        }
        take(best, pod);
        told.delete(uidOf(pod));
        const aim = {
          definition: podDefinition,
          namespace: namespaceOf(pod),
          name: nameOf(pod),
          subresource: 'binding',
        };
        bind(api, aim, nameOf(best.node));
        pods.push({ metadata: pod['metadata'] ?? {}, spec: { nodeName: nameOf(best.node) } });
        const said = `Successfully assigned ${namespaceOf(pod)}/${nameOf(pod)} to ${nameOf(best.node)}`;
        say(pod, 'Normal', 'Scheduled', 'Binding', said);
      }
      if (told.size > 0) later('all', retryMs);
    },
  };

  function refuse(pod: Tree, message: string): void {
    const before = told.get(uidOf(pod));
    const now = api.clock.now();
    if (before?.message === message && now - before.atMs < retryMs) return;
    if (before?.message === message) {
      told.set(uidOf(pod), { ...before, atMs: now, count: before.count + 1 });
      repeat(pod, before.name, before.count + 1);
      return;
    }
    const aim = { definition: podDefinition, namespace: namespaceOf(pod), name: nameOf(pod), subresource: 'status' };
    const change = (live: Tree): Tree => {
      const others = treesAt(live, 'status', 'conditions').filter((one) => textAt(one, 'type') !== 'PodScheduled');
      const same = conditionOf(live, 'PodScheduled');
      const since = same === undefined ? [] : [{ ...same, reason: '' }];
      const [condition] = withCondition(api, since, 'PodScheduled', 'False', 'Unschedulable', message);
      const generation = numberAt(live, 'metadata', 'generation') ?? 1;
      const { status } = live;
      if (isTree(status)) status['conditions'] = [...others, { ...condition, observedGeneration: generation }];
      return live;
    };
    update(api, aim, { whole: false, change }, manner);
    const name = say(pod, 'Warning', 'FailedScheduling', 'Scheduling', message);
    told.set(uidOf(pod), { message, atMs: now, name, count: 1 });
  }

  function say(pod: Tree, type: string, reason: string, action: string, note: string): string {
    const name = eventName(api, pod);
    const body = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name, namespace: namespaceOf(pod) },
      eventTime: microTimeText(api.clock),
      reportingController: 'default-scheduler',
      reportingInstance: 'default-scheduler-sandbox',
      action,
      reason,
      regarding: reference(pod),
      note,
      type,
    };
    create(api, { definition: events, namespace: namespaceOf(pod), name: '', subresource: '' }, body, manner);
    return name;
  }

  function repeat(pod: Tree, name: string, count: number): void {
    const aim = { definition: events, namespace: namespaceOf(pod), name, subresource: '' };
    if (api.store.get(events.table, aim.namespace, name) === undefined) return;
    const series = { count, lastObservedTime: microTimeText(api.clock) };
    update(api, aim, { whole: false, change: (live) => ({ ...live, series }) }, manner);
  }
}

/** A new or freed pod, a node that came, went or changed in what counts; not a heartbeat. */
function isOfInterest({ table, type, entry, before }: Change): boolean {
  if (table === 'pods') {
    if (isWaiting(entry.object)) return true;
    return type === 'DELETED' || (isFinished(entry.object) && !isFinished(before?.object ?? {}));
  }
  if (table !== 'nodes') return false;
  if (type !== 'MODIFIED' || before === undefined) return true;
  const parts = (node: Tree): Tree => ({
    spec: treeAt(node, 'spec'),
    labels: treeAt(node, 'metadata', 'labels'),
    allocatable: treeAt(node, 'status', 'allocatable'),
  });
  return !sameValue(parts(entry.object), parts(before.object));
}

function isWaiting(pod: Tree): boolean {
  return (
    textAt(pod, 'spec', 'nodeName') === '' &&
    !isTerminating(pod) &&
    !isFinished(pod) &&
    textAt(pod, 'spec', 'schedulerName') === 'default-scheduler' &&
    treesAt(pod, 'spec', 'schedulingGates').length === 0
  );
}

function roomsOf(api: Api, pods: readonly Tree[]): Room[] {
  const byNode = new Map<string, Tree[]>();
  for (const pod of pods) {
    const node = textAt(pod, 'spec', 'nodeName');
    if (node === '' || isFinished(pod)) continue;
    const onNode = byNode.get(node) ?? [];
    onNode.push(pod);
    byNode.set(node, onNode);
  }
  return api.store.list('nodes').map(({ object }) => roomOn(object, byNode.get(nameOf(object)) ?? []));
}

function siblingsOf(pods: readonly Tree[], pod: Tree): ReadonlyMap<string, number> {
  const owner = textAt(controllerOf(pod) ?? {}, 'uid');
  const counts = new Map<string, number>();
  if (owner === '') return counts;
  for (const other of pods) {
    const node = textAt(other, 'spec', 'nodeName');
    if (node !== '' && textAt(controllerOf(other) ?? {}, 'uid') === owner)
      counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}
