// The one act of a person on a plan: a decision, checked and recorded one at a time, whatever door it came through.
import { z } from 'zod';
import { decide, effectOfDenial, type DecisionRequest } from '../folds/approval-decision.ts';
import { incidentOfPlan } from '../folds/lookup.ts';
import type { Approval, State } from '../folds/state.ts';
import { decisionRequest, type DecisionAnswer } from '../model/api.ts';
import { apiPrefix, doorHeader, idempotencyHeader } from '../model/door.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Identity } from './identity.ts';
import { viewApproval } from './plan-view.ts';
import type { Door, ServerPorts } from './ports.ts';
import { badRequest, notAllowed, notFound } from './problems.ts';
import { envelopeOf, whoAsks } from './envelope.ts';
import type { Server } from './plain-server.ts';

const byId = z.object({ id: z.string().max(100) });
const doorName = z.enum(['cli', 'dashboard', 'link', 'api']);
const decisionsWaiting = 100;

export function approvalRoutes(server: Server, ports: ServerPorts): void {
  const inTurn = oneAtATime(decisionsWaiting);

  const query = z.object({ state: z.string().max(100).optional() });
  server.get(`${apiPrefix}/approvals`, { schema: { querystring: query } }, (request) => {
    const wanted = request.query.state?.split(',').map((one) => one.trim().replaceAll('-', ' ')) ?? [
      'waiting',
      'half approved',
    ];
    const state = ports.state();
    const items = [...state.approvals.values()]
      .filter((one) => wanted.includes('all') || wanted.includes(one.state))
      .map((one) => viewApproval(state, one, whoAsks(request).subject, ports.wall.now()));
    return { ...envelopeOf(ports), items };
  });

  server.get(`${apiPrefix}/approvals/:id`, { schema: { params: byId } }, (request) => {
    const state = ports.state();
    const approval = approvalOf(state, request.params.id);
    return { ...envelopeOf(ports), ...viewApproval(state, approval, whoAsks(request).subject, ports.wall.now()) };
  });

  server.post(
    `${apiPrefix}/approvals/:id/decision`,
    { schema: { params: byId, body: decisionRequest } },
    async (request) => {
      const identity = whoAsks(request);
      const { body } = request;
      const right = body.decision === 'approved' ? 'approve' : 'deny';
      if (!identity.can[right]) throw notAllowed(identity.subject, right);
      const answer = await inTurn(
        async () =>
          await recorded(ports, identity, {
            approval: request.params.id,
            decision: body.decision,
            digest: body.digest,
            by: identity.subject,
            door: doorOf(request.headers[doorHeader]),
            reasonCode: body.reasonCode,
            reason: body.reason,
            idempotencyKey: keyOf(request.headers[idempotencyHeader]),
          }),
      );
      return { ...envelopeOf(ports), ...answer };
    },
  );
}

/** The door that a request names; anything else is `api`. */
export function doorOf(header: string | readonly string[] | undefined): Door {
  const read = doorName.safeParse(header);
  return read.success ? read.data : 'api';
}

async function recorded(ports: ServerPorts, identity: Identity, request: DecisionRequest): Promise<DecisionAnswer> {
  const judge = () => decide(ports.state(), request, ports.wall.now());
  let decision = judge();
  if (decision.kind === 'record' && request.decision === 'approved' && ports.recheck !== undefined) {
    const changed = await ports.recheck(approvalOf(ports.state(), request.approval));
    if (changed !== null) throw new Failure(changed);
    decision = judge();
  }
  if (decision.kind === 'refused') throw new Failure(decision.problem);
  if (decision.kind === 'recorded')
    return answerOf(ports.state(), request, decision.by, decision.door, decision.seq, decision.sentence);
  const event = await ports.journal.append(decision.body, identity.subject);
  ports.decided?.(request.approval);
  const state = ports.state();
  const approval = approvalOf(state, request.approval);
  // A permit may have been minted between the look and the record: then the denial changed nothing.
  if (request.decision === 'denied' && approval.state !== 'denied') throw tooLate(approval);
  return answerOf(state, request, identity.subject, request.door, event.seq, sentenceOf(approval, request));
}

function answerOf(
  state: State,
  request: DecisionRequest,
  by: string,
  door: string,
  seq: number,
  sentence: string,
): DecisionAnswer {
  const approval = approvalOf(state, request.approval);
  return {
    approval: approval.id,
    plan: approval.plan,
    decision: request.decision,
    by,
    door,
    event: seq,
    digest: approval.binding,
    state: approval.state,
    sentence,
  };
}

function sentenceOf(approval: Approval, request: DecisionRequest): string {
  if (request.decision === 'denied') return effectOfDenial(request.reasonCode ?? '', incidentOfPlan(approval.plan));
  return approval.state === 'half approved'
    ? `${approval.have.length} of ${approval.need} people; it waits for another`
    : 'the plan is judged again and then carried out';
}

function approvalOf(state: State, id: string): Approval {
  const approval = state.approvals.get(id);
  if (approval === undefined) throw notFound('approval', id);
  return approval;
}

function keyOf(header: string | readonly string[] | undefined): string {
  if (typeof header === 'string' && /^[\w.:-]{8,200}$/.test(header)) return header;
  throw badRequest(`the header ${idempotencyHeader} is needed: 8 to 200 letters, digits, dots, colons, dashes`);
}

function tooLate(approval: Approval): Failure {
  return new Failure({
    code: 'too-late',
    what: `denial of ${approval.id} came too late`,
    why: 'the plan is being carried out',
    next: `advisor undo ${approval.plan}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id, approval.plan],
  });
}

/** Runs work one at a time in the order of the calls; refuses more than `limit` in the queue. */
function oneAtATime(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (work) => {
    if (waiting >= limit) throw badRequest('too many decisions wait; look again with advisor show');
    waiting += 1;
    const result = tail.then(work);
    tail = result.catch(() => {}).finally(() => (waiting -= 1));
    return await result;
  };
}
