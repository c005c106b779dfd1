// A cycle on fakes for tests: a journal in memory with the real fold, a guardian and a writer that do as told, and a cluster that is a value.
import { z } from 'zod';
import type { Harm, Recovery } from '../../agents/anomaly/anomaly-agent-port.ts';
import { steppedClock, type SteppedClock } from '../../clock.ts';
import { applyEvent } from '../../folds/fold.ts';
import { emptyState, type Incident, type State } from '../../folds/state.ts';
import type { ActionDefinition, ActionName, Live, Settlement } from '../../model/action.ts';
import type { EventBody, JournalEvent } from '../../model/event.ts';
import type { Dismissal, Finding } from '../../model/finding.ts';
import type { Mode } from '../../model/mode.ts';
import { paceOf } from '../../model/pace.ts';
import type { Plan, PlannedAction } from '../../model/plan.ts';
import type { Ruling, Verdict } from '../../model/ruling.ts';
import type { Observation, SignalBook } from '../../model/signal.ts';
import type { NearMiss, Suspicion, TestedSuspicion } from '../../model/suspicion.ts';
import type { ClusterView, Freshness } from '../../model/view.ts';
import { aBook } from '../../diagnosis/testing/signs.ts';
import { aView, nowMs } from '../../diagnosis/testing/view.ts';
import { createCycle, type Cycle } from '../cycle.ts';
import { playbook } from '../playbook/playbook.ts';
import type { CyclePorts, Hands, WriteWord } from '../ports.ts';
import type { Reasoner } from '../reasoner.ts';

export type Rig = {
  readonly clock: SteppedClock;
  readonly wall: SteppedClock;
  readonly events: JournalEvent[];
  /** What the outside is like; a test sets it. */
  readonly outside: Outside;
  cycle: Cycle;
  state(): State;
  incident(id?: string): Incident;
  kinds(): readonly string[];
  append(body: EventBody): Promise<void>;
  /** Runs cycles one cycle period apart. */
  run(times?: number): Promise<void>;
  /** A new process on the same journal. */
  restart(): void;
};

export type Outside = {
  view: ClusterView;
  book: SignalBook;
  findings: readonly Finding[];
  dismissed: readonly Dismissal[];
  freshness: Freshness;
  metricsNewestMs: number | null;
  /** A second source that was asked because the first is away. */
  standIn: { readonly newestMs: number | null } | null;
  settlement: Settlement;
  harm: Harm;
  recovery: Recovery;
  verdict: Partial<Verdict>;
  rulings: readonly Ruling[];
  mode: Mode;
  /** What the writer answers; `hang` leaves the intent without an answer. */
  writes: (WriteWord['result'] | 'hang')[];
  /** What the guardian says at the write. */
  atWrite: { readonly refused: Partial<Verdict> } | { readonly held: string } | null;
  reasoner: Reasoner;
  logs: readonly string[];
  journalFails: boolean;
  faults: unknown[];
  wakes: number;
  written: { readonly plan: string; readonly action: string; readonly undo: boolean }[];
  settledIntents: number;
  /** Claims that reached the anomaly agent, and what it says of them and of what is below every bar. */
  suspected: Suspicion[];
  suspicionsEnded: TestedSuspicion[];
  nearMisses: readonly NearMiss[];
};

export function aRig(more: Partial<Outside> = {}): Rig {
  const clock = steppedClock(nowMs);
  const wall = steppedClock(nowMs);
  const events: JournalEvent[] = [];
  let state = emptyState;
  const outside: Outside = {
    view: aView({}),
    book: aBook(),
    findings: [],
    dismissed: [],
    freshness: { cacheLagMs: 0, broken: [], clockSkewMs: 0 },
    metricsNewestMs: 0,
    standIn: null,
    settlement: { state: 'settled', why: 'all replicas are ready' },
    harm: { word: 'fine', sentence: 'guards are as before', series: [] },
    recovery: { word: 'recovered', sentence: 'errors are back in their band' },
    verdict: {},
    rulings: [{ rule: 'G14', word: 'allow', reason: 'low risk' }],
    mode: 'auto',
    writes: [],
    atWrite: null,
    reasoner: playbook,
    logs: [],
    journalFails: false,
    faults: [],
    wakes: 0,
    written: [],
    settledIntents: 0,
    suspected: [],
    suspicionsEnded: [],
    nearMisses: [],
    ...more,
  };
  const append = (body: EventBody, actor = 'test'): Promise<JournalEvent> => {
    if (outside.journalFails) return Promise.reject(new Error('the journal cannot be written'));
    const event: JournalEvent = {
      seq: events.length + 1,
      v: 1,
      atMs: clock.now(),
      actor,
      body,
      prevHash: '',
      hash: '',
    };
    events.push(event);
    state = applyEvent(state, event);
    return Promise.resolve(event);
  };
  const ports: CyclePorts = {
    cluster: clock,
    wall,
    pace: paceOf(1),
    journal: { append, writable: () => !outside.journalFails },
    state: () => state,
    view: () => outside.view,
    freshness: () => outside.freshness,
    metrics: { observe: () => Promise.resolve(observationAt(clock.now(), outside)) },
    anomaly: {
      learn: () => undefined,
      learnWeekends: () => undefined,
      replay: () => undefined,
      note: () => undefined,
      markWrite: () => undefined,
      learned: () => [],
      recall: () => ({ restored: false, why: 'not in a test' }),
      suspect: (claims) => outside.suspected.push(...claims),
      suspicionsEnded: () => outside.suspicionsEnded.splice(0),
      objectives: () => ({ counted: 0, unwatched: [] }),
      nearMisses: () => outside.nearMisses,
      book: () => outside.book,
      assess: () => ({ atMs: clock.now(), findings: outside.findings, dismissed: outside.dismissed }),
      recovered: () => outside.recovery,
      harmed: () => outside.harm,
    },
    hands: handsFor(outside, append, () => state),
    reader: {
      tail: () => Promise.resolve(outside.logs),
      live: () => Promise.resolve(aLive),
    },
    actions: actionsFor(outside),
    reasonerFor: () => outside.reasoner,
    suspector: () => outside.reasoner,
    logsAllowed: true,
    approvalMs: 15 * 60_000,
    wake: () => {
      outside.wakes += 1;
    },
    fault: (error) => outside.faults.push(error),
  };
  const rig: Rig = {
    clock,
    wall,
    events,
    outside,
    cycle: createCycle(ports),
    state: () => state,
    incident: (id = 'inc-1') => {
      const found = state.incidents.get(id);
      if (found === undefined) throw new Error(`no ${id} in the state`);
      return found;
    },
    kinds: () => events.map((one) => one.body.kind),
    append: async (body) => {
      await append(body);
    },
    async run(times = 1) {
      for (let at = 0; at < times; at += 1) {
        clock.advance(60_000);
        wall.advance(60_000);
        await rig.cycle.run();
      }
    },
    restart() {
      rig.cycle = createCycle(ports);
    },
  };
  return rig;
}

function observationAt(atMs: number, outside: Outside): Observation {
  const newestMs = outside.metricsNewestMs === null ? null : atMs - outside.metricsNewestMs;
  return {
    atMs,
    samples: [],
    sources: [
      { source: 'prometheus', newestMs },
      ...(outside.standIn === null ? [] : [{ source: 'kubelet' as const, ...outside.standIn }]),
    ],
    missing:
      newestMs === null
        ? [{ capability: 'metrics', reason: 'Prometheus: connection refused', cost: 'latency cannot be seen' }]
        : [],
  };
}

function aVerdict(action: string, outside: Outside): Verdict {
  return {
    action,
    word: 'permitted',
    rulings: [...outside.rulings],
    risk: 'low',
    need: 0,
    binding: `binding of ${action}`,
    summary: `change of ${action}`,
    diff: [],
    undo: 'kubectl undo',
    byHand: 'kubectl change',
    wouldBe: outside.mode === 'observe' || outside.mode === 'suggest',
    ...outside.verdict,
  };
}

function handsFor(outside: Outside, append: (body: EventBody) => Promise<JournalEvent>, state: () => State): Hands {
  let permits = 0;
  const intend = async (plan: Plan, action: PlannedAction, permit: string): Promise<void> => {
    await append({
      kind: 'intent.recorded',
      permit,
      purpose: plan.undoOf === undefined ? 'act' : 'undo',
      plan: plan.id,
      action: action.id,
      target: { ...action.target, uid: 'u' },
      resource: { group: 'apps', version: 'v1', plural: 'deployments' },
      formerMark: null,
      epoch: 1,
      actionDigest: 'x',
      requestDigests: ['y'],
      before: 'z',
      summary: 'change',
    });
  };
  return {
    judge: ({ plan }) =>
      Promise.resolve({
        verdicts: plan.actions.map((one) => aVerdict(one.id, outside)),
        mode: outside.mode,
        because: 'flag',
        binding: `binding of ${plan.id}`,
      }),
    async act({ plan, action }) {
      if (outside.atWrite !== null)
        return 'held' in outside.atWrite
          ? outside.atWrite
          : { refused: { ...aVerdict(action.id, outside), ...outside.atWrite.refused } };
      permits += 1;
      const permit = `1.${permits}`;
      await intend(plan, action, permit);
      const word = outside.writes.shift() ?? 'landed';
      if (word === 'hang') throw new Error('killed between intent and answer');
      outside.written.push({ plan: plan.id, action: action.id, undo: plan.undoOf !== undefined });
      await append({ kind: 'write.answered', permit, result: word, status: 200, reason: '' });
      return { result: word, reason: '' };
    },
    async settleOpenIntents() {
      outside.settledIntents += 1;
      for (const intent of state().intents.values())
        if (intent.answer === null && intent.fence === null)
          await append({ kind: 'fence.settled', permit: intent.permit, result: 'void', reason: 'it never landed' });
    },
  };
}

const aLive: Live = { object: {}, revisions: [], pods: [] };

const schemas: Readonly<Record<ActionName, ActionDefinition['params']>> = {
  scale: z.object({ replicas: z.number().int().min(0) }),
  restart: z.object({}),
  rollback: z.object({ revision: z.number().int() }),
  'set-resources': z.object({
    container: z.string(),
    limits: z.record(z.string(), z.string()),
    requests: z.record(z.string(), z.string()).default({}),
  }),
  'patch-probe': z.object({ container: z.string(), probe: z.string(), port: z.number() }),
};

/** Actions of the catalogue as far as the orchestrator asks them: parameters, guards, and whether they settled. */
export function actionsFor(outside: Pick<Outside, 'settlement'>): ReadonlyMap<ActionName, ActionDefinition> {
  const one = (name: ActionName): ActionDefinition => ({
    name,
    title: name,
    targetKinds: ['Deployment', 'StatefulSet'],
    params: schemas[name],
    guards: ['sli.err', 'restarts'],
    rbac: [],
    preview: () => ({ refused: 'not in a test' }),
    undo: () => ({ irreversible: 'not in a test' }),
    risk: () => 'low',
    settled: () => outside.settlement,
    summary: () => name,
    byHand: () => `kubectl ${name}`,
  });
  const names: readonly ActionName[] = ['scale', 'restart', 'rollback', 'set-resources', 'patch-probe'];
  return new Map(names.map((name) => [name, one(name)]));
}
