// What changed on a workload and when: its current revision against the one before it.
import { toJson, jsonEquals, type Json } from '../model/json.ts';
import type { Container, PodTemplate } from '../model/kube.ts';
import { scaled, type Pace } from '../model/pace.ts';
import type { ObjectRef } from '../model/target.ts';
import type { ClusterView, Revision } from '../model/view.ts';

const dayMs = 24 * 3_600_000;

export type Change = { readonly current: Revision; readonly previous: Revision };

function currentRevision(view: ClusterView, of: ObjectRef): Revision | undefined {
  const revisions = view.revisionsOf(of);
  return revisions.find((one) => one.current) ?? revisions.at(-1);
}

/** The revision that ran before the current one: one that still has ready pods, else the newest by number. */
export function changeOf(view: ClusterView, of: ObjectRef): Change | undefined {
  const current = currentRevision(view, of);
  if (current === undefined) return undefined;
  const others = view.revisionsOf(of).filter((one) => one.uid !== current.uid || one.number !== current.number);
  const previous =
    others.findLast((one) => one.readyReplicas > 0) ??
    others.toSorted((left, right) => left.number - right.number).at(-1);
  return previous === undefined ? undefined : { current, previous };
}

/** Whether the rollout of the current revision began within the last 24 h of this pace. A revision without a time counts as old. */
export function isRecent(change: Change, nowMs: number, pace: Pace): boolean {
  return change.current.createdAtMs !== null && nowMs - change.current.createdAtMs < scaled(pace, dayMs);
}

/** Whether a part of the container's template differs between the two revisions. */
export function containerChanged(change: Change, name: string, part: (container: Container) => unknown): boolean {
  const now = containerIn(change.current.template, name);
  const before = containerIn(change.previous.template, name);
  return !jsonEquals(now === undefined ? null : json(part(now)), before === undefined ? null : json(part(before)));
}

export function templateChanged(change: Change, part: (template: PodTemplate) => unknown): boolean {
  return !jsonEquals(json(part(change.current.template)), json(part(change.previous.template)));
}

export function containerIn(template: PodTemplate, name: string): Container | undefined {
  return template.spec?.containers.find((one) => one.name === name);
}

function json(value: unknown): Json {
  return value === undefined ? null : toJson(value);
}
