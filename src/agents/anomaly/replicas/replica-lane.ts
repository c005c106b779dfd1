// The lane of replicas: which pod of a workload left its usual distance from its siblings, and whether it is one, some or both of two; and whether the new pods of a rollout left the old ones.
import type { Finding, SignalFinding } from '../../../model/finding.ts';
import { minimumEffect } from '../../../model/signal-traits.ts';
import { type History, seriesId } from '../../../model/signal.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { CreateLane, LaneCycle } from '../lanes/lane.ts';
import type { SeriesState } from '../series-state.ts';
import { falseDiscoveryRate } from '../settings.ts';
import { mostPlaces, placesFor } from './pod-places.ts';
import {
  adoptPod,
  createPodSeries,
  missPod,
  movePod,
  podLevel,
  type PodResult,
  type PodSeries,
  podWindow,
  pushPod,
} from './pod-series.ts';
import { residualTest } from './residual-test.ts';
import { residualsOf } from './residuals.ts';
import { replicaFinding, replicaFindingId } from './replica-finding.ts';
import { type ReplicaGroup, replicaGroups } from './replica-groups.ts';
import { loadPod, podsIn, type KeptPod, podPieces } from './kept-pods.ts';
import { fillPast, podHistories } from './replica-past.ts';
import { selectiveDiscovery } from './selective-discovery.ts';
import { sharedTrait } from './shared-trait.ts';
import { verdictOf } from './verdict.ts';
import { createVersionWatch } from './version-watch.ts';

type Followed = { readonly state: SeriesState; readonly series: PodSeries };
type Measured = {
  readonly series: PodSeries;
  readonly minimum: number;
  /** Null while it has no past of its own. */
  readonly result: Omit<NonNullable<PodResult>, 'q' | 'm'> | null;
};

const prefix = 'replica:';

/** `most` bounds how many series of pods are followed. */
export function createReplicaLane(most: number): CreateLane {
  return ({ windows }) => {
    const followed = new Map<string, Followed>();
    const groups = new Map<string, ReplicaGroup>();
    const versions = createVersionWatch(windows);
    let before: ReadonlyMap<string, SignalFinding> = new Map();
    let remembered: readonly History[] = [];
    /** Replicas that a process before this one followed and that were not met yet, by place. */
    const keptPods = new Map<string, KeptPod>();
    let findings: readonly SignalFinding[] = [];
    let lastMs = Number.NEGATIVE_INFINITY;

    return {
      learn(histories) {
        remembered = [...remembered, ...histories.filter((one) => one.key.pod !== undefined)];
      },
      cycle({ table, view, nowMs, openFindings }: LaneCycle) {
        // A cycle that was woken early brings the same measurements again.
        if (nowMs - lastMs < windows.cycleMs / 2) return findings;
        lastMs = nowMs;
        before = adoptable(openFindings);
        const compared = replicaGroups(table, view, windows);
        follow(compared, view);
        const touched = new Set<string>();
        const measured = compared.map((group) => measure(group, touched));
        judge(compared, measured, nowMs);
        for (const group of compared) groups.set(group.state.id, group);
        leave(touched, view);
        const pastOf = (state: SeriesState, pod: string) => followed.get(placeOf(state, pod))?.series.past ?? null;
        findings = [...told(), ...versions.cycle(compared, pastOf, view, { nowMs, openFindings })];
        return findings;
      },
      holds: (id) => findings.some((one) => one.id === id),
      keeps: {
        name: 'replicas',
        pieces: () => podPieces([...followed].map(([place, { series }]) => ({ place, series }))),
        recall(pieces) {
          for (const one of pieces.flatMap(podsIn)) keptPods.set(one.place, one);
        },
      },
    };

    /** Lets new pods in, within the room there is. */
    function follow(compared: readonly ReplicaGroup[], view: ClusterView): void {
      const newcomers = new Map<
        string,
        { readonly group: ReplicaGroup; readonly pod: string; readonly oddness: number }
      >();
      for (const group of compared) {
        const residuals = residualsOf(valuesOf(group));
        for (const [pod, { oddness }] of residuals) {
          const id = placeOf(group.state, pod);
          if (!followed.has(id)) newcomers.set(id, { group, pod, oddness });
        }
      }
      for (const [id, { group, pod }] of newcomers) {
        const kept = keptPods.get(id);
        if (kept === undefined || followed.size >= most) continue;
        meet(id, group.state, pod);
        newcomers.delete(id);
      }
      const places = placesFor(
        [...followed].map(([id, { series }]) => ({
          id,
          oddness: series.oddness,
          isKept: series.open !== null || podLevel(series) === null,
        })),
        [...newcomers].map(([id, { oddness }]) => ({ id, oddness, isKept: false })),
        most,
      );
      for (const id of places.evicted) followed.delete(id);
      for (const id of places.admitted) {
        const one = newcomers.get(id);
        if (one !== undefined) meet(id, one.group.state, one.pod);
      }
      if (remembered.length === 0 || compared.length === 0) return;
      const byGroup = podHistories(remembered);
      for (const group of compared)
        fillPast(
          group,
          byGroup.get(group.state.id) ?? [],
          view,
          windows,
          (pod) => followed.get(placeOf(group.state, pod))?.series,
        );
      remembered = [];
    }

    /** Follows a pod from now on, with what was kept of it. What the journal closed since is not open. */
    function meet(id: string, state: SeriesState, pod: string): void {
      const series = createPodSeries(pod);
      followed.set(id, { state, series });
      const kept = keptPods.get(id);
      keptPods.delete(id);
      if (kept !== undefined) loadPod(series, kept, lastMs - 7.5 * windows.cycleMs);
      const open = before.get(replicaFindingId(state));
      if (open?.replicas?.odd.includes(pod) === true) adoptPod(series, open);
      else series.open = null;
    }

    function measure(group: ReplicaGroup, touched: Set<string>): readonly Measured[] {
      const { state, samples, cpuRequest } = group;
      return [...residualsOf(valuesOf(group))].flatMap(([pod, residual]): readonly Measured[] => {
        const sample = samples.get(pod);
        const series = followed.get(placeOf(state, pod))?.series;
        if (sample === undefined || series === undefined) return [];
        if (!pushPod(series, sample.atMs, sample.value, residual, windows.longGapMs)) return [];
        touched.add(placeOf(state, pod));
        const window = podWindow(series);
        const level = podLevel(series);
        const x = window?.residual ?? 0;
        const side = x >= (level?.location ?? 0) ? 'up' : 'down';
        const minimum = minimumEffect(state.traits, window?.others ?? residual.others, side, cpuRequest);
        if (window === null || level === null) return [{ series, minimum, result: null }];
        const test = residualTest(x, level, minimum, state.traits.direction);
        const { value, others } = window;
        return [{ series, minimum, result: { atMs: sample.atMs, test, level, value, others } }];
      });
    }

    /** False discoveries by family of signals; a pod without a past counts, and finds nothing. */
    function judge(compared: readonly ReplicaGroup[], measured: readonly (readonly Measured[])[], nowMs: number): void {
      const members = compared.map((group, at) => ({ group, pods: measured[at] ?? [] }));
      for (const family of Map.groupBy(members, (one) => one.group.state.traits.family).values()) {
        const m = family.reduce((sum, one) => sum + one.pods.length, 0);
        const rates = selectiveDiscovery(
          family.map(({ group, pods }) => ({
            p: pods.map((one) => one.result?.test.p ?? 1),
            isSelected: group.state.open !== null,
          })),
          falseDiscoveryRate,
        );
        for (const [at, { group, pods }] of family.entries()) {
          for (const [index, { series, minimum, result }] of pods.entries())
            movePod(
              series,
              result === null ? null : { ...result, q: rates[at]?.[index] ?? 1, m },
              nowMs,
              minimum,
              windows.refractoryMs,
            );
          group.state.peers = pods.some((one) => one.result !== null)
            ? {
                pods: group.samples.size,
                odd: pods.filter((one) => one.series.open !== null).map((one) => one.series.pod),
              }
            : null;
        }
      }
    }

    /** Pods that are gone are forgotten; those that were silent in this cycle have a gap. */
    function leave(touched: ReadonlySet<string>, view: ClusterView): void {
      for (const [id, { state, series }] of followed) {
        if (touched.has(id)) continue;
        if (view.complete.has('Pod') && view.pod(state.key.of.namespace, series.pod) === undefined) followed.delete(id);
        else missPod(series);
      }
      const kept = new Set([...followed.values()].map((one) => one.state.id));
      for (const id of groups.keys()) if (!kept.has(id)) groups.delete(id);
    }

    function told(): readonly SignalFinding[] {
      const open = [...followed.values()].filter((one) => one.series.open !== null);
      const byGroup = Map.groupBy(open, (one) => one.state.id);
      return [...byGroup.values()].flatMap((members) => {
        const [first, ...rest] = members
          .map((one) => one.series)
          .toSorted(
            (left, right) =>
              (left.open?.firstSeenMs ?? 0) - (right.open?.firstSeenMs ?? 0) || (left.pod < right.pod ? -1 : 1),
          );
        const state = members[0]?.state;
        if (first === undefined || state === undefined) return [];
        const group = groups.get(state.id);
        const pods = group?.samples.size ?? 0;
        const verdict = verdictOf({ pods, odd: members.length, isWorkloadOpen: state.open !== null });
        if (verdict === 'none' || verdict === 'all') return [];
        const shared =
          group === undefined
            ? null
            : sharedTrait(
                [first, ...rest].map((one) => one.pod),
                group.traits,
              );
        return (
          replicaFinding({ state, verdict, odd: [first, ...rest], pods, shared }) ??
          before.get(replicaFindingId(state)) ??
          []
        );
      });
    }
  };
}

export const replicaLane = createReplicaLane(mostPlaces);

function adoptable(open: readonly Finding[]): Map<string, SignalFinding> {
  return new Map(
    open.flatMap((one) => (one.kind === 'signal' && one.id.startsWith(prefix) ? [[one.id, one] as const] : [])),
  );
}

function valuesOf(group: ReplicaGroup): ReadonlyMap<string, number> {
  return new Map([...group.samples].map(([pod, sample]) => [pod, sample.value]));
}

function placeOf(state: SeriesState, pod: string): string {
  return seriesId({ ...state.key, pod });
}
