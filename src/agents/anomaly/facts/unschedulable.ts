// The scheduler finds no node for a pod (SCH, ST): its condition says Unschedulable for longer than a moment.
import { conditionOf } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import { quoted } from '../sentence/wording.ts';
import type { FactRule } from './fact.ts';
import { earliest, isScheduled, ofPods, podRefs, severityBy, sinceOf } from './pod-state.ts';

const graceMs = 30_000;

export const unschedulable: FactRule = (workload, pods, { nowMs, pace }) => {
  const hits = pods.filter((pod) => {
    const condition = conditionOf(pod, 'PodScheduled');
    if (isScheduled(pod) || condition?.status !== 'False' || condition.reason !== 'Unschedulable') return false;
    // A place was found and its present pods are leaving.
    if (/found a potential placement/i.test(condition.message ?? '')) return false;
    return nowMs - (sinceOf(pod, 'PodScheduled') ?? nowMs) >= scaled(pace, graceMs);
  });
  const first = hits[0];
  if (first === undefined) return null;
  return {
    fact: 'unschedulable',
    of: workload.ref,
    severity: severityBy(workload, pods),
    onsetMs: earliest(hits.map((pod) => sinceOf(pod, 'PodScheduled'))),
    sentence: `${ofPods(hits.length, pods)} cannot be scheduled: ${quoted(conditionOf(first, 'PodScheduled')?.message ?? 'no reason given')}`,
    objects: podRefs(hits),
    count: hits.length,
  };
};
