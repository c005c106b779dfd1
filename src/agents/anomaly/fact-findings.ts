// Keeps findings of hard facts while they hold: they open in the cycle that sees them and end after one without them.
import type { FactFinding } from '../../model/finding.ts';
import { isLive } from '../../model/kube.ts';
import { keyOf } from '../../model/target.ts';
import type { FactContext, FactSign } from './facts/fact.ts';
import { factRules } from './facts/facts.ts';

type Held = { finding: FactFinding; absentSinceMs: number | null };

export interface FactFindings {
  /** Takes findings over after a start, so that their age is kept. */
  adopt(findings: readonly FactFinding[]): void;
  /** The findings that hold now, by id. */
  cycle(context: FactContext): readonly FactFinding[];
  holds(id: string): boolean;
}

export function createFactFindings(): FactFindings {
  const held = new Map<string, Held>();
  return {
    adopt(findings) {
      for (const finding of findings) if (!held.has(finding.id)) held.set(finding.id, { finding, absentSinceMs: null });
    },
    cycle(context) {
      const { view, nowMs } = context;
      const seen = new Set<string>();
      for (const sign of signsOf(context)) {
        const id = `fact:${sign.fact}@${keyOf(sign.of)}`;
        seen.add(id);
        const before = held.get(id)?.finding;
        held.set(id, { finding: findingOf(id, sign, before, nowMs), absentSinceMs: null });
      }
      for (const [id, one] of held) {
        if (seen.has(id)) continue;
        // Pods that cannot be listed are not known, not healed.
        if (!view.complete.has('Pod')) continue;
        one.absentSinceMs ??= nowMs;
        if (nowMs - one.absentSinceMs >= context.pace.cycleMs || view.workload(one.finding.of) === undefined)
          held.delete(id);
      }
      return [...held.values()].map((one) => one.finding).toSorted((left, right) => (left.id < right.id ? -1 : 1));
    },
    holds: (id) => held.has(id),
  };
}

function signsOf(context: FactContext): FactSign[] {
  const { view } = context;
  if (!view.complete.has('Pod')) return [];
  return view.workloads.flatMap((workload) => {
    const pods = view.podsOf(workload.ref).filter((pod) => isLive(pod));
    return factRules.flatMap((rule) => rule(workload, pods, context) ?? []);
  });
}

function findingOf(id: string, sign: FactSign, before: FactFinding | undefined, nowMs: number): FactFinding {
  const firstSeenMs = before?.firstSeenMs ?? nowMs;
  return {
    kind: 'fact',
    id,
    of: sign.of,
    severity: sign.severity,
    onsetMs: Math.min(before?.onsetMs ?? firstSeenMs, sign.onsetMs ?? firstSeenMs, firstSeenMs),
    firstSeenMs,
    lastSeenMs: nowMs,
    sentence: sign.sentence,
    fact: sign.fact,
    objects: [...sign.objects],
    ...(sign.container === undefined ? {} : { container: sign.container }),
    count: sign.count,
  };
}
