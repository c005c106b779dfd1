// The way of the data, once through: observe → assess → (suspect) → correlate → and each open incident by at most one transition.
import { isClosed, livePlan, openIncidents } from '../folds/lookup.ts';
import type { Approval, Incident, State } from '../folds/state.ts';
import type { AskAnswer } from '../model/api.ts';
import type { Problem } from '../model/failure.ts';
import type { Observation } from '../model/signal.ts';
import { answerTo } from './answering/answering.ts';
import { correlate } from './correlate.ts';
import { forget, newMemory } from './memory.ts';
import type { CyclePorts } from './ports.ts';
import { privateNamesOf } from './private-names.ts';
import { recheck } from './recheck.ts';
import { requestUndo, type UndoOrder } from './requested-undo.ts';
import { actStep, settleStep } from './steps/acting.ts';
import { closeStep } from './steps/closing.ts';
import { adviseStep, diagnoseStep, rediagnoseStep } from './steps/diagnosing.ts';
import { planStep } from './steps/planning.ts';
import { actor, type Scene, type Step } from './steps/step.ts';
import { undoStep } from './steps/undoing.ts';
import { guardStep, verifyStep } from './steps/verifying.ts';
import { suspect } from './suspicion/suspect.ts';
import { assess, isBlind, noteSources, observe } from './watch.ts';

export type Cycle = {
  /** One cycle. Rejects when the journal cannot be written: then nothing was moved. */
  run(): Promise<void>;
  /** A read between cycles that looks for harm only. */
  guardRead(): Promise<void>;
  /** True while a write is being verified, so that guard reads are due. */
  guardsDue(): boolean;
  /** An undo that a person asks for; call it between cycles. */
  requestUndo(order: UndoOrder): Promise<{ readonly plan: string; readonly state: State }>;
  /** Why an approval may not be recorded as it was shown; call it between cycles. */
  recheck(approval: Approval): Promise<Problem | null>;
  /** The newest read of all sources, with what could not be seen; null before the first. */
  observation(): Observation | null;
  /** Answers a question out of what is known now; reads nothing new from the cluster and never acts. */
  answer(request: { readonly question: string; readonly incident?: string }, signal: AbortSignal): Promise<AskAnswer>;
};

/** How long the victims of a clean root may linger before they stand for themselves; ten minutes at pace 1. */
const lingerSettles = 2;

export function createCycle(ports: CyclePorts): Cycle {
  const scene: Scene = { ports, memory: newMemory() };
  const { memory } = scene;

  return {
    async run() {
      const observation = await observe(ports, memory);
      await noteSources(ports, observation);
      if (isBlind(ports)) return;
      const { findings, atMs } = await assess(ports, memory, observation);
      await suspect(ports, memory);
      const outlived = (incident: Incident): boolean =>
        atMs - (memory.rootCleanSinceMs.get(incident.id) ?? atMs) > lingerSettles * ports.pace.settleMs;
      const sight = { findings, view: ports.view(), pace: ports.pace, nowMs: atMs, outlived };
      for (const change of correlate(ports.state(), sight)) await ports.journal.append(change, actor);
      const moved = await moveEach(scene);
      forget(memory, (id) => isOpen(ports, id));
      if (moved) ports.wake();
    },
    async guardRead() {
      const observation = await observe(ports, memory);
      if (observation.atMs <= memory.lastHarmReadMs) return;
      memory.lastHarmReadMs = observation.atMs;
      ports.anomaly.note(observation);
      for (const incident of openIncidents(ports.state())) await attempt(scene, incident, guardStep);
    },
    guardsDue: () => openIncidents(ports.state()).some((one) => one.state === 'verifying' || one.state === 'acting'),
    requestUndo: async (order) => await requestUndo(scene, order),
    recheck: async (approval) => await recheck(scene, approval),
    observation: () => memory.observation,
    async answer(request, signal) {
      const word = ports.suspector()?.word;
      const sight = {
        state: ports.state(),
        view: ports.view(),
        signals: ports.anomaly.book(),
        findings: memory.assessment?.findings ?? [],
        nowMs: ports.cluster.now(),
      };
      const wordsmith = word === undefined ? null : { word, privateNames: privateNamesOf(sight.view) };
      return await answerTo(request, sight, wordsmith, signal);
    },
  };
}

async function moveEach(scene: Scene): Promise<boolean> {
  let moved = false;
  for (const { id } of openIncidents(scene.ports.state())) {
    const incident = scene.ports.state().incidents.get(id);
    if (incident === undefined || isClosed(incident)) continue;
    for (const step of stepsOf(incident)) {
      if (!(await attempt(scene, incident, step))) continue;
      moved = true;
      break;
    }
  }
  return moved;
}

/** The steps that an incident may take from its state; the first that moves it is the only one. */
function stepsOf(incident: Incident): readonly Step[] {
  const live = livePlan(incident);
  if (live?.plan.undoOf !== undefined)
    return live.plan.requestedBy === undefined ? [settleStep, undoStep] : [settleStep, actStep, undoStep, closeStep];
  switch (incident.state) {
    case 'open':
      return [closeStep, diagnoseStep];
    case 'diagnosed':
      return [closeStep, planStep];
    case 'planned':
    case 'awaiting approval':
      return [closeStep, actStep];
    case 'acting':
      return [settleStep];
    case 'verifying':
      return [verifyStep, closeStep];
    case 'escalated':
      return [closeStep, adviseStep, rediagnoseStep];
    case 'resolved':
    case 'suppressed':
      return [];
    default:
      return incident.state satisfies never;
  }
}

/** A fault of one incident is reported and leaves the others alone, unless the journal is what failed. */
async function attempt(scene: Scene, incident: Incident, step: Step): Promise<boolean> {
  try {
    return await step(scene, incident);
  } catch (error) {
    if (!scene.ports.journal.writable()) throw error;
    scene.ports.fault(error, incident.id);
    return false;
  }
}

function isOpen(ports: CyclePorts, id: string): boolean {
  const incident = ports.state().incidents.get(id);
  return incident !== undefined && !isClosed(incident);
}
