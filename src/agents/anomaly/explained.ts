// Completes a finding for whoever reads or draws it: the whole sentence, its notes, the replicas, the change before it, recent points.
import type { SignalFinding } from '../../model/finding.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { verdictOf } from './replicas/verdict.ts';
import type { SeriesState } from './series-state.ts';
import type { SeriesTable } from './series-table.ts';
import type { Windows } from './settings.ts';
import { chartOf } from './signal-chart.ts';
import { delayNote, notesOf } from './signal-notes.ts';
import { type Compared, wholeSentence } from './signal-sentence.ts';

const laneOfReplicas = 'replica:';
const ofWindowTest = 'signal:';

/** Burn rates, trends and silence tell themselves; what was told before a start keeps its words until it is tested again. */
export function explained(
  finding: SignalFinding,
  table: SeriesTable,
  view: ClusterView,
  windows: Windows,
): SignalFinding {
  const isOfPods = finding.id.startsWith(laneOfReplicas);
  if (!isOfPods && !finding.id.startsWith(ofWindowTest)) return finding;
  const state = table.get(finding.id.slice(finding.id.indexOf(':') + 1));
  const last = state?.open?.last ?? null;
  if (state === undefined || finding.explanation !== undefined || (!isOfPods && last === null)) return finding;
  const days = isOfPods || last === null || last.level.weaker === 2 ? null : last.level.days;
  const change = finding.change ?? changeBefore(view, state.key.of, finding.onsetMs, windows);
  const replicas = finding.replicas ?? replicasOf(state);
  const told: SignalFinding = {
    ...finding,
    ...(change === null ? {} : { change }),
    ...(replicas === null ? {} : { replicas }),
    chart: finding.chart ?? chartOf(state, table.nowMs),
  };
  const compared: Compared = { traits: state.traits, days, dayType: null };
  return {
    ...told,
    explanation: wholeSentence(told, compared),
    notes: notesOf({ ...told, notes: [...(told.notes ?? []), delayNote(told)] }, compared, state),
  };
}

/** A change of the template that began within half an hour before; what came after it is no reason for it. */
function changeBefore(
  view: ClusterView,
  of: ObjectRef,
  onsetMs: number,
  windows: Windows,
): NonNullable<SignalFinding['change']> | null {
  const revisions = view.revisionsOf(of);
  const current = revisions.find((one) => one.current);
  const atMs = current?.createdAtMs ?? null;
  if (current === undefined || atMs === null || revisions.length < 2) return null;
  const isBefore = atMs <= onsetMs + windows.cycleMs && onsetMs - atMs <= windows.refractoryMs;
  return isBefore ? { what: 'rollout', name: current.hash === '' ? current.name : current.hash, atMs } : null;
}

function replicasOf({ peers }: SeriesState): NonNullable<SignalFinding['replicas']> | null {
  if (peers === null) return null;
  const verdict = verdictOf({ pods: peers.pods, odd: peers.odd.length, isWorkloadOpen: true });
  return verdict === 'none' ? null : { verdict, odd: [...peers.odd].slice(0, 20), of: peers.pods };
}
