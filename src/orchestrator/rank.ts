// How urgent and how deep a finding lies: its gate in the discriminating order, its severity, and the plain effect for titles.
import type { FactName, Finding, Severity } from '../model/finding.ts';
import type { SignalId } from '../model/signal.ts';
import type { ObjectRef } from '../model/target.ts';

const factGates: Readonly<Record<FactName, number>> = {
  'zero-replicas-called': 0,
  unschedulable: 3,
  'config-missing': 5,
  'image-pull-failed': 5,
  'oom-killed': 6,
  'probe-killing': 6,
  'crash-looping': 6.5,
  'not-ready': 7,
  'rollout-stuck': 7.5,
  'no-endpoints': 8,
};

const factEffects: Readonly<Record<FactName, string>> = {
  'zero-replicas-called': 'is called while it is at zero replicas',
  unschedulable: 'finds no node',
  'config-missing': 'cannot start: its configuration is missing',
  'image-pull-failed': 'cannot pull its image',
  'oom-killed': 'is killed for memory',
  'probe-killing': 'is killed by its liveness probe',
  'crash-looping': 'keeps crashing',
  'not-ready': 'is not ready',
  'rollout-stuck': 'does not finish its rollout',
  'no-endpoints': 'has no endpoint',
};

const signalEffects: Readonly<Partial<Record<SignalId, readonly [up: string, down: string]>>> = {
  'sli.err': ['answers with errors', 'answers with fewer errors'],
  'sli.latency': ['is slow', 'is faster than usual'],
  'cpu.throttling': ['is throttled', 'is throttled less'],
  'memory.share': ['is close to its memory limit', 'uses less memory'],
  'memory.working_set': ['uses more memory', 'uses less memory'],
  restarts: ['restarts', 'restarts less'],
  ready: ['has more ready pods', 'has fewer ready pods'],
  'sli.rps': ['gets more traffic', 'gets less traffic'],
  'cpu.usage': ['uses more CPU', 'uses less CPU'],
  'network.errors': ['has network errors', 'has fewer network errors'],
};

const severities: readonly Severity[] = ['critical', 'warning', 'info'];

/** Position in the discriminating order; what only metrics show comes last, what users feel before what they do not. */
export function gateOf(finding: Finding): number {
  if (finding.kind === 'fact') return factGates[finding.fact];
  return finding.signal === 'sli.err' || finding.signal === 'sli.latency' ? 9 : 9.5;
}

/** Lowest gate first, then the more severe, then the earlier; ties by id. */
export function byGate(left: Finding, right: Finding): number {
  return (
    gateOf(left) - gateOf(right) ||
    severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
    left.onsetMs - right.onsetMs ||
    (left.id < right.id ? -1 : 1)
  );
}

export function worst(findings: readonly Finding[]): Severity {
  return severities.find((one) => findings.some((finding) => finding.severity === one)) ?? 'info';
}

/** "checkout is killed for memory": the plain effect of the deepest finding of the root. */
export function titleOf(root: ObjectRef, findings: readonly Finding[], isOwn: (finding: Finding) => boolean): string {
  const [first] = findings.filter(isOwn).toSorted(byGate);
  if (first === undefined) return `${root.name} is down`;
  if (first.kind === 'fact') return `${root.name} ${factEffects[first.fact]}`;
  const effect = signalEffects[first.signal]?.[first.direction === 'up' ? 0 : 1];
  return `${root.name} ${effect ?? `deviates in ${first.signal}`}`;
}
