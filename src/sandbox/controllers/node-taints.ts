// Taints that follow a node's conditions and its cordon, as the node lifecycle controller sets them.
import { type Api, timeText } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { makeTree, sameValue, textAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { conditionOf, edit } from './control.ts';
import type { Controller } from './controller.ts';

const nodes = known('', 'nodes');
const own = [
  'node.kubernetes.io/unschedulable',
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/pid-pressure',
  'node.kubernetes.io/network-unavailable',
];

export function nodeTaints(api: Api): Controller {
  return {
    name: 'node-taints',
    concerns: ({ table, entry, type }) => (table === nodes.table && type !== 'DELETED' ? [entry.name] : []),
    reconcile(name) {
      const node = api.store.get(nodes.table, '', name)?.object;
      if (node === undefined) return;
      const before = treesAt(node, 'spec', 'taints');
      const wanted = wantedKeys(node);
      const isOwn = (taint: Tree): boolean =>
        own.includes(textAt(taint, 'key')) && textAt(taint, 'effect') === 'NoSchedule';
      const kept = before.filter((taint) => !isOwn(taint) || wanted.has(textAt(taint, 'key')));
      const present = new Set(kept.filter(isOwn).map((taint) => textAt(taint, 'key')));
      const added = [...wanted].filter((key) => !present.has(key));
      const after = [...kept, ...added.map((key) => ({ key, effect: 'NoSchedule', timeAdded: timeText(api.clock) }))];
      if (sameValue(before, after)) return;
      edit(api, nodes, node, (live) => {
        const spec = makeTree(live, 'spec');
        if (after.length === 0) delete spec['taints'];
        else spec['taints'] = after;
      });
    },
  };
}

function wantedKeys(node: Tree): ReadonlySet<string> {
  const keys = new Set<string>();
  if (treeAt(node, 'spec')['unschedulable'] === true) keys.add('node.kubernetes.io/unschedulable');
  const status = (type: string): string => textAt(conditionOf(node, type) ?? {}, 'status');
  const ready = status('Ready');
  if (ready === 'False') keys.add('node.kubernetes.io/not-ready');
  if (ready === 'Unknown') keys.add('node.kubernetes.io/unreachable');
  if (status('MemoryPressure') === 'True') keys.add('node.kubernetes.io/memory-pressure');
  if (status('DiskPressure') === 'True') keys.add('node.kubernetes.io/disk-pressure');
  if (status('PIDPressure') === 'True') keys.add('node.kubernetes.io/pid-pressure');
  if (status('NetworkUnavailable') === 'True') keys.add('node.kubernetes.io/network-unavailable');
  return keys;
}
