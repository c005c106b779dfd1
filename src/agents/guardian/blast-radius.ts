// G09: how much may be touched at once and in an hour, and whether what comes after still fits into quota, nodes and bounds.
import { isOpenIntent } from '../../folds/lookup.ts';
import type { State } from '../../folds/state.ts';
import { valueAt } from '../../model/json.ts';
import { need, needChange, type Facts } from './facts.ts';
import { inFlightBeside, onSameTarget } from './in-flight.ts';
import { mostMissingShare, mostPodsAdded, mostReplicas, writesPerHour, writesPerHourInNamespace } from './limits.ts';
import { nodeRoom } from './node-room.ts';
import { podSize } from './pod-size.ts';
import { podsTaken, type PodsTaken } from './pods-taken.ts';
import { quotaShortage } from './quota-room.ts';
import { allow, ask, counted, deny, type Rule } from './rule.ts';

export const blastRadius: Rule = {
  id: 'G09',
  about: 'Objects, pods, share of a workload and writes an hour are bounded; capacity after the action must still fit.',
  judge(facts) {
    const live = need(facts.live);
    const { after } = needChange(facts);
    const pods = podsTaken(live, after);
    const hour = writesInHour(facts.state, facts.nowMs - facts.pace.hourMs, facts.action.target.namespace);
    const growth =
      pods.added > 0 ? growthOf(facts, pods, valueAt(after, '/spec/template')) : { problems: [], note: '', asks: null };
    const problems = [
      ...busy(facts),
      ...tooOften(hour, facts.action.target.namespace),
      ...tooMany(pods),
      ...growth.problems,
    ];
    if (problems.length > 0) return deny(problems.join('; '));
    const counts = `write ${hour.cluster + 1} of ${writesPerHour} this hour, ${hour.namespace + 1} of ${writesPerHourInNamespace} in ${facts.action.target.namespace}`;
    if (growth.asks !== null) return ask(1, `${growth.asks}: a person decides (${counts})`);
    return allow(`1 object, ${counted(pods.taken, 'ready pod')} missing at a time, ${counts}${growth.note}`);
  },
};

/** Writes that landed or may still land; fences and hand backs change nothing. */
function writesInHour(
  state: State,
  sinceMs: number,
  namespace: string,
): { readonly cluster: number; readonly namespace: number } {
  const landed = state.writes.filter((one) => one.atMs > sinceMs && changesTarget(one.purpose));
  const open = [...state.intents.values()].filter((one) => changesTarget(one.purpose) && isOpenIntent(one));
  const all = [...landed, ...open].map((one) => one.target.namespace);
  return { cluster: all.length, namespace: all.filter((one) => one === namespace).length };
}

function changesTarget(purpose: string): boolean {
  return purpose === 'act' || purpose === 'undo';
}

function busy(facts: Facts): readonly string[] {
  const other = onSameTarget(inFlightBeside(facts.state, facts.plan), facts.action.target);
  return other === undefined ? [] : [`${other.plan} is in flight on the same workload, and one at a time may be`];
}

function tooOften(
  hour: { readonly cluster: number; readonly namespace: number },
  namespace: string,
): readonly string[] {
  return [
    ...(hour.cluster >= writesPerHour
      ? [`${hour.cluster} writes within the hour, at most ${writesPerHour} may be`]
      : []),
    ...(hour.namespace >= writesPerHourInNamespace
      ? [`${hour.namespace} writes in ${namespace} within the hour, at most ${writesPerHourInNamespace} may be`]
      : []),
  ];
}

function tooMany(pods: PodsTaken): readonly string[] {
  const most = Math.max(1, Math.floor(pods.wanted * mostMissingShare));
  return [
    ...(pods.taken > most
      ? [`${pods.taken} of ${pods.wanted} ready pods would be missing at a time, at most ${most} may be`]
      : []),
    ...(pods.added > mostPodsAdded ? [`${pods.added} pods more at once, at most ${mostPodsAdded} may be`] : []),
    ...(pods.added > 0 && pods.wantedAfter > mostReplicas
      ? [`${pods.wantedAfter} replicas, at most ${mostReplicas} may be`]
      : []),
  ];
}

function growthOf(
  facts: Facts,
  pods: PodsTaken,
  template: Parameters<typeof podSize>[0],
): { readonly problems: readonly string[]; readonly note: string; readonly asks: string | null } {
  const quotas = need(facts.quotas);
  const size = podSize(template);
  if (size === null) return { problems: ['what a pod asks for cannot be read'], note: '', asks: null };
  const shortage = quotaShortage(quotas, { pods: pods.added, size, less: null, swapped: 0 });
  const room = nodeRoom(facts.view.nodes, facts.view.pods, size);
  const fits = `${counted(room.nodes, 'schedulable node')} ${room.nodes === 1 ? 'has' : 'have'} room for ${room.pods} more`;
  const problems = [
    ...(shortage === null ? [] : [shortage]),
    ...(room.pods >= pods.added ? [] : [`${fits}, ${pods.added} would be needed`]),
  ];
  return {
    problems,
    note: `, ${fits}`,
    asks: room.notReckoned === null ? null : `${room.notReckoned}, so where new pods fit is not known`,
  };
}
