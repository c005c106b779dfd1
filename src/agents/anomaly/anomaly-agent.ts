// The anomaly agent: everything that it says is arithmetic over samples and API objects; it knows no clock and no chance.
import type { Dismissal, Finding, SignalFinding } from '../../model/finding.ts';
import type { Pace } from '../../model/pace.ts';
import { type Observation, type Sample, seriesId, type SignalId } from '../../model/signal.ts';
import { keyOf } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { DeclaredSlo } from '../../model/slo.ts';
import type { AnomalyAgent, Objectives, Recovery } from './anomaly-agent-port.ts';
import { createAppearances } from './appearances.ts';
import { createAlwaysOn, type TierOneMachine } from './always-on.ts';
import { createBook } from './book.ts';
import { createChanges, withChange } from './changes/changes.ts';
import { hasCompany } from './company.ts';
import { createEras } from './past/eras.ts';
import { explained } from './sentence/explained.ts';
import { createFactFindings } from './fact-findings.ts';
import { createHarmWatch } from './verify/harm.ts';
import { createLeastChanges } from './least-changes.ts';
import { markPersisting } from './sentence/persisting.ts';
import { recoveredSince } from './verify/recovery.ts';
import { type LearnedSeries, readLearned, writeLearned } from './past/learned.ts';
import { markMs } from './past/marks.ts';
import { forgetCycles, liveOf, recentOf } from './past/recent.ts';
import type { SeriesState } from './series-state.ts';
import { createKeptPasts } from './past/kept-pasts.ts';
import { createSeriesTable } from './series-table.ts';
import type { LaneProblem } from './lanes/lane.ts';
import { lanes } from './lanes/lanes.ts';
import { mostTested, windowsOf } from './settings.ts';
import { nearMisses } from './suspicions/near-misses.ts';
import { createSuspicionLane } from './suspicions/suspicion-lane.ts';
import { cycleSignals } from './signal-cycle.ts';
import { alsoRecovered, besideIt } from './siblings.ts';
import { signalFindingId, signalFindingOf } from './signal-findings.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { startingUntilMs } from './changes/start-up.ts';

export type AnomalyAgentPorts = {
  readonly pace: Pace;
  /** The catalogue of signals, those of users included. */
  readonly signals: readonly SignalTraits[];
  /** Signals that users add while the process runs. */
  readonly declared?: (signal: SignalId) => SignalTraits | undefined;
  /** Objectives that the operator's file declares; workloads declare their own by annotation. */
  readonly slos?: readonly DeclaredSlo[];
  /** Told once of what was declared and cannot be watched. */
  readonly tell?: (problem: LaneProblem) => void;
  /** Threads for tier one; none when absent. */
  readonly machine?: TierOneMachine;
  /** Series whose past of eight days is held; what there is room for by default when absent. */
  readonly mostPasts?: number;
  /** Told after each cycle how many pasts are held, and how many were given back since the start. */
  readonly onPasts?: (pasts: { readonly held: number; readonly released: number }) => void;
};

export function createAnomalyAgent({
  pace,
  signals,
  declared,
  slos = [],
  tell = ignore,
  machine,
  mostPasts,
  onPasts = ignore,
}: AnomalyAgentPorts): AnomalyAgent {
  const windows = windowsOf(pace);
  const table = createSeriesTable(signals, declared, windows.onsetMs);
  const pasts = createKeptPasts(mostPasts);
  const facts = createFactFindings();
  const harm = createHarmWatch(windows);
  const book = createBook(table, windows);
  const appearances = createAppearances(pace);
  const suspicions = createSuspicionLane(windows.cycleMs);
  const tierOne = createAlwaysOn({
    stepMs: windows.cycleMs,
    forgetMs: windows.forgetMs,
    signals,
    ...(declared === undefined ? {} : { declared }),
    ...(machine === undefined ? {} : { machine }),
  });
  const running = [...lanes.map((create) => create({ pace, windows, signals, slos, tell })), suspicions];
  const leastChanges = createLeastChanges(signals, declared ?? (() => undefined), slos, windows, tell);
  const changes = createChanges(pace);
  const eras = createEras(windows);
  const writes = new Map<string, number>();
  /** Signal findings from before a start that no test has seen yet. */
  let taken: Map<string, SignalFinding> | null = null;
  const resumed = new Set<string>();
  let lastCycleMs = Number.NEGATIVE_INFINITY;
  /** The newest cycle of the process before this one; null without one. */
  let keptMs: number | null = null;
  let isFirst = true;
  let lastView: ClusterView | null = null;
  let impacts: readonly SignalFinding[] = [];

  /** A cycle that an API fact woke early brings the same measurements again: it is no second witness. */
  const isCycleDue = (nowMs: number): boolean => nowMs - lastCycleMs >= windows.cycleMs / 2;

  const holds = (id: string): boolean => facts.holds(id) || running.some((one) => one.holds(id));

  const ofLane = (id: string, sinceMs: number): Recovery | null =>
    running.reduce<Recovery | null>((found, one) => found ?? one.recovered?.(id, sinceMs) ?? null, null);

  const besideRepair = (state: SeriesState, sinceMs: number): string =>
    lastView === null
      ? ''
      : besideIt(alsoRecovered(state, sinceMs, table, lastView, (of) => writes.has(keyOf(of)), windows));

  const isStarting = (view: ClusterView) => {
    const until = new Map<string, number>();
    for (const { ref } of view.workloads) {
      // A first revision is no change, and its pods start all the same.
      const madeMs = view.revisionsOf(ref).find((one) => one.current)?.createdAtMs ?? 0;
      const rolloutMs = changes.newestRollout(ref)?.atMs ?? 0;
      const changedMs = Math.max(madeMs, rolloutMs, writes.get(keyOf(ref)) ?? 0);
      if (table.nowMs - changedMs > windows.forgetMs) continue;
      until.set(keyOf(ref), startingUntilMs(changedMs, view.podsOf(ref), table.nowMs, windows));
    }
    return (key: string): boolean => table.nowMs < (until.get(key) ?? 0);
  };

  /** Tier one sees everything; where there are too many series the second tier looks at what moved, what users feel, and what was changed of late. */
  const testDue = (observation: Observation, whole: ReadonlyMap<string, Sample>, view: ClusterView): Dismissal[] => {
    if (isFirst && keptMs !== null && table.nowMs - keptMs > 2.5 * windows.cycleMs) table.all().forEach(forgetCycles);
    isFirst = false;
    tierOne.cycle(observation.samples, table.nowMs);
    const suspects = (): ReadonlySet<string> =>
      tierOne.suspects(
        (id) => table.get(id)?.open != null,
        (of) => table.nowMs - (changes.newestRollout(of)?.atMs ?? 0) < windows.suspectMs,
      ).ids;
    const chosen = table.all().length <= mostTested ? null : suspects();
    const dismissed = cycleSignals(table, whole, view, isStarting(view), windows, chosen);
    pasts.bound(table.all(), chosen, table.nowMs);
    onPasts(pasts);
    for (const state of table.all()) tierOne.freeze(state.id, state.open !== null);
    tierOne.forgetGone(view, table.nowMs);
    return dismissed;
  };

  const testSignals = (
    observation: Observation,
    view: ClusterView,
    openFindings: readonly Finding[],
  ): { readonly dismissed: Dismissal[]; readonly fromLanes: readonly SignalFinding[] } => {
    lastView = view;
    table.follow(view, observation.atMs);
    const fresh = table.note(observation);
    leastChanges.follow(table, view);
    resume();
    changes.see(view, table.nowMs);
    const read = { table, view, nowMs: table.nowMs, observation, fresh, openFindings };
    for (const lane of running) lane.prepare?.(read);
    // What is not whole in this cycle is a gap for every test.
    const whole = new Map([...fresh].filter(([id]) => !running.some((lane) => lane.isFrozen?.(id) === true)));
    const input = { ...read, fresh: whole };
    const isDue = isCycleDue(table.nowMs);
    if (isDue) lastCycleMs = table.nowMs;
    const dismissed = isDue ? testDue(observation, whole, view) : [];
    eras.follow(table, changes);
    return { dismissed, fromLanes: running.flatMap((lane) => lane.cycle(input)) };
  };

  return {
    learnWeekends: (histories) => table.learn(histories),
    learn(histories) {
      table.learn(histories);
      tierOne.learn(histories);
      // A large past comes in parts: there must not be room for all of it at once.
      pasts.bound(table.all(), table.all().length <= mostTested ? null : none, table.nowMs);
      for (const lane of running) lane.learn?.(histories);
    },
    async prepare({ atMs, samples }) {
      const nowMs = Math.max(table.nowMs, atMs);
      if (isCycleDue(nowMs)) await tierOne.ahead(samples, nowMs);
    },
    close: async () => await tierOne.close(),
    pastsWanted: (most) => pasts.wanted(most),
    readBack(wanted, histories) {
      for (const key of wanted) table.hold(seriesId(key));
      table.learn(histories);
    },
    replay(observation, view, openFindings = []) {
      taken ??= takeOver(openFindings);
      // What was kept over a restart has seen these cycles itself.
      if (observation.atMs <= lastCycleMs) return;
      testSignals(observation, view, openFindings);
    },
    note(observation) {
      table.note(observation);
    },
    assess(observation, view, state) {
      if (taken === null && state !== undefined) taken = takeOver(state.openFindings);
      const { dismissed, fromLanes } = testSignals(observation, view, state?.openFindings ?? []);
      const factFindings = facts.cycle({
        view,
        nowMs: table.nowMs,
        pace,
        restarts: (of, pod) =>
          pod === undefined ? book.value('restarts', of) : (book.byPod('restarts', of).get(pod)?.value ?? null),
        usualRequests: (of) => book.usual('sli.rps', of)?.median ?? null,
      });
      const open = table.all().filter((one) => one.open !== null);
      const findings: Finding[] = [...factFindings];
      for (const one of open) {
        const isVouchedFor = hasCompany(one, { facts: factFindings, open, fromLanes });
        const finding = signalFindingOf(one, isVouchedFor) ?? taken?.get(signalFindingId(one));
        if (finding !== undefined) findings.push(finding);
      }
      findings.push(...fromLanes);
      appearances.note(findings);
      impacts = fromLanes.filter((one) => one.level === 'impact');
      return {
        atMs: table.nowMs,
        findings: findings
          .map((one) => (one.kind === 'signal' ? explained(withVotes(withChange(one, changes)), table) : one))
          .map((one) => markPersisting(one, table.nowMs, windows.persistingMs))
          .toSorted((left, right) => (left.id < right.id ? -1 : 1)),
        dismissed,
      };
    },
    book: () => book,
    recovered: (ids, sinceMs) =>
      recoveredSince(
        ids,
        sinceMs,
        table,
        { holds, ofLane, observationMs: (id) => appearances.observationMs(id), beside: besideRepair },
        windows,
      ),
    harmed: (guards, writtenAtMs, settledAtMs) =>
      harm.harmed(guards, { writtenAtMs, settledAtMs }, table, lastView, impacts),
    learned: () =>
      writeLearned({
        atMs: table.nowMs,
        writes: [...writes],
        tierOne: tierOne.snapshot(),
        series: keptSeries(),
        lanes: new Map(running.flatMap(({ keeps }) => (keeps === undefined ? [] : [[keeps.name, keeps.pieces()]]))),
      }),
    recall(bytes, nowMs) {
      const learned = readLearned(bytes);
      if ('why' in learned) return { restored: false, why: learned.why };
      if (learned.atMs > nowMs + windows.graceMs)
        return { restored: false, why: `it is of ${new Date(learned.atMs).toISOString()}, which is yet to come` };
      const restored = tierOne.restore(learned.tierOne, learned.atMs);
      if (!restored.restored) return restored;
      table.recall(learned.series, learned.atMs);
      eras.recall(learned.series, learned.atMs);
      for (const { keeps } of running) keeps?.recall(learned.lanes.get(keeps.name) ?? []);
      for (const [key, atMs] of learned.writes) writes.set(key, atMs);
      keptMs = learned.atMs;
      lastCycleMs = learned.atMs;
      return restored;
    },
    suspect: (claims) => suspicions.raise(claims, table.nowMs),
    suspicionsEnded: () => suspicions.ended(),
    nearMisses: (most) => nearMisses(table, windows.cycleMs, most),
    objectives: () => running.find((one) => one.objectives !== undefined)?.objectives?.() ?? noObjectives,
    markWrite(of, atMs) {
      writes.set(keyOf(of), atMs);
      for (const [key, ms] of writes) if (atMs - ms > windows.forgetMs) writes.delete(key);
    },
  };

  /** What each channel of tier one says of the series behind a finding. */
  function withVotes(finding: SignalFinding): SignalFinding {
    const votes = tierOne.votes(finding.id.replace(/^signal:/, ''));
    return votes === null ? finding : { ...finding, votes };
  }

  function takeOver(open: readonly Finding[]): Map<string, SignalFinding> {
    facts.adopt(open.filter((one) => one.kind === 'fact'));
    const held = new Map(open.filter(isOfWindowTest).map((one) => [one.id, one]));
    // What was closed after it was kept is not open: the journal is newer.
    for (const one of table.all())
      if (one.open !== null && one.open.firstSeenMs <= (keptMs ?? 0) && !held.has(signalFindingId(one)))
        one.open = null;
    return held;
  }

  function* keptSeries(): Generator<LearnedSeries> {
    for (const one of table.all())
      yield {
        id: one.id,
        basis: one.basis,
        marks: one.marks.kept(),
        besideWanted: one.besideWanted?.kept() ?? null,
        recent: recentOf(one),
        live: liveOf(one, windows.onsetMs),
        era: eras.kept(one.id),
      };
  }

  /** A finding outlives the process: its series is open again as soon as it is seen, and learns nothing of the fault. */
  function resume(): void {
    for (const [id, finding] of taken ?? []) {
      if (resumed.has(id)) continue;
      const state = table.get(seriesId({ signal: finding.signal, of: finding.of }));
      if (state === undefined) continue;
      const { firstSeenMs, onsetMs, lastSeenMs, direction } = finding;
      const onsetRangeMs = finding.onsetRangeMs ?? ([onsetMs, onsetMs] as const);
      const { cleanCycles = 0, last = null, lastSeenMs: seenMs = 0 } = state.open ?? {};
      const newestMs = Math.max(lastSeenMs, seenMs);
      state.open = { firstSeenMs, onsetMs, onsetRangeMs, lastSeenMs: newestMs, side: direction, cleanCycles, last };
      state.marks.dropFrom(Math.floor(onsetMs / markMs));
      resumed.add(id);
    }
  }
}

const noObjectives: Objectives = { counted: 0, unwatched: [] };

function ignore(): void {}

const none: ReadonlySet<string> = new Set();

/** Lanes keep their own findings over a start. */
function isOfWindowTest(finding: Finding): finding is SignalFinding {
  return finding.kind === 'signal' && finding.id.startsWith('signal:');
}
