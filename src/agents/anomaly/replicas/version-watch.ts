// While old and new pods of a rollout run together they are compared directly: the same hour, the same users, another template; no better control exists (detection.md 8).
import type { Finding, SignalFinding } from '../../../model/finding.ts';
import { minimumEffect, type SignalTraits } from '../../../model/signal-traits.ts';
import type { ClusterView } from '../../../model/view.ts';
import { benjaminiHochberg } from '../kernels/false-discovery.ts';
import { median } from '../kernels/order-statistics.ts';
import type { SeriesState } from '../series-state.ts';
import { cyclesToClose, type Windows } from '../settings.ts';
import type { PodPast } from './pod-past.ts';
import {
  adoptPod,
  createPodSeries,
  movePod,
  type PodResult,
  type PodSeries,
  podWindow,
  pushPod,
} from './pod-series.ts';
import type { ReplicaGroup } from './replica-groups.ts';
import { type ResidualLevel, residualLevel, residualTest } from './residual-test.ts';
import { versionFinding, versionFindingId } from './version-finding.ts';

/** Old pods whose pasts are put together, at most. */
const mostPasts = 20;
const dfPerPod = 5;
const fullPastMs = 86_400_000;

export interface VersionWatch {
  /** Findings that hold after this cycle. `pastOf` is the past of a pod against its siblings. */
  cycle(
    groups: readonly ReplicaGroup[],
    pastOf: (state: SeriesState, pod: string) => PodPast | null,
    view: ClusterView,
    about: { readonly nowMs: number; readonly openFindings: readonly Finding[] },
  ): readonly SignalFinding[];
}

/** What is known of two versions of one workload that run side by side. */
type Compared = {
  readonly state: SeriesState;
  readonly version: string;
  /** How far one pod of the old version is from its siblings, as it was when the comparison began. */
  readonly level: ResidualLevel;
  readonly isFull: boolean;
  readonly series: PodSeries;
  young: readonly string[];
  old: number;
  /** Cycles in a row in which the two could not be compared. */
  missed: number;
  finding: SignalFinding | null;
};

type Sides = { readonly version: string; readonly young: readonly string[]; readonly old: readonly string[] };

export function createVersionWatch(windows: Windows): VersionWatch {
  const known = new Map<string, Compared>();
  return {
    cycle(groups, pastOf, view, { nowMs, openFindings }) {
      const measured = groups.flatMap((group) => {
        if (isOver(group, view)) known.delete(group.state.id);
        const sides = isComparable(group.state.traits) ? sidesOf(group, view) : null;
        const one = sides === null ? null : meet(group, sides, pastOf, openFindings);
        if (sides === null || one === null) return [];
        const result = measure(one, group, sides);
        return result === null ? [] : [{ one, ...result }];
      });
      const rates = benjaminiHochberg(measured.map((each) => each.result?.test.p ?? 1));
      for (const [at, { one, minimum, result }] of measured.entries()) {
        const judged = result === null ? null : { ...result, q: rates[at] ?? 1, m: measured.length };
        movePod(one.series, judged, nowMs, minimum, windows.refractoryMs);
        one.finding = one.series.open === null ? null : (versionFinding(one) ?? one.finding);
      }
      leave(new Set(measured.map((each) => each.one)));
      return [...known.values()].flatMap((one) => one.finding ?? []);
    },
  };

  /** Null while fewer than two old pods have a past: how far pods of one version are apart is not known then. */
  function meet(
    { state }: ReplicaGroup,
    { version, old }: Sides,
    pastOf: (state: SeriesState, pod: string) => PodPast | null,
    openFindings: readonly Finding[],
  ): Compared | null {
    const met = known.get(state.id);
    if (met?.version === version) return met;
    const pasts = old.slice(0, mostPasts).flatMap((pod) => pastOf(state, pod) ?? []);
    const told = pasts.filter((one) => one.spanMs > 0);
    const level = residualLevel(Float32Array.from(told.flatMap((one) => [...one.all()])));
    if (told.length < 2 || level === null) return null;
    const series = createPodSeries(`version ${version}`);
    const before = openFindings.find(
      (one): one is SignalFinding => one.kind === 'signal' && isAbout(one, state, version),
    );
    if (before !== undefined) adoptPod(series, before);
    // The windows of one pod hang together: it is how many pods there are that says how far one may stray.
    const windowsWorth = Math.min(level.windows, dfPerPod * (told.length - 1) + 1);
    const isFull = told.every((one) => one.spanMs >= fullPastMs);
    const made: Compared = {
      state,
      version,
      level: { ...level, windows: windowsWorth },
      isFull,
      series,
      young: [],
      old: 0,
      missed: 0,
      finding: before ?? null,
    };
    known.set(state.id, made);
    return made;
  }

  function measure(one: Compared, { state, samples, cpuRequest }: ReplicaGroup, { young, old }: Sides) {
    const valueOf = (pods: readonly string[]): number =>
      median(pods.map((pod) => samples.get(pod)?.value ?? Number.NaN));
    const atMs = Math.max(...[...samples.values()].map((sample) => sample.atMs));
    const [value, others] = [valueOf(young), valueOf(old)];
    if (!pushPod(one.series, atMs, value, { others, residual: value - others, oddness: 0 }, windows.longGapMs))
      return null;
    one.young = young;
    one.old = old.length;
    const window = podWindow(one.series);
    const side = (window?.residual ?? 0) >= one.level.location ? 'up' : 'down';
    const minimum = minimumEffect(state.traits, window?.others ?? others, side, cpuRequest);
    if (window === null) return { minimum, result: null };
    const test = residualTest(window.residual, one.level, minimum, state.traits.direction);
    const result: Omit<NonNullable<PodResult>, 'q' | 'm'> = {
      atMs,
      test,
      level: one.level,
      value: window.value,
      others: window.others,
    };
    return { minimum, result };
  }

  /** A rollout that went on or back has ended the comparison; the level of the workload speaks from then on. */
  function isOver({ state, traits }: ReplicaGroup, view: ClusterView): boolean {
    const one = known.get(state.id);
    if (one === undefined) return false;
    const running = new Set([...traits.values()].map((pod) => pod.version === one.version));
    return currentOf(state, view) !== one.version || running.size < 2;
  }

  /** Values that are missing for a while end nothing that is open. */
  function leave(touched: ReadonlySet<Compared>): void {
    for (const [id, one] of known) {
      one.missed = touched.has(one) ? 0 : one.missed + 1;
      if (one.missed >= (one.series.open === null ? 1 : cyclesToClose)) known.delete(id);
    }
  }
}

/** Shares and times: how much load a pod has depends on how long it has been there. */
function isComparable({ unit }: SignalTraits): boolean {
  return unit === 'ratio' || unit === 'seconds';
}

/** The pods of the newest template, and all others that run with them. */
function sidesOf({ state, samples, traits }: ReplicaGroup, view: ClusterView): Sides | null {
  if (new Set([...traits.values()].map((pod) => pod.version)).size < 2) return null;
  const version = currentOf(state, view);
  if (version === null) return null;
  const pods = [...samples.keys()].filter((pod) => traits.get(pod)?.version !== null).toSorted();
  const young = pods.filter((pod) => traits.get(pod)?.version === version);
  const old = pods.filter((pod) => traits.get(pod)?.version !== version);
  return young.length === 0 || old.length < 2 ? null : { version, young, old };
}

/** Hash of the newest template; null where none is known. */
function currentOf({ key }: SeriesState, view: ClusterView): string | null {
  const hash = view.revisionsOf(key.of).find((one) => one.current)?.hash ?? '';
  return hash === '' ? null : hash;
}

function isAbout({ id, replicas }: SignalFinding, state: SeriesState, version: string): boolean {
  return id === versionFindingId(state) && replicas?.shared === `version ${version}`;
}
