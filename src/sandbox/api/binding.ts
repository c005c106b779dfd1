// The binding subresource: puts a pod on a node, once.
import { type Aim, type Api, timeText } from './context.ts';
import { conflict, notFound } from './failure.ts';
import { cloneTree, makeTree, textAt, textMapAt, treesAt } from './tree.ts';

/** Labels that a pod takes over from its node (admission plugin PodTopologyLabels). */
const topologyLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

export function bind(api: Api, aim: Aim, node: string, dryRun = false): void {
  const entry = api.store.get('pods', aim.namespace, aim.name);
  if (entry === undefined) throw notFound(aim.definition, aim.name);
  const taken = textAt(entry.object, 'spec', 'nodeName');
  if (taken !== '') throw conflict(aim.definition, aim.name, `pod ${aim.name} is already assigned to node "${taken}"`);
  if (dryRun) return;
  const pod = cloneTree(entry.object);
  makeTree(pod, 'spec')['nodeName'] = node;
  const places = textMapAt(api.store.get('nodes', '', node)?.object ?? {}, 'metadata', 'labels');
  for (const key of topologyLabels)
    if (places[key] !== undefined) makeTree(makeTree(pod, 'metadata'), 'labels')[key] = places[key];
  const status = makeTree(pod, 'status');
  const others = treesAt(status, 'conditions').filter((one) => textAt(one, 'type') !== 'PodScheduled');
  const at = timeText(api.clock);
  others.push({ type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at });
  status['conditions'] = others;
  api.store.put('pods', aim.namespace, aim.name, pod);
}
