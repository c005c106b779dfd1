// Judges one action: gathers within a deadline, runs the rules, folds them; looks once more when the target moved between read and dry run.
import { deadline } from '../../clock.ts';
import type { Ruling, Verdict } from '../../model/ruling.ts';
import type { Facts } from './facts.ts';
import { gather, type GatherRequest } from './gather.ts';
import type { GuardianPorts } from './guardian-ports.ts';
import { gatherMs } from './limits.ts';
import { runRules } from './rule-run.ts';
import { verdictOf } from './verdict.ts';

export type Reviewed = { readonly facts: Facts; readonly rulings: readonly Ruling[]; readonly verdict: Verdict };

/** Rejects with a Failure when the cluster does not answer in time. */
export async function review(
  ports: GuardianPorts,
  request: GatherRequest,
  approval: Facts['approval'],
): Promise<Reviewed> {
  const gathered = await gatherInTime(ports, request);
  const facts: Facts = { ...(movedMeanwhile(gathered) ? await gatherInTime(ports, request) : gathered), approval };
  const rulings = runRules(facts);
  return { facts, rulings, verdict: verdictOf(facts, rulings) };
}

async function gatherInTime(ports: GuardianPorts, request: GatherRequest): Promise<Facts> {
  const limit = deadline(ports.wall, gatherMs);
  try {
    return await gather(ports, request, limit.signal);
  } finally {
    limit.done();
  }
}

/** A test that failed says that the target is no longer what was read a moment ago (writes.md A.1). */
function movedMeanwhile({ dryRun }: Facts): boolean {
  if (!('known' in dryRun) || !('reply' in dryRun.known)) return false;
  const { status, fields } = dryRun.known.reply;
  return status === 422 && fields.length === 0;
}
