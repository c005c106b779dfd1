// What every step of an incident works with, and the word that says whether it moved.
import type { Incident } from '../../folds/state.ts';
import type { EventBody } from '../../model/event.ts';
import type { Memory } from '../memory.ts';
import type { CyclePorts } from '../ports.ts';

export type Scene = { readonly ports: CyclePorts; readonly memory: Memory };

/** True when the incident moved; at most one transition each. */
export type Step = (scene: Scene, incident: Incident) => Promise<boolean>;

export const actor = 'orchestrator';

export async function record(scene: Scene, body: EventBody): Promise<void> {
  await scene.ports.journal.append(body, actor);
}

/** The incident as the newest event left it. */
export function again(scene: Scene, incident: Incident): Incident {
  return scene.ports.state().incidents.get(incident.id) ?? incident;
}

export async function escalate(
  scene: Scene,
  incident: Incident,
  why: { readonly reason: string; readonly advice: string[] },
): Promise<boolean> {
  const now = again(scene, incident);
  if (now.state === 'escalated' && now.reason === why.reason) return false;
  await record(scene, { kind: 'incident.escalated', incident: incident.id, ...why });
  return true;
}
