// What a cause of the fault catalogue must say about itself; each file of the room diagnosis/ is one of these.
import type { Candidate } from './action.ts';
import type { EvidenceDraft } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Strength } from './hypothesis.ts';
import type { Pace } from './pace.ts';
import type { VerifyWindow } from './plan.ts';
import type { SignalBook } from './signal.ts';
import type { ObjectRef } from './target.ts';
import type { ClusterView } from './view.ts';

/** Everything a cause may look at. Pure data: no I/O behind it. */
export type DiagnosisContext = {
  readonly subject: ObjectRef;
  /** All findings that hold now, of every object, so that a root elsewhere can be seen. */
  readonly findings: readonly Finding[];
  readonly view: ClusterView;
  readonly signals: SignalBook;
  readonly pace: Pace;
  /** Last lines of the failing container by pod name, untrusted; absent when logs may not be read. */
  readonly logs?: ReadonlyMap<string, readonly string[]>;
  /** What the product remembers of the past of an object, newest last: replica counts seen, for WL-016. */
  readonly replicasSeen: (of: ObjectRef) => readonly { readonly atMs: number; readonly replicas: number }[];
};

export type Diagnosis = {
  /** The object at the root; may be another than the subject (APP-005). */
  readonly root: ObjectRef;
  readonly strength: Strength;
  /** 0..1, computed: proofs held over proofs asked for. */
  readonly score: number;
  readonly for: readonly EvidenceDraft[];
  readonly against: readonly EvidenceDraft[];
  readonly settle: readonly string[];
  /** Remedies with values that come from the cluster; empty means advice only. `cites` are filled in by the orchestrator. */
  readonly remedies: readonly Omit<Candidate, 'id' | 'cites'>[];
  /** Exact by-hand steps when no remedy may be written. */
  readonly advice: readonly string[];
};

export interface Cause {
  readonly code: string;
  readonly cause: string;
  /** Plain effect and cause for titles: "memory limit too low". */
  readonly title: string;
  /** Position in the discriminating order (faults.md 3): lower gates win. */
  readonly gate: number;
  readonly verify: readonly VerifyWindow[];
  /** True when only metrics show it, so that the 15-minute minimum of verification holds. */
  readonly metricOnly: boolean;
  diagnose(context: DiagnosisContext): Diagnosis | null;
}
