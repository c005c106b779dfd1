// Counts restarts of the last minutes from what pods say: increases between reads, and the last end that a first read shows.
import type { ContainerStatus, Pod } from '../../model/kube.ts';

export interface RestartCounter {
  /** Takes in a read of all pods. */
  see(pods: readonly Pod[], atMs: number): void;
  /** Restarts of a pod within the window that ends at the newest read. */
  within(podUid: string): number;
  /** Ends by the OOM killer within the window, as far as the API kept them: the last end of each container at each read. */
  killsWithin(podUid: string): number;
}

type Counted = { count: number; restarts: number[]; readonly kills: Set<number> };

/** `windowMs` is the window of the count, ten minutes on a cluster. */
export function createRestartCounter(windowMs: number): RestartCounter {
  const known = new Map<string, Map<string, Counted>>();
  let newestMs = 0;

  const seePod = (pod: Pod, uid: string, atMs: number): void => {
    const containers = known.get(uid) ?? new Map<string, Counted>();
    known.set(uid, containers);
    const all = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    for (const status of all) {
      const count = status.restartCount ?? 0;
      const before = containers.get(status.name);
      const endedMs = Date.parse((status.lastState?.terminated ?? status.state?.terminated)?.finishedAt ?? '');
      const whenMs = Number.isNaN(endedMs) ? atMs : Math.min(endedMs, atMs);
      if (before === undefined) {
        // A first read tells when the last end was, not when the earlier ones were; a young pod had all of them lately.
        const startedMs = Date.parse(pod.status?.startTime ?? '');
        const lately = count > 0 && whenMs > atMs - windowMs && !Number.isNaN(endedMs);
        const some = lately && startedMs > atMs - windowMs ? count : lately ? 1 : 0;
        const restarts = Array.from({ length: some }, () => whenMs);
        containers.set(status.name, { count, restarts, kills: new Set(killsOf(status)) });
        continue;
      }
      for (const killMs of killsOf(status)) before.kills.add(killMs);
      for (const killMs of before.kills) if (killMs <= atMs - windowMs) before.kills.delete(killMs);
      for (let more = before.count; more < count && before.restarts.length < 500; more += 1)
        before.restarts.push(whenMs);
      before.count = count;
      before.restarts = before.restarts.filter((one) => one > atMs - windowMs);
    }
  };

  return {
    see(pods, atMs) {
      newestMs = atMs;
      const seen = new Set(pods.map((pod) => uidOf(pod)));
      for (const pod of pods) seePod(pod, uidOf(pod), atMs);
      for (const uid of known.keys()) if (!seen.has(uid)) known.delete(uid);
    },
    within(podUid) {
      let sum = 0;
      for (const { restarts } of known.get(podUid)?.values() ?? [])
        sum += restarts.filter((one) => one > newestMs - windowMs).length;
      return sum;
    },
    killsWithin(podUid) {
      let sum = 0;
      for (const { kills } of known.get(podUid)?.values() ?? [])
        for (const killMs of kills) if (killMs > newestMs - windowMs) sum += 1;
      return sum;
    },
  };
}

/** When the container was killed for its memory, as its states tell: at most two. */
function killsOf({ state, lastState }: ContainerStatus): number[] {
  return [state?.terminated, lastState?.terminated].flatMap((end) => {
    const atMs = end?.reason === 'OOMKilled' ? Date.parse(end.finishedAt ?? '') : Number.NaN;
    return Number.isNaN(atMs) ? [] : [atMs];
  });
}

/** The UID, or the name where an object lacks it. */
export function uidOf(pod: Pod): string {
  return pod.metadata.uid ?? `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
}
