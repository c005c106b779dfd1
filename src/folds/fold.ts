// State = fold(events): one event onto the state, pure and total; what an event names and the state does not know is ignored.
import type { EventBody, JournalEvent } from '../model/event.ts';
import {
  decideApproval,
  expireApproval,
  reanchorApproval,
  requestApproval,
  useApproval,
  voidApproval,
} from './approval.ts';
import type { Moment } from './edit.ts';
import { closeFinding, dismissDeviation, openFinding } from './history.ts';
import {
  closeIncident,
  diagnoseIncident,
  escalateIncident,
  mergeIncident,
  noteAside,
  noteLeader,
  openIncident,
  reopenIncident,
  updateIncident,
} from './incident.ts';
import { holdAction, judgePlan, proposePlan, recordOutcome, withdrawPlan } from './plan.ts';
import { emptyState, type State } from './state.ts';
import {
  changeMode,
  loseLease,
  loseSource,
  recoverSource,
  resumeActions,
  startProcess,
  stopActions,
  takeLease,
} from './switch.ts';
import { answerWrite, recordIntent, settleFence } from './write.ts';

/** An event that the state has already seen (its position is not newer) changes nothing. Untouched parts are shared with the state before. */
export function applyEvent(state: State, event: JournalEvent): State {
  if (event.seq <= state.seq) return state;
  return { ...applied(state, event.body, event), seq: event.seq };
}

export function foldAll(events: Iterable<JournalEvent>, from: State = emptyState): State {
  let state = from;
  for (const event of events) state = applyEvent(state, event);
  return state;
}

function applied(state: State, body: EventBody, at: Moment): State {
  switch (body.kind) {
    case 'process.started':
      return startProcess(state);
    case 'process.stopped':
      return state;
    case 'lease.acquired':
      return takeLease(state, body);
    case 'lease.lost':
      return loseLease(state);
    case 'source.lost':
      return loseSource(state, body, at);
    case 'source.recovered':
      return recoverSource(state, body);
    case 'deviation.dismissed':
      return dismissDeviation(state, body);
    case 'finding.opened':
      return openFinding(state, body);
    case 'finding.closed':
      return closeFinding(state, body);
    case 'suspicion.raised':
      return noteAside(state, body, at);
    case 'incident.opened':
      return openIncident(state, body, at);
    case 'incident.updated':
      return updateIncident(state, body, at);
    case 'incident.merged':
      return mergeIncident(state, body, at);
    case 'incident.reopened':
      return reopenIncident(state, body, at);
    case 'incident.diagnosed':
      return diagnoseIncident(state, body, at);
    case 'incident.escalated':
      return escalateIncident(state, body, at);
    case 'incident.resolved':
      return closeIncident(state, body.incident, 'resolved', body.reason, at);
    case 'incident.suppressed':
      return closeIncident(state, body.incident, 'suppressed', body.reason, at);
    case 'leader.consulted':
      return noteLeader(state, body, at);
    case 'plan.proposed':
      return proposePlan(state, body, at);
    case 'plan.judged':
      return judgePlan(state, body, at);
    case 'plan.withdrawn':
      return withdrawPlan(state, body, at);
    case 'approval.requested':
      return requestApproval(state, body, at);
    case 'approval.decided':
      return decideApproval(state, body, at);
    case 'approval.reanchored':
      return reanchorApproval(state, body, at);
    case 'approval.voided':
      return voidApproval(state, body, at);
    case 'approval.expired':
      return expireApproval(state, body, at);
    case 'approval.used':
      return useApproval(state, body, at);
    case 'intent.recorded':
      return recordIntent(state, body, at);
    case 'write.answered':
      return answerWrite(state, body, at);
    case 'fence.settled':
      return settleFence(state, body, at);
    case 'action.held':
      return holdAction(state, body, at);
    case 'outcome.recorded':
      return recordOutcome(state, body, at);
    case 'switch.stopped':
      return stopActions(state, body, at);
    case 'switch.resumed':
      return resumeActions(state, body, at);
    case 'mode.changed':
      return changeMode(state, body);
    case 'leader.called':
      return noteAside(state, body, at);
    case 'rung.changed':
      return state;
    default:
      return body satisfies never;
  }
}
