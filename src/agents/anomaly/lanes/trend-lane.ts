// The trend lane: every five minutes it asks of each use that runs into a wall whether it grows, and when it gets there (detection.md 11).
import type { SignalFinding } from '../../../model/finding.ts';
import { isLive } from '../../../model/kube.ts';
import { scaled } from '../../../model/pace.ts';
import { type History, seriesId } from '../../../model/signal.ts';
import type { ClusterView } from '../../../model/view.ts';
import { benjaminiHochberg } from '../kernels/false-discovery.ts';
import type { SeriesState } from '../series-state.ts';
import { type Capacity, capacityOf } from './capacity.ts';
import type { CreateLane, LaneCycle } from './lane.ts';
import { trendFinding, trendFindingId } from './trend-finding.ts';
import { createTrendWatch, type TrendWatch } from './trend-watch.ts';

type Watched = { readonly state: SeriesState; readonly capacity: Capacity; readonly watch: TrendWatch };

const prefix = 'trend:';
/** A past whose series sends no sample for so long is not waited for. */
const waitedMs = 60 * 60_000;

export const trendLane: CreateLane = ({ pace, windows, signals }) => {
  const bound = new Set(signals.filter((one) => one.unit === 'ratio' || one.id === 'node.memory').map((one) => one.id));
  const watches = new Map<string, TrendWatch>();
  const findings = new Map<string, SignalFinding>();
  /** What was learned and no watch has taken yet; `sinceMs` is the first cycle that found it so. */
  const past = new Map<string, { readonly parts: History['points'][]; sinceMs: number | null }>();

  return {
    learn(histories) {
      for (const { key, points } of histories) {
        if (key.pod !== undefined || !(bound.has(key.signal) || key.signal.startsWith('custom.'))) continue;
        const known = past.get(seriesId(key)) ?? { parts: [], sinceMs: null };
        past.set(seriesId(key), known);
        known.parts.push(points);
      }
    },
    cycle(input) {
      const watched = watchedNow(input);
      const { nowMs, view } = input;
      forgetUntaken(nowMs);
      const due: TrendWatch[] = [];
      for (const { state, capacity, watch } of watched) {
        const newest = state.live.newestMs;
        if (newest !== null) watch.add(newest, state.live.value ?? Number.NaN);
        if (watch.run(capacity, oldestStartMs(view, state), nowMs)) due.push(watch);
      }
      if (due.length === 0) return [...findings.values()];
      const tests = watched.flatMap(({ watch }) => watch.ps().map((p) => ({ watch, p })));
      const adjusted = benjaminiHochberg(tests.map((one) => one.p));
      const rates = Map.groupBy(adjusted.entries(), ([at]) => tests[at]?.watch);
      for (const watch of due) watch.judge(rates.get(watch)?.map(([, q]) => q) ?? [], nowMs);
      for (const { state, capacity, watch } of watched) {
        const open = watch.open();
        const id = trendFindingId(state.id);
        if (open === null) findings.delete(id);
        else {
          const about = { state, capacity, open, m: tests.length, scale: pace.scale };
          findings.set(id, trendFinding(about));
        }
      }
      return [...findings.values()];
    },
    holds: (id) => findings.has(id),
    recovered(id) {
      if (!id.startsWith(prefix)) return null;
      const name = id.slice(prefix.length);
      return findings.has(id)
        ? { word: 'undecided', sentence: `whether ${name} still grows toward its limit is not known yet` }
        : { word: 'recovered', sentence: `${name} no longer grows toward its limit` };
    },
  };

  function forgetUntaken(nowMs: number): void {
    for (const [id, one] of past) {
      one.sinceMs ??= nowMs;
      if (nowMs - one.sinceMs >= scaled(pace, waitedMs)) past.delete(id);
    }
  }

  function watchedNow({ table, view, nowMs, openFindings }: LaneCycle): readonly Watched[] {
    const found: Watched[] = [];
    for (const state of table.all()) {
      const capacity = capacityOf(state.traits, state.key, view);
      if (capacity === null || nowMs - (state.live.newestMs ?? 0) > windows.forgetMs) continue;
      let watch = watches.get(state.id);
      const before = (past.get(state.id)?.parts ?? []).flat().toSorted((left, right) => left.atMs - right.atMs);
      past.delete(state.id);
      watch?.addPast(before);
      if (watch === undefined) {
        watch = createTrendWatch(pace);
        watches.set(state.id, watch);
        for (const { atMs, value } of before) watch.add(atMs, value);
        const open = openFindings.find((one) => one.id === trendFindingId(state.id));
        if (open?.kind === 'signal') {
          watch.adopt(open);
          findings.set(open.id, open);
        }
      }
      found.push({ state, capacity, watch });
    }
    const present = new Set(found.map((one) => one.state.id));
    for (const id of watches.keys())
      if (!present.has(id)) {
        watches.delete(id);
        findings.delete(trendFindingId(id));
      }
    return found;
  }
};

/** When the oldest container that runs now was started: what was before it is another story. 0 where no container tells. */
function oldestStartMs(view: ClusterView, { key, traits }: SeriesState): number {
  if (traits.family !== 'memory') return 0;
  const starts = view
    .podsOf(key.of)
    .filter(isLive)
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .map((status) => Date.parse(status.state?.running?.startedAt ?? ''))
    .filter((ms) => !Number.isNaN(ms));
  return starts.length === 0 ? 0 : Math.min(...starts);
}
