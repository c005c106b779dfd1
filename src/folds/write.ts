// Writes out of events: the intent before it is sent, the answer, and what a fence made of one that was never answered.
import { bounded, changeAction, changePlan, type Body, type Moment } from './edit.ts';
import { addWrite } from './history.ts';
import { isOpenIntent } from './lookup.ts';
import { moved } from './plan.ts';
import type { Intent, State } from './state.ts';

const intentsKept = 2_000;

export function recordIntent(state: State, body: Body<'intent.recorded'>, at: Moment): State {
  if (state.intents.has(body.permit)) return state;
  const { kind: _kind, fenceOf, ...drawn } = body;
  const intent: Intent = {
    ...drawn,
    ...(fenceOf === undefined ? {} : { fenceOf }),
    seq: at.seq,
    atMs: at.atMs,
    answer: null,
    fence: null,
  };
  const intents = bounded(new Map(state.intents).set(body.permit, intent), intentsKept, (one) => !isOpenIntent(one));
  return changePlan(
    { ...state, intents },
    body.plan,
    at,
    (plan) => ({
      actions: changeAction(plan, body.action, (action) => ({ permits: [...action.permits, body.permit], held: null })),
    }),
    () => (moves(intent) ? { state: 'acting', closedAtMs: null } : {}),
  );
}

export function answerWrite(state: State, body: Body<'write.answered'>, at: Moment): State {
  const intent = state.intents.get(body.permit);
  if (intent === undefined) return state;
  const answered: Intent = {
    ...intent,
    answer: { result: body.result, reason: body.reason, atMs: at.atMs },
    ...(body.after === undefined ? {} : { after: body.after }),
  };
  const known = { ...state, intents: new Map(state.intents).set(body.permit, answered) };
  if (body.result === 'landed') return landed(known, answered, at);
  return notLanded(known, answered, at, body.result === 'refused');
}

/** The fence's word on the write that it voids; given by the permit of the write or of the fence. */
export function settleFence(state: State, body: Body<'fence.settled'>, at: Moment): State {
  const named = state.intents.get(body.permit);
  if (named === undefined) return state;
  const fenced = named.fenceOf === undefined ? named : (state.intents.get(named.fenceOf) ?? named);
  const settled: Intent = { ...fenced, fence: { result: body.result } };
  const intents = new Map(state.intents).set(settled.permit, settled);
  if (fenced !== named) intents.set(named.permit, { ...named, fence: { result: body.result } });
  const known = { ...state, intents };
  if (body.result === 'landed') return landed(known, settled, at);
  return notLanded(known, settled, at, body.result !== 'unknown');
}

/** The incident verifies what landed; an undo of harm is the end of what the advisor does by itself. */
function landed(state: State, intent: Intent, at: Moment): State {
  const changed = changePlan(
    state,
    intent.plan,
    at,
    (plan) => ({
      actions: changeAction(plan, intent.action, (action) =>
        intent.purpose === 'act' || plan.plan.undoOf !== undefined
          ? { writtenAtMs: action.writtenAtMs ?? at.atMs }
          : {},
      ),
    }),
    (incident, plan) => {
      if (!moves(intent)) return {};
      const harmed = plan.actions.some((one) => one.id === intent.action && one.outcome?.word === 'harmful');
      return moved(
        incident,
        ['acting', 'planned', 'awaiting approval', 'escalated'],
        harmed ? 'escalated' : 'verifying',
      );
    },
  );
  return addWrite(changed, intent, at.atMs);
}

/** Refused or void: nothing was written, so the plan may be revalidated; an undo of harm is tried again with a person told. Not known: the incident stays where it is. */
function notLanded(state: State, intent: Intent, at: Moment, certain: boolean): State {
  return changePlan(
    state,
    intent.plan,
    at,
    () => ({}),
    (incident, { plan }) => {
      const isOfHarm = plan.undoOf !== undefined && plan.requestedBy === undefined;
      return certain && moves(intent) ? moved(incident, ['acting'], isOfHarm ? 'escalated' : 'planned') : {};
    },
  );
}

function moves(intent: Intent): boolean {
  return intent.purpose === 'act' || intent.purpose === 'undo';
}
