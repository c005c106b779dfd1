// What controllers ask of pods: active, ready, available, and made from a template.
import { type Api } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { cloneTree, makeTree, textAt, type Tree, treeAt } from '../api/tree.ts';
import { conditionOf, createObject } from './control.ts';

export const podDefinition = known('', 'pods');

export function isTerminating(pod: Tree): boolean {
  return textAt(pod, 'metadata', 'deletionTimestamp') !== '';
}

export function isFinished(pod: Tree): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase'));
}

export function isActive(pod: Tree): boolean {
  return !isTerminating(pod) && !isFinished(pod);
}

export function isReady(pod: Tree): boolean {
  return textAt(conditionOf(pod, 'Ready') ?? {}, 'status') === 'True';
}

/** Milliseconds until a ready pod has been ready for `minReadySeconds`; 0 when it has, null when it is not ready. */
function untilAvailable(api: Api, pod: Tree, minReadySeconds: number): number | null {
  const ready = conditionOf(pod, 'Ready');
  if (ready === undefined || textAt(ready, 'status') !== 'True') return null;
  if (minReadySeconds === 0) return 0;
  const sinceMs = Date.parse(textAt(ready, 'lastTransitionTime'));
  return Math.max(0, sinceMs + minReadySeconds * 1_000 - api.clock.now());
}

export function isAvailable(api: Api, pod: Tree, minReadySeconds: number): boolean {
  return untilAvailable(api, pod, minReadySeconds) === 0;
}

/** Milliseconds until the next of these pods becomes available by time alone; null when none waits for that. */
export function nextAvailableMs(api: Api, pods: readonly Tree[], minReadySeconds: number): number | null {
  const waits = pods.flatMap((pod) => untilAvailable(api, pod, minReadySeconds) ?? []).filter((wait) => wait > 0);
  return waits.length === 0 ? null : Math.min(...waits);
}

/** Creates a pod from the template of its owner; `metadata` adds to or names what the template leaves open. */
export function createPod(api: Api, namespace: string, template: Tree, metadata: Tree, owner: Tree, spec?: Tree): Tree {
  const labels = { ...treeAt(template, 'metadata', 'labels'), ...treeAt(metadata, 'labels') };
  const annotations = treeAt(template, 'metadata', 'annotations');
  const pod: Tree = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, labels, ownerReferences: [owner] },
    spec: { ...cloneTree(treeAt(template, 'spec')), ...spec },
  };
  if (Object.keys(annotations).length > 0) makeTree(pod, 'metadata')['annotations'] = cloneTree(annotations);
  return createObject(api, podDefinition, namespace, pod);
}
