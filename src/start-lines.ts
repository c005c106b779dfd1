// What a starting advisor says of itself: who leads, what it reads, which rights it has, and what it lacks.
import { actions } from './actions/actions.ts';
import type { OwnWrites } from './cluster/own.ts';
import { viewKinds } from './cluster/resources.ts';
import type { Config } from './config/config.ts';
import { openIncidents } from './folds/lookup.ts';
import type { State } from './folds/state.ts';
import type { RbacRule } from './model/action.ts';
import type { Severity } from './model/finding.ts';
import type { Problem } from './model/failure.ts';
import { namedSignals, type Unread } from './past-lessons.ts';

export type Warning = Pick<Problem, 'code' | 'what' | 'why' | 'next'>;

export function metricsLine(config: Config, learned: number): string {
  const past = learned === 0 ? 'no past yet: what is usual is learned from now on' : `${learned} series with a past`;
  return config.prometheusUrl === undefined
    ? `kubelets, read directly (no PROMETHEUS_URL), ${past}`
    : `${new URL(config.prometheusUrl).host}, ${past}`;
}

/** "read 17 of 17, write 5 of 5"; each right to write is asked one by one. */
export async function rightsLine(own: Pick<OwnWrites, 'mayI'>, missingReads: number): Promise<string> {
  const rules = new Map<string, RbacRule>();
  for (const rule of actions.flatMap((one) => one.rbac)) rules.set(`${rule.verb} ${rule.resource}.${rule.group}`, rule);
  const answers = await Promise.all([...rules.values()].map(async (rule) => await own.mayI(rule).catch(() => false)));
  const reads = viewKinds.length - Math.min(missingReads, viewKinds.length);
  const writes = answers.filter(Boolean).length;
  const lacks = reads < viewKinds.length || writes < answers.length;
  return `read ${reads} of ${viewKinds.length}, write ${writes} of ${answers.length}${lacks ? ' (advisor doctor lists what is missing)' : ''}`;
}

export function worstOf(state: State): 'none' | Severity {
  const open = openIncidents(state).map((one) => one.severity);
  return (['critical', 'warning', 'info'] as const).find((one) => open.includes(one)) ?? 'none';
}

export function countByState(state: State): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const one of state.incidents.values()) counts.set(one.state, (counts.get(one.state) ?? 0) + 1);
  return counts;
}

export function namespaceMissing(namespace: string): Warning {
  return {
    code: 'namespace-missing',
    what: `the namespace ${namespace} does not exist, so the mode stays suggest`,
    why: 'the lease and the stop switch of the advisor live there',
    next: `kubectl create namespace ${namespace}, then start again`,
  };
}

export function notActing(holder: string | null): Warning {
  return {
    code: 'lease-held',
    what: 'another advisor acts on this cluster; this one watches until the lease is free',
    why: holder === null ? 'the lease changed hands just now' : `the lease is held by ${holder}`,
    next: 'advisor doctor',
  };
}

/** Of the past that tells what is usual, and of the newest minutes. */
export function unreadAtStart(past: readonly Unread[], minutes: readonly Unread[]): readonly Warning[] {
  return [...past.map(pastUnread), ...minutes.map(minutesUnread)];
}

export function cannotSee(what: string, reason: string, cost: string): Warning {
  return {
    code: 'cannot-see',
    what: `${what} cannot be seen`,
    why: `${reason}; ${cost}`,
    next: 'advisor doctor --rbac',
  };
}

function pastUnread({ signals, reason, isInPart = false }: Unread): Warning {
  const unknown = isInPart ? 'may not be known for some workloads' : 'for them is not known';
  return {
    code: 'past-unread',
    what: `${isInPart ? 'a part of ' : ''}the past of ${namedSignals(signals)} could not be read`,
    why: reason,
    next: `nothing: it is asked for again in the background, and until then what is usual ${unknown}`,
  };
}

function minutesUnread({ signals, reason, isInPart = false }: Unread): Warning {
  return {
    code: 'minutes-unread',
    what: `${isInPart ? 'a part of ' : ''}the newest minutes of ${namedSignals(signals)} could not be read`,
    why: reason,
    next: 'nothing: what changed while no advisor ran is found as it goes on, and not if it ended before',
  };
}
