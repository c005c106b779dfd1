// What the history held: how many series-days were judged, and where data was missing; without it a count of findings says nothing.
import { type Observation, seriesId } from '../model/signal.ts';

export type SeriesGap = {
  readonly series: string;
  readonly gaps: number;
  readonly missingMs: number;
  readonly longestFromMs: number;
  readonly longestMs: number;
};
export type SourceGap = { readonly fromMs: number; readonly toMs: number };

export type Coverage = {
  readonly cycles: number;
  readonly series: number;
  /** Series of workloads and nodes times the days in which each had samples. */
  readonly seriesDays: number;
  /** Stretches without a single measurement. */
  readonly sourceGaps: readonly SourceGap[];
  /** The series that were away longest; times of a source gap are not counted again. */
  readonly seriesGaps: readonly SeriesGap[];
  readonly seriesWithGaps: number;
  readonly bySignal: ReadonlyMap<string, { readonly series: number; readonly seriesDays: number }>;
};

export interface CoverageCount {
  cycle(observation: Observation): void;
  result(): Coverage;
}

type Seen = {
  cycles: number;
  lastCycle: number;
  gaps: number;
  missing: number;
  longest: number;
  longestFromMs: number;
};

const dayMs = 86_400_000;
const shownSeries = 20;
/** Fewer cycles than this without a sample are ordinary: one missed scrape is two. */
const leastCycles = 5;

export function createCoverage(stepMs: number): CoverageCount {
  const seen = new Map<string, Seen>();
  const sourceGaps: SourceGap[] = [];
  let cycles = 0;
  /** Cycles that had any sample; gaps of one series are counted in these. */
  let live = 0;
  let samples = 0;
  let emptySinceMs: number | null = null;
  let lastMs = 0;

  const endEmpty = (toMs: number): void => {
    if (emptySinceMs !== null && toMs - emptySinceMs >= leastCycles * stepMs)
      sourceGaps.push({ fromMs: emptySinceMs, toMs });
    emptySinceMs = null;
  };

  return {
    cycle(observation) {
      const { atMs } = observation;
      cycles += 1;
      lastMs = atMs;
      const own = observation.samples.filter(({ key }) => key.pod === undefined);
      if (own.length === 0) {
        emptySinceMs ??= atMs;
        return;
      }
      endEmpty(atMs);
      live += 1;
      samples += own.length;
      for (const { key } of own) {
        const id = seriesId(key);
        const known = seen.get(id);
        if (known === undefined) {
          seen.set(id, { cycles: 1, lastCycle: live, gaps: 0, missing: 0, longest: 0, longestFromMs: 0 });
          continue;
        }
        const away = live - known.lastCycle - 1;
        if (away >= leastCycles) {
          known.gaps += 1;
          known.missing += away;
          if (away > known.longest) {
            known.longest = away;
            known.longestFromMs = atMs - away * stepMs;
          }
        }
        known.lastCycle = live;
        known.cycles += 1;
      }
    },
    result() {
      endEmpty(lastMs + stepMs);
      const gapped = [...seen]
        .filter(([, one]) => one.gaps > 0)
        .map(([series, one]) => ({
          series,
          gaps: one.gaps,
          missingMs: one.missing * stepMs,
          longestFromMs: one.longestFromMs,
          longestMs: one.longest * stepMs,
        }))
        .toSorted((left, right) => right.missingMs - left.missingMs || (left.series < right.series ? -1 : 1));
      return {
        cycles,
        series: seen.size,
        seriesDays: (samples * stepMs) / dayMs,
        sourceGaps,
        seriesGaps: gapped.slice(0, shownSeries),
        seriesWithGaps: gapped.length,
        bySignal: bySignal(seen, stepMs),
      };
    },
  };
}

function bySignal(
  seen: ReadonlyMap<string, Seen>,
  stepMs: number,
): Map<string, { readonly series: number; readonly seriesDays: number }> {
  const groups = Map.groupBy([...seen], ([id]) => id.slice(0, id.indexOf('@')));
  return new Map(
    [...groups].map(([signal, list]) => {
      const samples = list.reduce((sum, [, one]) => sum + one.cycles, 0);
      return [signal, { series: list.length, seriesDays: (samples * stepMs) / dayMs }];
    }),
  );
}
