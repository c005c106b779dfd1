// Who may ask the model when much breaks at once: the gravest few; everybody else has a plan of the playbook in the same cycle. Pure.
import { livePlan, openIncidents } from '../folds/lookup.ts';
import type { Incident, State } from '../folds/state.ts';
import type { Severity } from '../model/finding.ts';

/** With a budget of 30 requests a minute these can each ask, mend an answer and look once more within two minutes. */
export const mostAtOnce = 12;

const order: readonly Severity[] = ['critical', 'warning', 'info'];

/**
 * Null when the model may be asked about this incident, else why not. Of the incidents that wait for a plan the gravest come first:
 * severity, then how much is wrong with it, then age. `thinking` are incidents that the model thinks about already.
 */
export function stormRefusal(incident: Incident, state: State, thinking: ReadonlySet<string>): string | null {
  const waiting = openIncidents(state).filter((one) => one.state === 'diagnosed' && livePlan(one) === undefined);
  if (waiting.length <= mostAtOnce || thinking.has(incident.id)) return null;
  const room = mostAtOnce - thinking.size;
  const before = waiting.filter((one) => !thinking.has(one.id)).toSorted(gravestFirst);
  const place = before.findIndex((one) => one.id === incident.id);
  return place >= 0 && place < room ? null : `${waiting.length} incidents at once, the gravest ${mostAtOnce} go first`;
}

function gravestFirst(left: Incident, right: Incident): number {
  return (
    order.indexOf(left.severity) - order.indexOf(right.severity) ||
    right.findings.length - left.findings.length ||
    left.openedAtMs - right.openedAtMs ||
    (left.id < right.id ? -1 : 1)
  );
}
