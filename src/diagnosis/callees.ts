// Caller against callee: which of the workloads that one calls are faulty by their own measures, and not after it.
import type { DiagnosisContext } from '../model/cause.ts';
import type { Finding } from '../model/finding.ts';
import { isPodReady } from '../model/kube.ts';
import { scaled } from '../model/pace.ts';
import { sameRef, type ObjectRef } from '../model/target.ts';
import { findingsOf, livePods } from './signs.ts';

/** Signals that only tell of demand: a callee that is merely asked more, or less, is not faulty. */
const demandOnly: ReadonlySet<string> = new Set([
  'sli.rps',
  'cpu.usage',
  'network.receive',
  'network.transmit',
  'memory.working_set',
]);

export type FaultyCallee = {
  readonly callee: ObjectRef;
  readonly service: string;
  readonly via: string;
  readonly findings: readonly Finding[];
  /** When it turned bad; null when only its present state shows it. */
  readonly onsetMs: number | null;
  readonly down: boolean;
};

/** A callee that turned bad after its supposed victim is not the root (faults.md 4, rules 3 and 5). */
export function faultyCallees(context: DiagnosisContext, of: ObjectRef, onsetMs: number): readonly FaultyCallee[] {
  const { view, pace } = context;
  const tolerance = Math.max(scaled(pace, 30_000), 2 * pace.scrapeMs, pace.rateWindowMs);
  const seen: FaultyCallee[] = [];
  for (const edge of view.calleesOf(of)) {
    if (sameRef(edge.callee, of) || seen.some((one) => sameRef(one.callee, edge.callee))) continue;
    const findings = findingsOf(context, edge.callee).filter(isFault);
    const pods = livePods(view, edge.callee);
    const down = view.workload(edge.callee) !== undefined && pods.filter(isPodReady).length === 0;
    if (findings.length === 0 && !down) continue;
    const first = findings.length === 0 ? null : Math.min(...findings.map((one) => one.onsetMs));
    if (first !== null && first > onsetMs + tolerance) continue;
    seen.push({ callee: edge.callee, service: edge.service, via: edge.via, findings, onsetMs: first, down });
  }
  return seen;
}

export function isFault(finding: Finding): boolean {
  return finding.kind === 'fact' || !demandOnly.has(finding.signal);
}
