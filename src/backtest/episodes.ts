// Follows findings from the cycle that opened them to the one that no longer held them, with the points that draw them.
import type { Finding, SignalFinding } from '../model/finding.ts';
import { seriesId, type SignalBook } from '../model/signal.ts';

/** One minute of a chart: time, value, and the usual band when it was known. */
export type ChartPoint = readonly [atMs: number, value: number | null, low: number | null, high: number | null];

export type Episode = {
  /** As it was when it had lasted longest: the sentence with the largest deviation. */
  readonly finding: SignalFinding;
  readonly openedAtMs: number;
  /** Null while it still held at the end. */
  readonly closedAtMs: number | null;
  readonly chart: readonly ChartPoint[];
};

export interface Episodes {
  /** One cycle. Findings of facts are left out: the past has no facts. */
  cycle(atMs: number, findings: readonly Finding[], book: SignalBook): void;
  /** Oldest first; ties by id. */
  all(): readonly Episode[];
  open(): readonly Finding[];
  count(): number;
}

type Held = {
  worst: SignalFinding;
  newest: SignalFinding;
  readonly openedAtMs: number;
  readonly before: readonly ChartPoint[];
  readonly during: ChartPoint[];
  readonly after: ChartPoint[];
};

/** Cycles drawn before it opened and after it closed. */
const beforePoints = 120;
const afterPoints = 20;
/** A chart that grew to twice this many points is thinned to half. */
const duringPoints = 240;

export function createEpisodes(): Episodes {
  const held = new Map<string, Held>();
  /** Closed a short while ago: the charts still get their end. */
  const closing = new Map<string, { one: Held; closedAtMs: number }>();
  const done: Episode[] = [];
  let order: readonly Finding[] = [];

  const settle = (id: string): void => {
    const ended = closing.get(id);
    if (ended === undefined) return;
    closing.delete(id);
    done.push(episodeOf(ended.one, ended.closedAtMs));
  };

  return {
    cycle(atMs, findings, book) {
      order = findings;
      const now = new Map(findings.flatMap((one) => (one.kind === 'signal' ? [[one.id, one] as const] : [])));
      for (const [id, one] of held) {
        if (now.has(id)) continue;
        held.delete(id);
        settle(id);
        closing.set(id, { one, closedAtMs: atMs });
      }
      for (const [id, { one }] of closing) {
        const [low, high] = one.newest.band;
        one.after.push([atMs, valueOf(book, one.newest), low, high]);
        if (one.after.length >= afterPoints) settle(id);
      }
      for (const [id, finding] of now) {
        const known = held.get(id);
        const point: ChartPoint = [atMs, valueOf(book, finding) ?? finding.value, ...finding.band];
        if (known === undefined) {
          // Back within the refractory time: the same finding goes on.
          const ended = closing.get(id);
          if (ended !== undefined && ended.one.newest.firstSeenMs === finding.firstSeenMs) {
            closing.delete(id);
            ended.one.during.push(...ended.one.after.splice(0), point);
            held.set(id, ended.one);
            continue;
          }
          settle(id);
          held.set(id, {
            worst: finding,
            newest: finding,
            openedAtMs: atMs,
            before: pointsBefore(finding, book, atMs),
            during: [point],
            after: [],
          });
          continue;
        }
        known.newest = finding;
        if (depth(finding) > depth(known.worst)) known.worst = finding;
        known.during.push(point);
        if (known.during.length >= 2 * duringPoints) thin(known.during);
      }
    },
    all() {
      const still = [...held.values()].map((one) => episodeOf(one, null));
      const ended = [...closing.values()].map(({ one, closedAtMs }) => episodeOf(one, closedAtMs));
      return [...done, ...ended, ...still].toSorted(
        (left, right) => left.openedAtMs - right.openedAtMs || (left.finding.id < right.finding.id ? -1 : 1),
      );
    },
    open: () => order,
    count: () => done.length + closing.size + held.size,
  };
}

function episodeOf(one: Held, closedAtMs: number | null): Episode {
  const finding = { ...one.worst, lastSeenMs: one.newest.lastSeenMs, confidence: one.newest.confidence };
  return { finding, openedAtMs: one.openedAtMs, closedAtMs, chart: [...one.before, ...one.during, ...one.after] };
}

function depth(finding: SignalFinding): number {
  return Math.abs(finding.value - finding.baseline) / Math.max(finding.floor, Number.MIN_VALUE);
}

/** What the book still holds of the series, cycle by cycle; of what is no series of a workload, what the agent drew. */
function pointsBefore(finding: SignalFinding, book: SignalBook, atMs: number): ChartPoint[] {
  const [low, high] = finding.band;
  const known = isLevel(finding)
    ? book.recent(finding.signal, finding.of).map((one) => [one.atMs, one.value] as const)
    : (finding.chart ?? []);
  return known
    .filter(([ms]) => ms < atMs)
    .slice(-beforePoints)
    .map(([ms, value]) => [ms, value, low, high]);
}

function valueOf(book: SignalBook, finding: SignalFinding): number | null {
  return isLevel(finding) ? book.value(finding.signal, finding.of) : finding.value;
}

/** A finding of one pod, of a burn rate or of a trend is no value of its workload's series. */
function isLevel(finding: SignalFinding): boolean {
  return finding.id === `signal:${seriesId({ signal: finding.signal, of: finding.of })}`;
}

/** Every second point goes, the newest stays. */
function thin(points: ChartPoint[]): void {
  const kept = points.filter((_, index) => (points.length - 1 - index) % 2 === 0);
  points.splice(0, points.length, ...kept);
}
