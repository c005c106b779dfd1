// G07: nothing is done on stale or unknown facts: the age of metrics, the lag of the picture, broken watches, clock skew and coverage.
import type { ViewKind } from '../../model/view.ts';
import type { Facts } from './facts.ts';
import { leastStaleMs, mostClockSkewMs, staleCycles } from './limits.ts';
import { allow, deny, type Rule } from './rule.ts';

export const freshFacts: Rule = {
  id: 'G07',
  about: 'No action on stale or unknown facts: metric age, cache lag, watch broken, clock skew, coverage.',
  judge(facts) {
    const { cacheLagMs, clockSkewMs } = facts.freshness;
    const problems = staleness(facts);
    if (problems.length > 0) return deny(problems.join('; '));
    return allow(
      `metrics ${seconds(facts.metricsAgeMs ?? 0)} old, cluster picture ${seconds(cacheLagMs)}, clocks within ${seconds(Math.abs(clockSkewMs ?? 0))}`,
    );
  },
};

function staleness(facts: Facts): readonly string[] {
  const { freshness, metricsAgeMs, pace, view } = facts;
  const { cacheLagMs, broken, clockSkewMs } = freshness;
  const staleMs = staleCycles * Math.max(pace.cycleMs, leastStaleMs);
  const oldMs = Math.max(2 * pace.cycleMs, leastStaleMs);
  const unread = needed(facts).filter((kind) => !view.complete.has(kind));
  return [
    ...unlearned(facts),
    ...(metricsAgeMs === null
      ? ['metrics were never read, so harm could not be seen']
      : isAtMost(metricsAgeMs, oldMs)
        ? []
        : [`the newest metrics are ${seconds(metricsAgeMs)} old, more than ${seconds(oldMs)}`]),
    ...(isAtMost(cacheLagMs, staleMs)
      ? []
      : [`the picture of the cluster is ${seconds(cacheLagMs)} old, more than ${seconds(staleMs)}`]),
    ...(broken.length === 0 ? [] : [`the watch of ${broken.slice(0, 4).join(', ')} is broken`]),
    ...(clockSkewMs === null
      ? ['the clock of the API server was never seen']
      : isAtMost(Math.abs(clockSkewMs), mostClockSkewMs)
        ? []
        : [`clocks differ by ${seconds(Math.abs(clockSkewMs))}, more than ${seconds(mostClockSkewMs)}`]),
    ...(unread.length === 0 ? [] : [`${unread.join(', ')} could not be listed in full`]),
  ];
}

/** Whether a rule happens to need it or not: a judgement on half of the facts is none. */
function unlearned(facts: Facts): readonly string[] {
  const { live, namespace, budgets, quotas, limitRanges, autoscalers, change, dryRun, owners } = facts;
  return [live, namespace, budgets, quotas, limitRanges, autoscalers, change, dryRun, owners].flatMap((one) =>
    'missing' in one ? [one.missing] : [],
  );
}

/** Kinds without which the target, its pods and the room for them are not known. */
function needed(facts: Facts): readonly ViewKind[] {
  const { kind } = facts.action.target;
  const own: readonly ViewKind[] =
    kind === 'Deployment' ? ['Deployment', 'ReplicaSet'] : kind === 'StatefulSet' || kind === 'DaemonSet' ? [kind] : [];
  return ['Pod', 'Node', ...own];
}

/** False for NaN. */
function isAtMost(value: number, most: number): boolean {
  return value <= most;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
