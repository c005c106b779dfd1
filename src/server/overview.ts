// The three questions first: is anything wrong, what waits for a person, what is being done now; and the switch with what it holds.
import { isClosed, isOpenIntent, livePlan, openIncidents, waitingApprovals, incidentOfPlan } from '../folds/lookup.ts';
import type { ActionState, PlanState, State } from '../folds/state.ts';
import type { ModeEntry, Overview, SwitchView } from '../model/api.ts';
import type { Health } from './ports.ts';
import { iso } from './plan-view.ts';

const shown = 20;

export function viewOverview(state: State, health: Health, modes: readonly ModeEntry[], stopped: boolean): Overview {
  const open = openIncidents(state);
  const waiting = waitingApprovals(state);
  const mix = new Map<ModeEntry['effective'], number>();
  for (const one of modes) mix.set(one.effective, (mix.get(one.effective) ?? 0) + 1);
  return {
    headline: headlineOf(state, stopped),
    openCount: open.length,
    waiting: waiting.map((one) => ({
      approval: one.id,
      incident: incidentOfPlan(one.plan),
      title: state.incidents.get(incidentOfPlan(one.plan))?.title ?? one.plan,
      expiresAt: iso(one.expiresWallMs),
      risk: one.risk,
    })),
    doing: open
      .filter((one) => one.state === 'acting' || one.state === 'verifying')
      .map((one) => ({ incident: one.id, step: one.state, since: iso(one.updatedAtMs) })),
    dismissed: state.dismissed.slice(-shown).toReversed(),
    blind: [
      ...[...state.lostSources].map(([capability, one]) => ({
        capability: `${capability}: ${one.reason}`,
        cost: one.cost,
      })),
      ...health.blind,
    ],
    lastOutcomes: state.outcomes
      .slice(-shown)
      .toReversed()
      .map((one) => ({
        plan: one.plan,
        action: one.action,
        name: one.actionName,
        target: one.target,
        word: one.word,
        undone: one.undone,
        at: iso(one.atMs),
      })),
    modeMix: [...mix].map(([mode, count]) => ({ mode, count })),
  };
}

/** What a stop holds, and what was sent before it: each with the line to type instead. */
export function viewSwitch(state: State, stopped: boolean): SwitchView {
  const inFlight: SwitchView['inFlight'][number][] = [];
  const held: SwitchView['held'][number][] = [];
  for (const incident of openIncidents(state)) {
    const plan = livePlan(incident);
    for (const one of incident.plans) {
      for (const action of one.actions) {
        const sent = action.permits.some((permit) => {
          const intent = state.intents.get(permit);
          return intent !== undefined && intent.purpose !== 'fence' && isOpenIntent(intent);
        });
        const watched = action.writtenAtMs !== null && action.outcome === null && one.ended === null;
        if (sent || watched) inFlight.push(underWay(one, action));
        else if (one === plan && action.outcome === null && one.judged !== null) held.push(underWay(one, action));
      }
    }
  }
  return {
    stopped: stopped || state.switch.stopped,
    by: state.switch.by,
    reason: state.switch.reason,
    since: state.switch.atMs === null ? null : iso(state.switch.atMs),
    event: state.switch.seq,
    inFlight,
    held,
  };
}

function underWay(plan: PlanState, action: ActionState): SwitchView['held'][number] {
  const planned = plan.plan.actions.find((one) => one.id === action.id);
  return {
    plan: plan.plan.id,
    action: action.id,
    summary: [planned?.action, action.verdict?.summary].filter((one) => one !== undefined).join(' '),
    writtenAt: action.writtenAtMs === null ? null : iso(action.writtenAtMs),
    undo: action.verdict?.undo ?? null,
    byHand: action.verdict?.byHand ?? null,
  };
}

/** "Nothing is wrong now. 1 repair was effective, 1 sign was left alone." */
export function headlineOf(state: State, isStopped: boolean): string {
  const open = openIncidents(state);
  const waiting = waitingApprovals(state).length;
  const stopped = isStopped || state.switch.stopped ? ' Actions are stopped.' : '';
  if (waiting > 0 || open.length > 0) {
    const wrong = plural(open.length, 'incident is open', 'incidents are open');
    const person = open.filter((one) => one.state === 'escalated').length + waiting;
    return `${wrong}, ${plural(person, 'waits', 'wait')} for a person.${stopped}`;
  }
  const effective = state.outcomes.filter((one) => one.word === 'effective').length;
  const repairs = plural(effective, 'repair was effective', 'repairs were effective');
  const alone = plural(state.dismissed.length, 'sign was left alone', 'signs were left alone');
  const seen = [...state.incidents.values()].some(isClosed) || effective > 0 || state.dismissed.length > 0;
  return `Nothing is wrong now.${seen ? ` ${repairs}, ${alone}.` : ''}${stopped}`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
