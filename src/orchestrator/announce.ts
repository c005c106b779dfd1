// What the cluster itself is told: one Kubernetes Event on the target for each transition of an incident, in modes approve and auto.
import type { State } from '../folds/state.ts';
import { incidentOfPlan } from '../folds/lookup.ts';
import type { JournalEvent } from '../model/event.ts';
import { markAnnotation } from '../model/mode.ts';
import type { ObjectRef } from '../model/target.ts';

export type Announcement = {
  readonly about: ObjectRef;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  /** Fixed for each step, so that a repetition after a restart is the same Event. */
  readonly name: string;
  readonly atMs: number;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** Null for events that are no transition of an incident. */
export function announcementOf(event: JournalEvent, state: State, clusterId: string): Announcement | null {
  const { body } = event;
  switch (body.kind) {
    case 'incident.opened':
      return told('Warning', 'IncidentOpened', 'Watch', body.incident, body.title);
    case 'incident.escalated':
      return told('Warning', 'IncidentEscalated', 'Escalate', body.incident, body.reason);
    case 'incident.resolved':
      return told('Normal', 'IncidentResolved', 'Watch', body.incident, body.reason);
    case 'approval.requested':
      return told(
        'Normal',
        'ApprovalRequested',
        'Ask',
        incidentOfPlan(body.plan),
        `${body.approval} waits for a person`,
      );
    case 'write.answered': {
      const intent = state.intents.get(body.permit);
      if (intent === undefined || body.result !== 'landed') return null;
      // Bookkeeping at the mark and the owners: nothing that a person would call a write.
      if (intent.purpose === 'hand back' || intent.purpose === 'fence') return null;
      const reason = intent.purpose === 'undo' ? 'PlanUndone' : 'PlanWritten';
      return told('Normal', reason, 'Write', incidentOfPlan(intent.plan), `${intent.action}: ${intent.summary}`, {
        [markAnnotation]: body.permit,
      });
    }
    case 'outcome.recorded':
      return told(
        body.outcome === 'effective' ? 'Normal' : 'Warning',
        'OutcomeRecorded',
        'Verify',
        incidentOfPlan(body.plan),
        `${body.action} ${body.outcome}${body.undone ? ' (undone)' : ''}: ${body.sentence}`,
      );
    default:
      return null;
  }

  function told(
    type: Announcement['type'],
    reason: string,
    action: string,
    incidentId: string,
    note: string,
    annotations?: Readonly<Record<string, string>>,
  ): Announcement | null {
    const incident = state.incidents.get(incidentId);
    if (incident === undefined) return null;
    return {
      about: incident.root,
      type,
      reason,
      action,
      note: `${incidentId}: ${note}`,
      name: `advisor-${clusterId.slice(0, 6)}-${incidentId}-${event.seq}`,
      atMs: event.atMs,
      ...(annotations === undefined ? {} : { annotations }),
    };
  }
}
