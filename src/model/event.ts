// Journal events: one versioned union of everything that happens; state is a fold over it. Names are `noun.participle`.
import { z } from 'zod';
import { risk } from './action.ts';
import { evidence } from './evidence.ts';
import { dismissal, finding, severity } from './finding.ts';
import { hypothesis } from './hypothesis.ts';
import { mode } from './mode.ts';
import { outcomeWord } from './outcome.ts';
import { plan } from './plan.ts';
import { roots } from './roots.ts';
import { verdict } from './ruling.ts';
import { objectRef, targetRef } from './target.ts';

const incidentId = z.string().regex(/^inc-\d+$/);
const source = z.enum(['apiserver', 'prometheus', 'kubelet', 'model', 'policy']);
const person = z.string().min(1);
const door = z.enum(['cli', 'dashboard', 'link', 'configmap', 'api']);

function of<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return z.object({ kind: z.literal(kind), ...shape });
}

export const eventBody = z.discriminatedUnion('kind', [
  of('process.started', {
    version: z.string(),
    mode,
    cluster: z.string(),
    leader: z.string(),
    wallMs: z.number(),
  }),
  of('process.stopped', { reason: z.string() }),
  of('lease.acquired', { epoch: z.number(), holder: z.string() }),
  of('lease.lost', { epoch: z.number(), reason: z.string() }),
  of('source.lost', { source, reason: z.string(), cost: z.string() }),
  of('source.recovered', { source }),
  of('deviation.dismissed', { dismissal }),
  of('finding.opened', { finding }),
  of('finding.closed', { finding: z.string(), reason: z.string() }),
  of('suspicion.raised', {
    incident: incidentId.optional(),
    leader: z.string(),
    claim: z.string(),
    result: z.enum(['confirmed', 'refuted', 'not testable']),
    /** What the test said, with its numbers. */
    sentence: z.string().optional(),
    /** Words of the leader. */
    why: z.string().optional(),
  }),
  of('incident.opened', {
    incident: incidentId,
    root: objectRef,
    severity,
    title: z.string(),
    findings: z.array(z.string()),
    evidence: z.array(evidence),
  }),
  of('incident.updated', {
    incident: incidentId,
    root: objectRef.optional(),
    severity: severity.optional(),
    title: z.string().optional(),
    findings: z.array(z.string()).optional(),
    evidence: z.array(evidence).optional(),
    roots: roots.optional(),
  }),
  of('incident.merged', { incident: incidentId, into: incidentId, reason: z.string() }),
  of('incident.reopened', { incident: incidentId, reason: z.string(), findings: z.array(z.string()) }),
  of('incident.diagnosed', {
    incident: incidentId,
    root: objectRef,
    hypotheses: z.array(hypothesis),
    evidence: z.array(evidence),
    /** Where it may come from, in both orders. */
    roots: roots.optional(),
  }),
  /** `advice` are by-hand steps; `waitMs` says when the incident is looked at again, if ever. */
  of('incident.escalated', { incident: incidentId, reason: z.string(), advice: z.array(z.string()) }),
  of('incident.resolved', { incident: incidentId, reason: z.string() }),
  of('incident.suppressed', { incident: incidentId, reason: z.string(), by: person.optional() }),
  of('leader.consulted', {
    incident: incidentId,
    leader: z.string(),
    requestedModel: z.string().optional(),
    servedModel: z.string().optional(),
    rung: z.string(),
    briefDigest: z.string(),
    promptTokens: z.number().optional(),
    completionTokens: z.number().optional(),
    latencyMs: z.number().optional(),
    accepted: z.boolean(),
    /** Why the answer was not used, e.g. a choice that is not in the menu. */
    refused: z.string().optional(),
  }),
  /** One request to a model. Digests are of payloads beside the journal, secrets taken out; `briefDigest` of the messages as sent. */
  of('leader.called', {
    incident: incidentId.optional(),
    purpose: z.enum(['plan', 'evidence', 'suspicion', 'report', 'answer', 'check']),
    requestedModel: z.string(),
    servedModel: z.string().optional(),
    /** Family whose fields and switches were used. */
    profile: z.string(),
    rung: z.string(),
    briefDigest: z.string(),
    promptDigest: z.string(),
    answerDigest: z.string().optional(),
    reasoningDigest: z.string().optional(),
    promptTokens: z.number(),
    completionTokens: z.number(),
    tokensEstimated: z.boolean(),
    latencyMs: z.number(),
    result: z.enum(['answered', 'invalid', 'unavailable']),
    reason: z.string().optional(),
  }),
  /** Another way of asking a model for an answer, because one does not work or works again. */
  of('rung.changed', { model: z.string(), from: z.string(), to: z.string(), reason: z.string() }),
  of('plan.proposed', { plan }),
  /** Verdicts of the actions judged so far, in order; `binding` is what an approval of the plan binds. */
  of('plan.judged', {
    plan: z.string(),
    mode,
    because: z.string(),
    verdicts: z.array(verdict),
    binding: z.string(),
  }),
  of('plan.withdrawn', { plan: z.string(), reason: z.string() }),
  of('approval.requested', {
    approval: z.string(),
    plan: z.string(),
    binding: z.string(),
    need: z.number(),
    risk,
    expiresWallMs: z.number(),
  }),
  of('approval.decided', {
    approval: z.string(),
    decision: z.enum(['approved', 'denied']),
    by: person,
    door,
    binding: z.string(),
    reasonCode: z.string().optional(),
    reason: z.string().optional(),
    idempotencyKey: z.string().optional(),
  }),
  of('approval.reanchored', { approval: z.string(), note: z.string() }),
  of('approval.voided', { approval: z.string(), reason: z.string() }),
  of('approval.expired', { approval: z.string() }),
  of('approval.used', { approval: z.string(), permit: z.string() }),
  /** Written and synced before anything is sent. `before` is the payload digest of the target as read, `change` of the request bodies. */
  of('intent.recorded', {
    permit: z.string(),
    purpose: z.enum(['act', 'undo', 'fence', 'hand back']),
    plan: z.string(),
    action: z.string(),
    target: targetRef,
    resource: z.object({ group: z.string(), version: z.string(), plural: z.string() }),
    formerMark: z.string().nullable(),
    epoch: z.number(),
    actionDigest: z.string(),
    requestDigests: z.array(z.string()).min(1).max(2),
    before: z.string(),
    summary: z.string(),
    /** The permit that a fence voids. */
    fenceOf: z.string().optional(),
  }),
  of('write.answered', {
    permit: z.string(),
    result: z.enum(['landed', 'refused', 'unknown']),
    status: z.number().nullable(),
    reason: z.string(),
    resourceVersion: z.string().optional(),
    generation: z.number().optional(),
    /** Payload digest of the object as answered or read back. */
    after: z.string().optional(),
  }),
  of('fence.settled', {
    permit: z.string(),
    result: z.enum(['landed', 'void', 'superseded', 'gone', 'unknown']),
    reason: z.string(),
  }),
  /** A write, approval or undo that is held by stop, mode, lease or journal, with the line to type instead. */
  of('action.held', { plan: z.string(), action: z.string(), reason: z.string(), byHand: z.string() }),
  of('outcome.recorded', {
    plan: z.string(),
    action: z.string(),
    outcome: outcomeWord,
    undone: z.boolean(),
    sentence: z.string(),
  }),
  of('switch.stopped', { by: person, door, reason: z.string().optional() }),
  of('switch.resumed', { by: person, door, reason: z.string() }),
  of('mode.changed', { scope: z.string(), mode, by: person, reason: z.string() }),
]);

export type EventBody = Readonly<z.infer<typeof eventBody>>;
export type EventKind = EventBody['kind'];
/** An event as the journal holds it. `atMs` is cluster time; the chain is `hash = SHA-256(prevHash ‖ canonical JSON without hash)`. */
export type JournalEvent = {
  readonly seq: number;
  readonly v: 1;
  readonly atMs: number;
  readonly actor: string;
  readonly body: EventBody;
  readonly prevHash: string;
  readonly hash: string;
};
