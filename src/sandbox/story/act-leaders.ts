// Who leads an incident of the demo: the scripted leader of its act, or the configured leader where the act does not ask for a certain one.
import type { Incident } from '../../folds/state.ts';
import { sameRef } from '../../model/target.ts';
import type { Reasoner } from '../../orchestrator/reasoner.ts';
import { scriptedLeader } from '../leader.ts';
import { acts, type Act } from './acts.ts';

/** A model that was configured leads every act but those in which obeying is the point. */
export function leaderOf(
  incident: Pick<Incident, 'root' | 'openedRoot'>,
  own: Reasoner,
  modelLeads: boolean,
): Reasoner {
  const act = actOf(incident);
  if (act === undefined || act.leader === 'own' || (modelLeads && act.leader !== 'obeys')) return own;
  return scriptedLeader(act.leader);
}

function actOf({ root, openedRoot }: Pick<Incident, 'root' | 'openedRoot'>): Act | undefined {
  return acts.find((act) => sameRef(act.subject, root) || sameRef(act.subject, openedRoot));
}
