// G11: plans need distance: no new plan right after one ended, no repetition of what did not help, and a breaker when harm or incidents pile up.
import type { PastOutcome, State } from '../../folds/state.ts';
import { sameRef, shownRef } from '../../model/target.ts';
import type { Facts } from './facts.ts';
import { harmsInCluster, harmsInNamespace, incidentStorm, mostRepetitions } from './limits.ts';
import { allow, deny, type Rule } from './rule.ts';

export const cooldown: Rule = {
  id: 'G11',
  about:
    'Cooldown counts plans; no repetition of what did not help; harm, flapping or a storm of incidents opens the breaker.',
  judge(facts) {
    const { nowMs, pace, state } = facts;
    const dayMs = 24 * pace.hourMs;
    const recent = state.outcomes.filter((one) => one.atMs > nowMs - dayMs);
    const problems = [
      ...restOf(facts),
      ...repeated(facts, recent),
      ...breaker(facts, recent),
      ...flapping(facts, nowMs - dayMs),
      ...storm(state, nowMs - pace.cooldownMs),
    ];
    return problems.length > 0
      ? deny(problems.join('; '))
      : allow(
          `no plan on ${shownRef(facts.action.target)} ended within ${minutes(pace.cooldownMs)}, and nothing of it failed before`,
        );
  },
};

/** Plans that wrote nothing cost nothing, so only those that did count. */
function restOf({ state, plan, action, nowMs, pace }: Facts): readonly string[] {
  for (const incident of state.incidents.values())
    for (const one of incident.plans) {
      const { ended } = one;
      if (one.plan.id === plan.id || one.plan.undoOf === plan.id || ended === null) continue;
      const written = one.actions.some((known) => known.writtenAtMs !== null);
      const touched = one.plan.actions.some((other) => sameRef(other.target, action.target));
      const leftMs = ended.atMs + pace.cooldownMs - nowMs;
      if (written && touched && leftMs > 0)
        return [
          `${one.plan.id} on the same target ended ${minutes(nowMs - ended.atMs)} ago; the next may come in ${minutes(leftMs)}`,
        ];
    }
  return [];
}

function repeated({ action, plan }: Facts, recent: readonly PastOutcome[]): readonly string[] {
  const last = recent.findLast(
    (one) =>
      one.plan !== plan.id &&
      one.actionName === action.action &&
      sameRef(one.target, action.target) &&
      (one.word === 'ineffective' || one.word === 'harmful'),
  );
  return last === undefined ? [] : [`${last.action} tried ${action.action} here within 24 h and was ${last.word}`];
}

function breaker({ action }: Facts, recent: readonly PastOutcome[]): readonly string[] {
  const harms = recent.filter((one) => one.word === 'harmful');
  const here = harms.filter(
    (one) => one.actionName === action.action && one.target.namespace === action.target.namespace,
  );
  return [
    ...(here.length >= harmsInNamespace
      ? [`${action.action} did harm ${here.length} times in ${action.target.namespace} within 24 h`]
      : []),
    ...(harms.length >= harmsInCluster ? [`${harms.length} actions did harm in the cluster within 24 h`] : []),
  ];
}

function flapping({ state, action, plan }: Facts, sinceMs: number): readonly string[] {
  const times = state.writes.filter(
    (one) =>
      one.atMs > sinceMs &&
      one.purpose === 'act' &&
      one.plan !== plan.id &&
      one.actionName === action.action &&
      sameRef(one.target, action.target),
  ).length;
  return times < mostRepetitions
    ? []
    : [`${action.action} was written here ${times} times within 24 h, and it comes back`];
}

function storm(state: State, sinceMs: number): readonly string[] {
  const opened = [...state.incidents.values()].filter(
    (one) => one.openedAtMs > sinceMs && one.mergedInto === null,
  ).length;
  return opened < incidentStorm
    ? []
    : [`${opened} incidents opened within the last cooldown: something bigger is wrong`];
}

function minutes(ms: number): string {
  return ms < 60_000 ? `${Math.ceil(ms / 1_000)} s` : `${Math.ceil(ms / 60_000)} min`;
}
