// verifying → planned, resolved or escalated: looks at the target until the outcome is known, and takes back what does harm.
import type { ActionState, Incident, PlanState } from '../../folds/state.ts';
import { livePlan } from '../../folds/lookup.ts';
import { deadline } from '../../clock.ts';
import type { Harm, Recovery } from '../../agents/anomaly/anomaly-agent-port.ts';
import { causes } from '../../diagnosis/causes.ts';
import type { Settlement } from '../../model/action.ts';
import type { PlannedAction } from '../../model/plan.ts';
import { seriesId, type SeriesKey } from '../../model/signal.ts';
import { keyOf, sameRef, type ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import * as escalation from '../escalation.ts';
import { explainNow } from '../look.ts';
import { decide, endsSince, holdMsOf, noMarks, unmetCondition, type Look } from '../verify.ts';
import { isBlind } from '../watch.ts';
import { escalate, record, type Scene, type Step } from './step.ts';
import { undoHarm } from './undoing.ts';

const readMs = 5_000;
const mostNodes = 5;
const fine: Harm = { word: 'fine', sentence: 'guards are as before', series: [] };

export const verifyStep: Step = async (scene, incident) => {
  const written = writtenAction(incident);
  if (written === null || isBlind(scene.ports)) return false;
  const { plan, action, planned } = written;
  const harm = harmOf(scene, planned, action.writtenAtMs ?? 0);
  if (harm.word === 'harmed') return await undoHarm(scene, incident, plan, action, harm.sentence);
  const look = await lookAt(scene, incident, plan, planned, action.writtenAtMs ?? 0, harm);
  if (look === null) return false;
  const decision = decide(look, scene.memory.marks.get(action.id) ?? noMarks, scene.ports.pace);
  scene.memory.marks.set(action.id, decision.marks);
  if (decision.word === 'wait') return false;
  if (decision.word === 'harmful') return await undoHarm(scene, incident, plan, action, decision.sentence);
  await record(scene, {
    kind: 'outcome.recorded',
    plan: plan.plan.id,
    action: action.id,
    outcome: decision.word,
    undone: false,
    sentence: decision.sentence,
  });
  if (decision.word === 'unknown')
    await escalate(
      scene,
      incident,
      escalation.unknown(decision.sentence, explainNow(scene.ports, scene.memory, incident)),
    );
  return true;
};

/** Between cycles: only harm is looked for, so that it is taken back in seconds. */
export const guardStep: Step = async (scene, incident) => {
  const written = writtenAction(incident);
  if (written === null || isBlind(scene.ports)) return false;
  const harm = harmOf(scene, written.planned, written.action.writtenAtMs ?? 0);
  if (harm.word !== 'harmed') return false;
  return await undoHarm(scene, incident, written.plan, written.action, harm.sentence);
};

function writtenAction(
  incident: Incident,
): { readonly plan: PlanState; readonly action: ActionState; readonly planned: PlannedAction } | null {
  const plan = livePlan(incident);
  if (plan === undefined || plan.plan.undoOf !== undefined) return null;
  const action = plan.actions.find((one) => one.writtenAtMs !== null && one.outcome === null);
  const planned = plan.plan.actions.find((one) => one.id === action?.id);
  return action === undefined || planned === undefined ? null : { plan, action, planned };
}

async function lookAt(
  scene: Scene,
  incident: Incident,
  plan: PlanState,
  planned: PlannedAction,
  writtenAtMs: number,
  harm: Harm,
): Promise<Look | null> {
  const { ports, memory } = scene;
  const settlement = await settlementOf(scene, planned);
  if (settlement === null) return null;
  const view = ports.view();
  const marks = memory.marks.get(planned.id) ?? noMarks;
  const windows = plan.plan.verify;
  const cause = causes.find((one) => one.code === plan.plan.code);
  const { firstSettledAtMs } = marks;
  return {
    nowMs: ports.cluster.now(),
    writtenAtMs,
    settlement,
    unmet: unmetCondition(windows, planned.target, view),
    endsSinceSettled: firstSettledAtMs === null ? 0 : endsSince(planned.target, view, firstSettledAtMs),
    recovery: windows.includes('V-sli') ? recoveryOf(scene, incident, planned, writtenAtMs) : null,
    harm,
    holdMs: holdMsOf(windows, planned.target, view, ports.pace),
    metricOnly: cause?.metricOnly ?? false,
  };
}

/** On a fresh read of the target; null when it cannot be read, which is no verdict. */
async function settlementOf(scene: Scene, planned: PlannedAction): Promise<Settlement | null> {
  const { ports } = scene;
  const limit = deadline(ports.wall, readMs);
  try {
    const live = await ports.reader.live(planned.target, limit.signal);
    if (live === null) return { state: 'failed', why: 'the target is gone' };
    return ports.actions.get(planned.action)?.settled(live) ?? null;
  } catch {
    return null;
  } finally {
    limit.done();
  }
}

/** Lanes whose findings say that users or a limit are at stake. */
const lanes = ['slo:', 'trend:', 'replica:sli.', 'version:sli.', 'presence:'] as const;

/** What must be back: the SLI findings of the target and what lanes found on it, as found before the write. */
function recoveryOf(scene: Scene, incident: Incident, planned: PlannedAction, writtenAtMs: number): Recovery | null {
  const ids = incident.evidence.flatMap((one) => {
    const id = one.finding ?? '';
    const ours =
      id.startsWith('signal:sli.err@') ||
      id.startsWith('signal:sli.latency@') ||
      id.startsWith('signal:cpu.throttling@');
    const byLane = lanes.some((lane) => id.startsWith(lane)) && id.endsWith(`@${keyOf(planned.target)}`);
    return byLane || (ours && id === `signal:${seriesId({ signal: signalIn(id), of: planned.target })}`) ? [id] : [];
  });
  return ids.length === 0 ? null : scene.ports.anomaly.recovered([...new Set(ids)], writtenAtMs);
}

function signalIn(id: string): SeriesKey['signal'] {
  return id.startsWith('signal:sli.err@')
    ? 'sli.err'
    : id.startsWith('signal:sli.latency@')
      ? 'sli.latency'
      : 'cpu.throttling';
}

/** Nodes that run pods of the target; a write there is felt by all that live beside it. */
function nodesOf(target: ObjectRef, view: ClusterView): ObjectRef[] {
  const names = view.podsOf(target).flatMap((pod) => pod.spec?.nodeName ?? []);
  return [...new Set(names)]
    .toSorted()
    .slice(0, mostNodes)
    .map((name) => ({ kind: 'Node', namespace: '', name }));
}

/** The guards of the action on its target, memory of its nodes, errors and latency on callers and callees; asked once per read of the metrics, since reads are counted. */
function harmOf(scene: Scene, planned: PlannedAction, writtenAtMs: number): Harm {
  const { ports } = scene;
  const definition = ports.actions.get(planned.action);
  if (definition === undefined) return fine;
  const view = ports.view();
  const near = [
    ...view.callersOf(planned.target).map((edge) => edge.caller),
    ...view.calleesOf(planned.target).map((edge) => edge.callee),
  ].filter((one, at, all) => !sameRef(one, planned.target) && all.findIndex((other) => sameRef(one, other)) === at);
  const guards: SeriesKey[] = [
    ...definition.guards.map((signal): SeriesKey => ({ signal, of: planned.target })),
    ...near.flatMap((of): SeriesKey[] => [
      { signal: 'sli.err', of },
      { signal: 'sli.latency', of },
    ]),
    ...nodesOf(planned.target, view).map((of): SeriesKey => ({ signal: 'node.memory', of })),
  ];
  const atMs = scene.memory.observation?.atMs ?? 0;
  const known = scene.memory.harms.get(planned.id);
  if (known?.atMs === atMs) return known.harm;
  const harm = ports.anomaly.harmed(guards, writtenAtMs, scene.memory.marks.get(planned.id)?.firstSettledAtMs ?? null);
  scene.memory.harms.set(planned.id, { atMs, harm });
  return harm;
}
