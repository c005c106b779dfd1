// Who should be telling something and does not: pods that the API calls ready and whose series were there before. Absence is never a value.
import { conditionOf, isLive, isPodReady, type Pod } from '../../../model/kube.ts';
import type { Sample } from '../../../model/signal.ts';
import { keyOf, type ObjectRef } from '../../../model/target.ts';
import type { ClusterView } from '../../../model/view.ts';
import { groupOfSample, type SourceGroup, sourceGroups } from './source-groups.ts';

/** A ready pod of a workload that a group should be told of. */
export type Expected = {
  readonly of: ObjectRef;
  readonly pod: string;
  /** Since when it is silent; null while it is told. */
  readonly silentSinceMs: number | null;
};

export interface SilenceBook {
  see(samples: readonly Sample[], view: ClusterView, nowMs: number): void;
  /** Pods that are ready long enough to be told and were told before, in the order of the view. */
  expected(group: SourceGroup['name']): readonly Expected[];
}

/** `graceMs` is how long a pod that became ready may take until its first rate. */
export function createSilenceBook(graceMs: number): SilenceBook {
  const lastSeen = new Map<SourceGroup['name'], Map<string, number>>(sourceGroups.map((one) => [one.name, new Map()]));
  let expected = new Map<SourceGroup['name'], readonly Expected[]>();
  return {
    see(samples, view, nowMs) {
      for (const { key } of samples) {
        const group = key.pod === undefined ? null : groupOfSample(key.signal);
        if (group !== null) lastSeen.get(group)?.set(`${key.of.namespace}/${key.pod ?? ''}`, nowMs);
      }
      // Pods that cannot be listed are not known to be ready: nobody is expected to tell anything.
      const candidates = view.complete.has('Pod') ? readyPods(view) : [];
      expected = new Map(
        sourceGroups.map(({ name }) => [name, candidates.flatMap((one) => expectedOf(one, lastSeen.get(name), nowMs))]),
      );
      const present = new Set(candidates.map((one) => one.key));
      for (const seen of lastSeen.values())
        for (const [key, ms] of seen) if (!present.has(key) && nowMs - ms > forgetMs) seen.delete(key);
    },
    expected: (group) => expected.get(group) ?? [],
  };

  function expectedOf(one: Candidate, seen: ReadonlyMap<string, number> | undefined, nowMs: number): Expected[] {
    const last = seen?.get(one.key);
    if (last === undefined || nowMs - one.readySinceMs < graceMs) return [];
    const { of, pod } = one;
    return [{ of, pod, silentSinceMs: last === nowMs ? null : Math.max(last, one.readySinceMs) }];
  }
}

const forgetMs = 24 * 3_600_000;

type Candidate = { readonly key: string; readonly of: ObjectRef; readonly pod: string; readonly readySinceMs: number };

function readyPods(view: ClusterView): Candidate[] {
  return view.workloads
    .toSorted((left, right) => (keyOf(left.ref) < keyOf(right.ref) ? -1 : 1))
    .flatMap(({ ref }) =>
      view
        .podsOf(ref)
        .filter((pod) => isLive(pod) && isPodReady(pod))
        .map((pod) => ({
          key: `${ref.namespace}/${pod.metadata.name}`,
          of: ref,
          pod: pod.metadata.name,
          readySinceMs: readySince(pod),
        })),
    );
}

function readySince(pod: Pod): number {
  const at = Date.parse(conditionOf(pod, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(at) ? 0 : at;
}
