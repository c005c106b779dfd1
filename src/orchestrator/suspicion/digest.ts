// The digest of a cycle that a leader is shown to think about: deviations below every bar with who calls whom and what changed; small, and the same for the same cluster.
import { shownRef, sameRef, type ObjectRef } from '../../model/target.ts';
import { canonicalJson, sha256, toJson } from '../../model/json.ts';
import type { NearMiss } from '../../model/suspicion.ts';
import type { ClusterView } from '../../model/view.ts';

export type Digest = {
  readonly nowMs: number;
  readonly misses: readonly NearMiss[];
  /** Calls between the objects of the misses. */
  readonly calls: readonly { readonly caller: string; readonly callee: string }[];
  /** Rollouts of these objects within the last hour. */
  readonly changes: readonly { readonly of: string; readonly minutesAgo: number }[];
  readonly privateNames: readonly string[];
};

const changeMs = 60 * 60_000;
const mostCalls = 12;

/** Null where nothing can be suspected: fewer than two signals of one object, or of objects that call each other. */
export function digestOf(
  misses: readonly NearMiss[],
  view: ClusterView,
  nowMs: number,
  privateNames: readonly string[],
): Digest | null {
  const objects = [...new Map(misses.map((one) => [shownRef(one.of), one.of])).values()];
  const calls = objects.flatMap((caller) =>
    view.calleesOf(caller).flatMap(({ callee }) => (isAmong(objects, callee) ? [{ caller, callee }] : [])),
  );
  const perObject = objects.map((of) => misses.filter((one) => sameRef(one.of, of)).length);
  if (Math.max(0, ...perObject) < 2 && calls.length === 0) return null;
  const changes = objects.flatMap((of) => {
    const createdAtMs = view.revisionsOf(of).find((one) => one.current)?.createdAtMs ?? null;
    const age = createdAtMs === null ? Number.POSITIVE_INFINITY : nowMs - createdAtMs;
    return age > changeMs ? [] : [{ of: shownRef(of), minutesAgo: Math.round(age / 60_000) }];
  });
  return {
    nowMs,
    misses,
    calls: calls
      .slice(0, mostCalls)
      .map(({ caller, callee }) => ({ caller: shownRef(caller), callee: shownRef(callee) })),
    changes,
    privateNames,
  };
}

/** What the digest is about, without its numbers: the same shape is not asked about again. */
export function shapeOf(digest: Digest): string {
  const shape = digest.misses.map(({ of, signal }) => `${shownRef(of)} ${signal}`).toSorted();
  return sha256(canonicalJson(toJson({ shape, calls: digest.calls, changes: digest.changes.map((one) => one.of) })));
}

function isAmong(objects: readonly ObjectRef[], of: ObjectRef): boolean {
  return objects.some((one) => sameRef(one, of));
}
