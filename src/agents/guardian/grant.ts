// The last two steps before a write: the intent, synced to the journal, and the permit signed over its position (design decision 5, steps 4 and 5).
import type { ActionName, ResourceName } from '../../model/action.ts';
import { Failure } from '../../model/failure.ts';
import { digestOf, type JsonObject } from '../../model/json.ts';
import type { Granted, PermitPurpose } from '../../model/permit.ts';
import type { TargetRef } from '../../model/target.ts';
import { requestDigest, type WriteRequest } from '../../model/write.ts';
import type { GuardianPorts, Leave } from './guardian-ports.ts';
import { reviewMs } from './limits.ts';
import { markOf, testsOf } from './request-shape.ts';

export const actor = 'guardian';

export type Leaves = {
  readonly permit: string;
  readonly purpose: PermitPurpose;
  readonly plan: string;
  readonly action: string;
  readonly actionDigest: string;
  readonly actionName: ActionName | null;
  readonly target: TargetRef;
  readonly resource: ResourceName;
  readonly epoch: number;
  readonly request: WriteRequest;
  /** The target as gathered. */
  readonly before: JsonObject;
  readonly summary: string;
  readonly needsMode: Granted['needsMode'];
  readonly fenceOf?: string;
  /** Monotonic wall time at which the review began; the permit ends 30 s after it. */
  readonly startedAt: number;
};

/** Held when the journal cannot be written or the review took too long; nothing may be sent then. */
export async function grant(
  ports: Pick<GuardianPorts, 'journal' | 'wall' | 'mint' | 'clusterId'>,
  leave: Leaves,
): Promise<Leave> {
  const { journal, wall } = ports;
  const requests = [leave.request];
  const requestDigests = requests.map((one) => requestDigest(one));
  const { permit, purpose, plan, action, target, resource, epoch, actionDigest, summary, fenceOf } = leave;
  const formerMark = markOf(leave.before);
  let intentSeq: number;
  try {
    const before = await journal.keep(leave.before);
    const event = await journal.append(
      {
        kind: 'intent.recorded',
        permit,
        purpose,
        plan,
        action,
        target,
        resource: { ...resource },
        formerMark,
        epoch,
        actionDigest,
        requestDigests,
        before,
        summary,
        ...(fenceOf === undefined ? {} : { fenceOf }),
      },
      actor,
    );
    intentSeq = event.seq;
  } catch (error) {
    return { held: `the journal cannot be written: ${wordsOf(error)}` };
  }
  const leftMs = reviewMs - (wall.monotonic() - leave.startedAt);
  if (leftMs <= 0) return await giveUp(ports, permit, `the review took more than ${reviewMs / 1_000} s`);
  try {
    const signed = ports.mint({
      id: permit,
      purpose,
      plan,
      action,
      actionDigest,
      target,
      formerMark,
      testedDigest: digestOf(testsOf(requests)),
      clusterId: ports.clusterId,
      epoch,
      intentSeq,
      requestDigests,
      expiresWallMs: wall.now() + leftMs,
    });
    const { kind, namespace, name } = target;
    const granted: Granted = {
      intentSeq,
      permit: signed,
      requests,
      before: leave.before,
      actionName: leave.actionName,
      needsMode: leave.needsMode,
      scope: { kind, namespace, name },
    };
    return { granted };
  } catch (error) {
    return await giveUp(ports, permit, `no permit could be drawn: ${wordsOf(error)}`);
  }
}

export function wordsOf(error: unknown): string {
  if (error instanceof Failure) return `${error.problem.what} (${error.problem.why})`;
  return error instanceof Error ? error.name : 'unknown fault';
}

/** An intent that certainly sent nothing is closed, so that nobody fences it. If even that fails it stays open, which is safe. */
async function giveUp(ports: Pick<GuardianPorts, 'journal'>, permit: string, why: string): Promise<Leave> {
  try {
    await ports.journal.append(
      { kind: 'write.answered', permit, result: 'refused', status: null, reason: `not sent: ${why}` },
      actor,
    );
  } catch {
    return { held: `${why}, and the journal cannot be written` };
  }
  return { held: why };
}
