// Tests what a leader suspects: the claim is held against the second tier for five cycles, and becomes a finding only when it is significant.
import type { SignalFinding } from '../../../model/finding.ts';
import { seriesId } from '../../../model/signal.ts';
import { claimOf, type Suspicion, type SuspicionResult, type TestedSuspicion } from '../../../model/suspicion.ts';
import { shownRef } from '../../../model/target.ts';
import type { Lane, LaneCycle } from '../lanes/lane.ts';
import type { SeriesState } from '../series-state.ts';
import type { SeriesTable } from '../series-table.ts';
import { cyclesToClose, cyclesToOpen } from '../settings.ts';
import { shownBand, shownValue } from '../sentence/wording.ts';
import { correlationOf } from './correlation.ts';
import { jointTest, type JointTest } from './joint-test.ts';

/** Claims are chosen after a look at the same data: the bar is that of corroboration, and each claim of a day raises it. */
const jointSurprise = 5;
const cyclesWatched = 5;
/** More than this at once are not tested: a leader that suspects everything tests nothing. */
const mostPending = 20;
const dayMs = 86_400_000;

type Watched = {
  readonly suspicion: Suspicion;
  readonly raisedMs: number;
  readonly results: (JointTest | null)[];
  /** Of each pair of its series, read once: the past does not change while a claim is tested. */
  readonly correlations: Map<string, number>;
  life: { readonly firstSeenMs: number; readonly onsetMs: number; lastSeenMs: number; cleanCycles: number } | null;
};

export interface SuspicionLane extends Lane {
  /** Takes claims in; those that are watched already, or too many, are left out. */
  raise(claims: readonly Suspicion[], nowMs: number): void;
  /** Tests that ended since the last call. */
  ended(): readonly TestedSuspicion[];
}

export function createSuspicionLane(cycleMs: number): SuspicionLane {
  const watched = new Map<string, Watched>();
  let raisedAtMs: number[] = [];
  let ended: TestedSuspicion[] = [];
  let lastCycleMs = Number.NEGATIVE_INFINITY;
  let holding = new Set<string>();

  const bar = (): number => jointSurprise + Math.log10(Math.max(1, raisedAtMs.length));

  const end = (claim: string, one: Watched, result: SuspicionResult, sentence: string): void => {
    ended.push({ suspicion: one.suspicion, result, sentence });
    if (result !== 'confirmed') watched.delete(claim);
  };

  const judge = (claim: string, one: Watched, nowMs: number): void => {
    if (one.results.length < cyclesWatched) return;
    if (one.results.every((test) => test === null))
      return end(claim, one, 'not testable', 'fewer than two of its signals can be compared with their past');
    const significant = one.results.filter((test) => test !== null && test.surprise >= bar());
    const best = one.results.reduce((most, test) => Math.max(most, test?.surprise ?? 0), 0);
    const needed = Number(bar().toFixed(1));
    if (significant.length < cyclesToOpen)
      return end(claim, one, 'refuted', `together they reach ${best.toFixed(1)} at best, ${needed} is needed`);
    one.life = { firstSeenMs: nowMs, onsetMs: one.raisedMs, lastSeenMs: nowMs, cleanCycles: 0 };
    return end(claim, one, 'confirmed', `together they reach ${best.toFixed(1)}, ${needed} is needed`);
  };

  const keep = (claim: string, one: Watched, test: JointTest | null, nowMs: number): void => {
    if (one.life === null) return;
    // What cannot be seen for long is not known to hold any more.
    const isClean = test === null || test.surprise < 1;
    one.life.cleanCycles = isClean ? one.life.cleanCycles + 1 : 0;
    if (!isClean) one.life.lastSeenMs = nowMs;
    if (one.life.cleanCycles >= cyclesToClose) watched.delete(claim);
  };

  return {
    raise(claims, nowMs) {
      raisedAtMs = raisedAtMs.filter((at) => nowMs - at < dayMs);
      for (const suspicion of claims) {
        const claim = claimOf(suspicion);
        if (watched.has(claim)) continue;
        raisedAtMs.push(nowMs);
        if (watched.size >= mostPending)
          ended.push({
            suspicion,
            result: 'not testable',
            sentence: `${mostPending} suspicions are being tested already`,
          });
        else watched.set(claim, { suspicion, raisedMs: nowMs, results: [], correlations: new Map(), life: null });
      }
    },
    ended() {
      const told = ended;
      ended = [];
      return told;
    },
    cycle({ table, nowMs, fresh }: LaneCycle) {
      // A cycle that was woken early brings the same measurements again.
      const isNew = nowMs - lastCycleMs >= cycleMs / 2;
      if (isNew) lastCycleMs = nowMs;
      const findings: SignalFinding[] = [];
      for (const [claim, one] of [...watched].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
        // In a cycle that brings measurements, a series that is kept out of the window test is kept out here too.
        const states = statesOf(one.suspicion, table).filter((state) => !isNew || fresh.has(state.id));
        const test = jointTest(states, nowMs, nowMs - 2.5 * cycleMs, (left, right) => correlated(one, left, right));
        if (isNew) {
          one.results.push(test);
          if (one.results.length > cyclesWatched) one.results.shift();
          if (one.life === null) judge(claim, one, nowMs);
          else keep(claim, one, test, nowMs);
        }
        const shown = test ?? one.results.findLast((result) => result !== null);
        if (one.life !== null && watched.has(claim) && shown !== null && shown !== undefined)
          findings.push(findingOf(claim, one, one.life, shown, raisedAtMs.length));
      }
      holding = new Set(findings.map((finding) => finding.id));
      return findings;
    },
    holds: (id) => holding.has(id),
  };
}

function correlated({ correlations }: Watched, left: SeriesState, right: SeriesState): number {
  const pair = [left.id, right.id].toSorted().join(' ');
  const known = correlations.get(pair) ?? correlationOf(left.marks, right.marks);
  correlations.set(pair, known);
  return known;
}

function statesOf({ of, signals }: Suspicion, table: SeriesTable): readonly SeriesState[] {
  return [...new Set(signals)].toSorted().flatMap((signal) => table.get(seriesId({ signal, of })) ?? []);
}

function findingOf(
  claim: string,
  { suspicion }: Watched,
  life: NonNullable<Watched['life']>,
  test: JointTest,
  claims: number,
): SignalFinding {
  const [strongest] = test.signals.toSorted((left, right) => right.z - left.z);
  if (strongest === undefined) throw new Error(`no signal of ${claim} was tested`);
  const { state, level, x } = strongest;
  const told = test.signals.map((one) => {
    const { title, unit } = one.state.traits;
    return `${title} ${shownValue(one.x, unit)}, usual ${shownBand(one.level.low, one.level.location, one.level.high, unit)}`;
  });
  const severe = test.signals.some((one) => one.state.traits.severity === 'critical');
  const p = Number(test.p.toPrecision(6));
  return {
    kind: 'signal',
    id: `suspicion:${claim}`,
    of: suspicion.of,
    severity: severe ? 'warning' : 'info',
    firstSeenMs: life.firstSeenMs,
    onsetMs: life.onsetMs,
    lastSeenMs: life.lastSeenMs,
    sentence: `${test.signals.length} signals of ${shownRef(suspicion.of)} are off together: ${told.join('; ')}`,
    signal: state.key.signal,
    unit: state.traits.unit,
    value: x,
    baseline: level.location,
    band: [level.low, level.high],
    floor: 0,
    direction: x >= level.location ? 'up' : 'down',
    test: {
      name: 'signals of one workload together, half the least effect each',
      stat: Number(test.stat.toPrecision(6)),
      df: 0,
      p,
      q: Math.min(1, Number((p * Math.max(1, claims)).toPrecision(6))),
      windows: level.windows,
      exceeded: 0,
      family: 'suspicions of a day',
      m: Math.max(1, claims),
    },
    confidence: 'validated',
    notes: ['suspected by the leader, then tested; none of the signals reaches what opens a finding alone'],
  };
}
