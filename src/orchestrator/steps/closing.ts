// Any open state → resolved, once no sign of the incident has held for its window; what would open no incident keeps none open.
import type { Incident } from '../../folds/state.ts';
import { livePlan } from '../../folds/lookup.ts';
import { sameRef } from '../../model/target.ts';
import { subjectOf } from '../group.ts';
import { record, type Scene, type Step } from './step.ts';

export const closeStep: Step = async (scene, incident) => {
  const { ports, memory } = scene;
  const now = ports.cluster.now();
  noteRoot(scene, incident, now);
  // Pods that may not be read show no signs either: that is not known, and no repair.
  if (!ports.view().complete.has('Pod')) return false;
  const held =
    memory.assessment?.findings.some((one) => one.severity !== 'info' && incident.findings.includes(one.id)) ?? true;
  if (held) {
    memory.goneSinceMs.delete(incident.id);
    return false;
  }
  const since = memory.goneSinceMs.get(incident.id) ?? now;
  memory.goneSinceMs.set(incident.id, since);
  if (incident.state === 'acting' || (incident.state === 'verifying' && livePlan(incident) !== undefined)) return false;
  if (livePlan(incident)?.plan.undoOf !== undefined) return false;
  const last = incident.plans.at(-1);
  const verified = last?.plan.undoOf === undefined && last?.ended?.why === 'effective';
  if (!verified && now - since < ports.pace.settleMs) return false;
  const minutes = Math.round(((now - since) * ports.pace.scale) / 60_000);
  await record(scene, {
    kind: 'incident.resolved',
    incident: incident.id,
    reason: verified
      ? 'its signs are gone, and the repair was effective'
      : `its signs have been gone for ${minutes} min`,
  });
  return true;
};

/** Remembers since when the root shows no sign of its own, so that victims that linger can become their own incident. */
function noteRoot(scene: Scene, incident: Incident, nowMs: number): void {
  const { ports, memory } = scene;
  const view = ports.view();
  const own = memory.assessment?.findings.some((one) => sameRef(subjectOf(one.of, view), incident.root)) ?? true;
  if (own) memory.rootCleanSinceMs.delete(incident.id);
  else if (!memory.rootCleanSinceMs.has(incident.id)) memory.rootCleanSinceMs.set(incident.id, nowMs);
}
