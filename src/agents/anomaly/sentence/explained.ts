// Completes a finding for whoever reads or draws it: the whole sentence, its notes, the replicas, and recent points.
import type { SignalFinding } from '../../../model/finding.ts';
import { isWeekend } from '../../../model/past.ts';
import { referencesAt } from '../past/references.ts';
import { verdictOf } from '../replicas/verdict.ts';
import type { SeriesState } from '../series-state.ts';
import type { SeriesTable } from '../series-table.ts';
import { chartOf } from './signal-chart.ts';
import { delayNote, notesOf } from './signal-notes.ts';
import { type Compared, wholeSentence } from './signal-sentence.ts';

const laneOfReplicas = 'replica:';
const ofWindowTest = 'signal:';
const dayMs = 86_400_000;

/** Burn rates, trends and silence tell themselves; what was told before a start keeps its words until it is tested again. */
export function explained(finding: SignalFinding, table: SeriesTable): SignalFinding {
  const isOfPods = finding.id.startsWith(laneOfReplicas);
  if (!isOfPods && !finding.id.startsWith(ofWindowTest)) return finding;
  const state = table.get(finding.id.slice(finding.id.indexOf(':') + 1));
  const last = state?.open?.last ?? null;
  if (state === undefined || finding.explanation !== undefined || (!isOfPods && last === null)) return finding;
  const days = isOfPods || last === null || last.level.weaker === 2 ? null : last.level.days;
  const replicas = finding.replicas ?? replicasOf(state);
  const told: SignalFinding = {
    ...finding,
    ...(replicas === null ? {} : { replicas }),
    chart: finding.chart ?? chartOf(state, table.nowMs),
  };
  const compared: Compared = {
    traits: state.traits,
    days,
    dayType: days === null ? null : dayTypeOf(state, table.nowMs),
  };
  return {
    ...told,
    explanation: wholeSentence(told, compared),
    notes: notesOf({ ...told, notes: [...(told.notes ?? []), delayNote(told)] }, compared, state),
  };
}

/** Day type of the days behind the windows, when all of them are of today's. */
function dayTypeOf({ marks }: SeriesState, nowMs: number): Compared['dayType'] {
  const isOff = isWeekend(nowMs);
  const chosen = referencesAt(marks, nowMs)?.chosen ?? [];
  if (chosen.length === 0 || chosen.some((day) => isWeekend(nowMs - day * dayMs) !== isOff)) return null;
  return isOff ? 'weekends' : 'workdays';
}

function replicasOf({ peers }: SeriesState): NonNullable<SignalFinding['replicas']> | null {
  if (peers === null) return null;
  const verdict = verdictOf({ pods: peers.pods, odd: peers.odd.length, isWorkloadOpen: true });
  return verdict === 'none' ? null : { verdict, odd: [...peers.odd].slice(0, 20), of: peers.pods };
}
