// The state of the product as folded from the journal: incidents with their plans, approvals, the switch, modes and recent history.
import type { Evidence } from '../model/evidence.ts';
import type { Dismissal, Finding, Severity } from '../model/finding.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import type { Risk } from '../model/action.ts';
import type { Roots } from '../model/roots.ts';
import type { Mode } from '../model/mode.ts';
import type { OutcomeWord } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Verdict } from '../model/ruling.ts';
import type { ObjectRef, TargetRef } from '../model/target.ts';

export type IncidentState =
  | 'open'
  | 'diagnosed'
  | 'planned'
  | 'awaiting approval'
  | 'acting'
  | 'verifying'
  | 'resolved'
  | 'escalated'
  | 'suppressed';

export type Intent = {
  readonly permit: string;
  readonly purpose: 'act' | 'undo' | 'fence' | 'hand back';
  readonly plan: string;
  readonly action: string;
  readonly target: TargetRef;
  readonly resource: { readonly group: string; readonly version: string; readonly plural: string };
  readonly formerMark: string | null;
  readonly epoch: number;
  readonly seq: number;
  readonly atMs: number;
  readonly actionDigest: string;
  readonly requestDigests: readonly string[];
  /** Payload digests of the object before and after. */
  readonly before: string;
  readonly after?: string;
  readonly summary: string;
  readonly fenceOf?: string;
  /** Null while no answer is recorded: the intent is open. */
  readonly answer: {
    readonly result: 'landed' | 'refused' | 'unknown';
    readonly reason: string;
    readonly atMs: number;
  } | null;
  readonly fence: { readonly result: 'landed' | 'void' | 'superseded' | 'gone' | 'unknown' } | null;
};

export type ActionState = {
  readonly id: string;
  readonly verdict: Verdict | null;
  /** Permits drawn for this action, newest last. */
  readonly permits: readonly string[];
  readonly writtenAtMs: number | null;
  readonly outcome: {
    readonly word: OutcomeWord;
    readonly undone: boolean;
    readonly sentence: string;
    readonly atMs: number;
  } | null;
  readonly held: string | null;
};

export type PlanState = {
  readonly plan: Plan;
  readonly proposedAtMs: number;
  readonly judged: {
    readonly mode: Mode;
    readonly because: string;
    readonly binding: string;
    readonly atMs: number;
  } | null;
  readonly approval: string | null;
  readonly actions: readonly ActionState[];
  /** Set when the plan ended: withdrawn, denied, expired, or every action has its outcome. */
  readonly ended: { readonly why: string; readonly atMs: number } | null;
};

export type Incident = {
  readonly id: string;
  readonly root: ObjectRef;
  /** Root when it opened: the key under which it is found again. */
  readonly openedRoot: ObjectRef;
  readonly title: string;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly openedAtMs: number;
  readonly updatedAtMs: number;
  readonly closedAtMs: number | null;
  readonly times: number;
  readonly findings: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly hypotheses: readonly Hypothesis[];
  /** Where it may come from in both orders, as of the newest diagnosis. */
  readonly roots?: Roots;
  readonly plans: readonly PlanState[];
  readonly leader: string | null;
  readonly rung: string | null;
  readonly refusedAnswers: readonly string[];
  readonly advice: readonly string[];
  readonly reason: string | null;
  readonly mergedInto: string | null;
  /** Positions of the journal events of this incident, for timelines (bounded to the newest 500). */
  readonly events: readonly number[];
};

export type Approval = {
  readonly id: string;
  readonly plan: string;
  readonly binding: string;
  readonly need: number;
  readonly risk: Risk;
  readonly expiresWallMs: number;
  readonly state: 'waiting' | 'half approved' | 'approved' | 'used' | 'denied' | 'expired' | 'void';
  readonly have: readonly {
    readonly by: string;
    readonly door: string;
    readonly atMs: number;
    readonly seq: number;
    readonly idempotencyKey?: string;
  }[];
  readonly denial: {
    readonly by: string;
    readonly reasonCode: string;
    readonly reason?: string;
    readonly door?: string;
    readonly seq: number;
    readonly idempotencyKey?: string;
  } | null;
  readonly note: string | null;
};

type SwitchState = {
  readonly stopped: boolean;
  readonly by: string | null;
  readonly reason: string | null;
  readonly atMs: number | null;
  readonly seq: number | null;
};

/** A write that landed, for cooldowns and blast radius (bounded: the last 24 h). */
export type PastWrite = {
  readonly permit: string;
  readonly plan: string;
  readonly action: string;
  readonly actionName: string;
  readonly target: TargetRef;
  readonly atMs: number;
  readonly purpose: Intent['purpose'];
};
export type PastOutcome = {
  readonly plan: string;
  readonly action: string;
  readonly actionName: string;
  readonly target: ObjectRef;
  readonly word: OutcomeWord;
  readonly undone: boolean;
  readonly atMs: number;
};

export type State = {
  readonly seq: number;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly intents: ReadonlyMap<string, Intent>;
  readonly findings: ReadonlyMap<string, Finding>;
  /** Newest last, at most 200. */
  readonly dismissed: readonly Dismissal[];
  readonly switch: SwitchState;
  /** Scope ('' cluster, `ns`, `ns/Kind/name`) to mode. */
  readonly modes: ReadonlyMap<string, Mode>;
  readonly writes: readonly PastWrite[];
  readonly outcomes: readonly PastOutcome[];
  readonly lostSources: ReadonlyMap<string, { readonly reason: string; readonly cost: string; readonly atMs: number }>;
  readonly epoch: number | null;
  readonly nextIncident: number;
  readonly nextApproval: number;
};

export const emptyState: State = {
  seq: 0,
  incidents: new Map(),
  approvals: new Map(),
  intents: new Map(),
  findings: new Map(),
  dismissed: [],
  switch: { stopped: false, by: null, reason: null, atMs: null, seq: null },
  modes: new Map(),
  writes: [],
  outcomes: [],
  lostSources: new Map(),
  epoch: null,
  nextIncident: 1,
  nextApproval: 1,
};
