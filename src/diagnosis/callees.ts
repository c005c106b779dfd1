// Caller against callee: which of the workloads that one calls are faulty by their own measures, and not after it.
import type { DiagnosisContext } from '../model/cause.ts';
import type { Finding, SignalFinding } from '../model/finding.ts';
import { isPodReady } from '../model/kube.ts';
import { scaled } from '../model/pace.ts';
import { sameRef, type ObjectRef } from '../model/target.ts';
import { changeOf } from './change.ts';
import { findingsOf, livePods } from './signs.ts';

const changeWindowMs = 30 * 60_000;

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

type Sight = Pick<DiagnosisContext, 'findings' | 'view' | 'pace'>;

/**
 * A callee that turned bad after its supposed victim is not the root (faults.md 4, rules 3 and 5), nor is one that was already
 * bad when the caller was changed, or one that still serves well with what is left of it.
 */
export function faultyCallees(sight: Sight, of: ObjectRef, onsetMs: number): readonly FaultyCallee[] {
  const { view, pace } = sight;
  const tolerance = Math.max(scaled(pace, 30_000), 2 * pace.scrapeMs, pace.rateWindowMs);
  const changedAtMs = ownChangeBefore(sight, of, onsetMs + tolerance);
  const seen: FaultyCallee[] = [];
  for (const edge of view.calleesOf(of)) {
    if (sameRef(edge.callee, of) || seen.some((one) => sameRef(one.callee, edge.callee))) continue;
    const findings = findingsOf(sight, edge.callee).filter(isFault);
    const pods = livePods(view, edge.callee);
    const ready = pods.filter(isPodReady).length;
    const down = view.workload(edge.callee) !== undefined && ready === 0;
    if (!down && !findings.some(isFelt) && ready >= pods.length / 2) continue;
    const first = findings.length === 0 ? null : Math.min(...findings.map((one) => one.onsetMs));
    if (first !== null && first > onsetMs + tolerance) continue;
    if (first !== null && changedAtMs !== null && changedAtMs > first + tolerance) continue;
    seen.push({ callee: edge.callee, service: edge.service, via: edge.via, findings, onsetMs: first, down });
  }
  return seen;
}

/** When the caller itself was last changed, if that was shortly before its trouble. */
function ownChangeBefore(sight: Sight, of: ObjectRef, untilMs: number): number | null {
  const began = changeOf(sight.view, of)?.current.createdAtMs ?? null;
  return began !== null && began <= untilMs && untilMs - began < scaled(sight.pace, changeWindowMs) ? began : null;
}

/** Signs of a callee that its callers feel: a part that is merely not ready is routed around. */
function isFelt(finding: Finding): boolean {
  if (finding.kind === 'signal') return finding.signal === 'sli.err' || finding.signal === 'sli.latency';
  return finding.fact !== 'not-ready' && finding.fact !== 'rollout-stuck';
}

export function isFault(finding: Finding): boolean {
  return finding.kind === 'fact' || (!isStanding(finding) && !demandOnly.has(finding.signal));
}

/** Silence is not known, a trend is to come, and a budget that goes slowly has gone for days: none of them is why callers fail now. */
function isStanding({ level, severity }: SignalFinding): boolean {
  return level === 'presence' || level === 'trend' || (level === 'impact' && severity !== 'critical');
}
