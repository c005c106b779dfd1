// What the HTTP API says and takes, shared by the server and its clients; times are RFC 3339, `seq` is a position of the journal.
import { z } from 'zod';
import { risk } from './action.ts';
import { evidence } from './evidence.ts';
import { dismissal, finding, severity } from './finding.ts';
import { hypothesis, strength } from './hypothesis.ts';
import { mode } from './mode.ts';
import { outcomeWord } from './outcome.ts';
import { plannedAction, reasoning, verifyWindow } from './plan.ts';
import { diffField, ruling, verdict } from './ruling.ts';
import { roots } from './roots.ts';
import { objectRef } from './target.ts';

/** Carried by every answer. `complete: false` means that something named in `warnings` could not be read. */
export const envelope = z.object({
  asOf: z.string(),
  seq: z.number(),
  complete: z.boolean(),
  warnings: z.array(z.object({ code: z.string(), what: z.string(), cost: z.string() })),
});
export type Envelope = Readonly<z.infer<typeof envelope>>;

export const apiProblem = z.object({
  kind: z.literal('Error'),
  code: z.string(),
  what: z.string(),
  why: z.string(),
  next: z.string(),
  exitCode: z.number(),
  refs: z.array(z.string()),
});

const right = z.enum(['view', 'approve', 'deny', 'undo', 'stop', 'resume', 'mode', 'policy', 'export']);
export type Right = z.infer<typeof right>;

export const session = z.object({
  subject: z.string(),
  groups: z.array(z.string()),
  roles: z.array(z.enum(['viewer', 'approver', 'operator', 'admin'])),
  can: z.record(right, z.boolean()),
  expiresAt: z.string().nullable(),
  server: z.object({
    version: z.string(),
    protocol: z.number(),
    leader: z.string(),
    mode,
    modeSource: z.string(),
    clusterId: z.string(),
    clusterName: z.string(),
    /** Age of the cluster picture, milliseconds; null when it was never read. */
    clusterLagMs: z.number().nullable(),
    journal: z.enum(['writable', 'not writable']),
  }),
});
export type SessionView = Readonly<z.infer<typeof session>>;

const outcome = z.object({ word: outcomeWord, undone: z.boolean(), sentence: z.string(), at: z.string() });
const incidentState = z.enum([
  'open',
  'diagnosed',
  'planned',
  'awaiting approval',
  'acting',
  'verifying',
  'resolved',
  'escalated',
  'suppressed',
]);

export const incidentItem = z.object({
  id: z.string(),
  state: incidentState,
  severity,
  title: z.string(),
  root: objectRef,
  /** Of the leading hypothesis, null before a diagnosis. */
  code: z.string().nullable(),
  cause: z.string().nullable(),
  strength: strength.nullable(),
  openedAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullable(),
  times: z.number(),
  findings: z.number(),
  leader: z.string().nullable(),
  plan: z.string().nullable(),
  approval: z.string().nullable(),
  outcome: outcomeWord.nullable(),
  reason: z.string().nullable(),
});
export type IncidentItem = Readonly<z.infer<typeof incidentItem>>;

const actionView = z.object({
  id: z.string(),
  name: plannedAction.shape.action,
  params: plannedAction.shape.params,
  target: objectRef.extend({ uid: z.string().nullable() }),
  why: z.string(),
  cites: z.array(z.string()),
  risk: risk.nullable(),
  summary: z.string().nullable(),
  diff: z.array(diffField),
  undo: z.string().nullable(),
  byHand: z.string().nullable(),
  rulings: z.array(ruling),
  verdict: verdict.shape.word.nullable(),
  wouldBe: z.boolean(),
  permits: z.array(z.string()),
  writtenAt: z.string().nullable(),
  outcome: outcome.nullable(),
  held: z.string().nullable(),
});
export const planView = z.object({
  id: z.string(),
  incident: z.string(),
  undoOf: z.string().nullable(),
  requestedBy: z.string().nullable(),
  /** What an approval of it binds; null before it was judged. */
  digest: z.string().nullable(),
  mode: mode.nullable(),
  because: z.string().nullable(),
  actions: z.array(actionView),
  leader: z.string(),
  rung: z.string().nullable(),
  reasoning: reasoning.nullable(),
  expectedEffect: z.string(),
  verify: z.array(verifyWindow),
  approval: z.string().nullable(),
  proposedAt: z.string(),
  ended: z.object({ why: z.string(), at: z.string() }).nullable(),
});
export type PlanView = Readonly<z.infer<typeof planView>>;

const keyEvent = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  body: z.json(),
});

export const incidentDetail = incidentItem.extend({
  openedRoot: objectRef,
  findingsOpen: z.array(finding),
  evidence: z.array(evidence),
  hypotheses: z.array(hypothesis),
  /** Where it may come from, weighed and plain; absent before a diagnosis. */
  roots: roots.optional(),
  plans: z.array(planView),
  advice: z.array(z.string()),
  rung: z.string().nullable(),
  refusedAnswers: z.array(z.string()),
  mergedInto: z.string().nullable(),
  keyEvents: z.array(keyEvent),
});
export type IncidentDetail = Readonly<z.infer<typeof incidentDetail>>;

export const approvalView = z.object({
  id: z.string(),
  plan: z.string(),
  incident: z.string(),
  title: z.string(),
  digest: z.string(),
  state: z.enum(['waiting', 'half approved', 'approved', 'used', 'denied', 'expired', 'void']),
  need: z.number(),
  risk,
  have: z.array(z.object({ by: z.string(), door: z.string(), at: z.string(), event: z.number() })),
  denial: z
    .object({ by: z.string(), reasonCode: z.string(), reason: z.string().nullable(), event: z.number() })
    .nullable(),
  expiresAt: z.string(),
  note: z.string().nullable(),
  mayDecide: z.boolean(),
  whyNot: z.string().nullable(),
});
export type ApprovalView = Readonly<z.infer<typeof approvalView>>;

export const denyCodes = [
  'wrong-cause',
  'wrong-action',
  'not-now',
  'by-hand',
  'not-a-problem',
  'owner-elsewhere',
] as const;
const denyCode = z.enum(denyCodes);

export const decisionRequest = z.object({
  decision: z.enum(['approved', 'denied']),
  /** What the person saw: the approval's digest or at least its first 12 hex characters. Needed to approve. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{12,64}$/, 'must be 12 to 64 hex characters')
    .optional(),
  reasonCode: denyCode.optional(),
  reason: z.string().max(500).optional(),
  seen: z.array(z.string()).max(100).optional(),
  shownMs: z.number().nonnegative().optional(),
  ack: z.array(z.string()).max(100).optional(),
});
export const decisionAnswer = z.object({
  approval: z.string(),
  plan: z.string(),
  decision: z.enum(['approved', 'denied']),
  by: z.string(),
  door: z.string(),
  /** Position of the recorded decision: the receipt. */
  event: z.number(),
  digest: z.string(),
  state: approvalView.shape.state,
  /** What happens now, or that it was decided before. */
  sentence: z.string(),
});
export type DecisionAnswer = Readonly<z.infer<typeof decisionAnswer>>;

export const undoRequest = z.object({
  /** One action of the plan; all written ones when absent. */
  action: z.string().optional(),
  reason: z.string().max(500).optional(),
  dryRun: z.boolean().optional(),
});
export const undoAnswer = z.object({ plan: planView, approval: z.string().nullable() });

export const switchRequest = z.discriminatedUnion('stopped', [
  z.object({ stopped: z.literal(true), reason: z.string().max(500).optional() }),
  z.object({ stopped: z.literal(false), reason: z.string().min(1, 'is needed to resume').max(500) }),
]);
const underWay = z.object({
  plan: z.string(),
  action: z.string(),
  summary: z.string(),
  writtenAt: z.string().nullable(),
  undo: z.string().nullable(),
  byHand: z.string().nullable(),
});
export const switchView = z.object({
  stopped: z.boolean(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  since: z.string().nullable(),
  event: z.number().nullable(),
  /** Sent or written, and still watched. */
  inFlight: z.array(underWay),
  /** Planned and not started: held while stopped. */
  held: z.array(underWay),
});
export type SwitchView = Readonly<z.infer<typeof switchView>>;

export const askRequest = z.object({ question: z.string().min(3).max(500), incident: z.string().max(40).optional() });
export const askAnswer = z.object({
  sentences: z.array(z.object({ text: z.string(), cites: z.array(z.string()) })),
  tokens: z.number(),
  /** The model that worded it; null when the facts speak for themselves. */
  served: z.string().nullable(),
  note: z.string().nullable(),
});
export type AskAnswer = Readonly<z.infer<typeof askAnswer>>;

const modeEntry = z.object({ scope: z.string(), own: mode.nullable(), effective: mode, because: z.string() });
export type ModeEntry = Readonly<z.infer<typeof modeEntry>>;

export const overview = z.object({
  headline: z.string(),
  openCount: z.number(),
  waiting: z.array(
    z.object({ approval: z.string(), incident: z.string(), title: z.string(), expiresAt: z.string(), risk }),
  ),
  doing: z.array(z.object({ incident: z.string(), step: incidentState, since: z.string() })),
  dismissed: z.array(dismissal),
  blind: z.array(z.object({ capability: z.string(), cost: z.string() })),
  lastOutcomes: z.array(
    z.object({
      plan: z.string(),
      action: z.string(),
      name: z.string(),
      target: objectRef,
      word: outcomeWord,
      undone: z.boolean(),
      at: z.string(),
    }),
  ),
  modeMix: z.array(z.object({ mode, count: z.number() })),
});
export type Overview = Readonly<z.infer<typeof overview>>;
