// How many ready pods a change takes away at one time, and how many it adds, by the strategy of the workload: a simulation on what was just read.
import type { Live } from '../../model/action.ts';
import { isJsonObject, jsonEquals, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { isLive, isPodReady, pod, type Pod } from '../../model/kube.ts';

export type PodsTaken = {
  /** Replicas asked for before and after. */
  readonly wanted: number;
  readonly wantedAfter: number;
  /** Pods that are ready now. */
  readonly ready: number;
  /** Ready pods that may be missing at one time because of the change. */
  readonly taken: number;
  /** Pods that come in addition: for good by scaling up, for a while by the surge of a rollout. */
  readonly added: number;
  readonly surge: number;
  /** What happens, in words: `a rolling update`, `scaling down`, `nothing is taken away`. */
  readonly how: string;
};

export function podsTaken(live: Live, after: JsonObject): PodsTaken {
  const before = live.object;
  const pods = live.pods.flatMap((one) => readPod(one)).filter(isLive);
  const ready = pods.filter(isPodReady).length;
  const wanted = wantedOf(before);
  const wantedAfter = wantedOf(after);
  const added = Math.max(0, wantedAfter - wanted);
  const template = valueAt(after, '/spec/template');
  const base = { wanted, wantedAfter, ready, added };
  if (template === undefined || jsonEquals(valueAt(before, '/spec/template'), template)) {
    const taken = wantedAfter < wanted ? Math.max(0, ready - wantedAfter) : 0;
    const how =
      wantedAfter < wanted ? `scaling down to ${wantedAfter}` : wantedAfter > wanted ? 'scaling up' : 'the change';
    return { ...base, taken, surge: 0, how };
  }
  return { ...base, ...rollout(live, pods, after, wantedAfter, ready, template) };
}

function rollout(
  live: Live,
  pods: readonly Pod[],
  after: JsonObject,
  wanted: number,
  ready: number,
  template: Json,
): Pick<PodsTaken, 'taken' | 'surge' | 'how'> {
  switch (valueAt(after, '/kind')) {
    case 'Deployment':
      return deploymentRollout(after, wanted, ready);
    case 'StatefulSet': {
      const name = revisionOf(live, template);
      const replaced = pods.filter((one) => isPodReady(one) && !(name !== null && revisionLabel(one) === name)).length;
      const atOnce = Math.max(
        1,
        amount(valueAt(after, '/spec/updateStrategy/rollingUpdate/maxUnavailable'), wanted, 'up') ?? 1,
      );
      return { taken: Math.min(replaced, atOnce), surge: 0, how: 'a rolling update' };
    }
    case 'DaemonSet': {
      if (valueAt(after, '/spec/updateStrategy/type') === 'OnDelete') return { taken: 0, surge: 0, how: 'the change' };
      const rolling = valueAt(after, '/spec/updateStrategy/rollingUpdate');
      const surge = isJsonObject(rolling) ? (amount(rolling['maxSurge'], wanted, 'up') ?? 0) : 0;
      const fallback = surge > 0 ? 0 : 1;
      const missing = isJsonObject(rolling) ? (amount(rolling['maxUnavailable'], wanted, 'up') ?? fallback) : fallback;
      return { taken: Math.max(0, Math.min(ready, ready - wanted + missing)), surge, how: 'a rolling update' };
    }
    default:
      // Whatever is not known to roll gently may lose everything at once.
      return { taken: ready, surge: 0, how: 'the change' };
  }
}

/** The controller keeps at least `replicas - maxUnavailable` available and removes unready pods first (Deployment documentation, rolling update). */
function deploymentRollout(
  after: JsonObject,
  wanted: number,
  ready: number,
): Pick<PodsTaken, 'taken' | 'surge' | 'how'> {
  if (valueAt(after, '/spec/strategy/type') === 'Recreate')
    return { taken: ready, surge: 0, how: 'a rollout by Recreate' };
  const surge = amount(valueAt(after, '/spec/strategy/rollingUpdate/maxSurge') ?? '25%', wanted, 'up') ?? 0;
  const given =
    amount(valueAt(after, '/spec/strategy/rollingUpdate/maxUnavailable') ?? '25%', wanted, 'down') ?? wanted;
  const missing = surge === 0 && given === 0 ? 1 : given;
  const kept = Math.max(0, wanted - missing);
  return { taken: Math.max(0, ready - kept), surge, how: 'a rolling update' };
}

/** A count or a percentage of `of`; undefined when it is neither. */
export function amount(value: Json | undefined, of: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value;
  const percent = typeof value === 'string' ? /^(\d{1,3})%$/.exec(value)?.[1] : undefined;
  if (percent === undefined) return undefined;
  const exact = (Number(percent) * of) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

function wantedOf(object: JsonObject): number {
  if (valueAt(object, '/kind') === 'DaemonSet') {
    const wanted = valueAt(object, '/status/desiredNumberScheduled');
    return typeof wanted === 'number' ? wanted : 0;
  }
  const replicas = valueAt(object, '/spec/replicas');
  return typeof replicas === 'number' ? replicas : 1;
}

/** Pods that run the wanted template already are not replaced. */
function revisionOf(live: Live, template: Json): string | null {
  const found = live.revisions.find((one) => {
    const kept = valueAt(one, '/data/spec/template');
    if (!isJsonObject(kept)) return false;
    const { $patch: _, ...plain } = kept;
    return jsonEquals(plain, template);
  });
  const name = found === undefined ? undefined : valueAt(found, '/metadata/name');
  return typeof name === 'string' ? name : null;
}

function revisionLabel(one: Pod): string | null {
  return one.metadata.labels?.['controller-revision-hash'] ?? null;
}

function readPod(object: JsonObject): readonly Pod[] {
  const parsed = pod.safeParse(object);
  return parsed.success ? [parsed.data] : [];
}
