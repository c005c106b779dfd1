// `approve`: shows the plan that waits, asks, records the decision through the door, and follows it to the outcome.
import { exitCodes, Failure } from '../model/failure.ts';
import type { ApprovalView, IncidentDetail } from '../model/api.ts';
import { connectAdvisor } from './client.ts';
import { follow } from './follow.ts';
import { incidentLines } from './incident-text.ts';
import { textOf } from './incidents.ts';
import { ask } from './prompt.ts';
import { usage, type Verb, type VerbContext } from './verb.ts';

export const approve: Verb<{ readonly digest?: unknown; readonly reason?: unknown; readonly yes?: unknown }> = async (
  context,
  options,
  args,
) => {
  const digest = textOf(options.digest);
  const reason = textOf(options.reason);
  if (!context.terminal.canPrompt && (options.yes !== true || digest === undefined || reason === undefined)) {
    throw usage(
      'an approval needs a person',
      'there is no terminal to ask on; nothing was recorded',
      'give --yes, --digest and --reason, or run it in a terminal',
    );
  }
  if (digest !== undefined && !/^[0-9a-f]{12,64}$/.test(digest))
    throw usage(
      `--digest does not take "${digest}"`,
      'it takes at least 12 hex characters of the digest that was shown',
    );
  const client = await connectAdvisor(context);
  const approval = await client.approval(args[0] ?? '');
  const incident = await client.incident(approval.incident);
  refuseClosed(approval);
  if (digest !== undefined && !approval.digest.startsWith(digest)) throw stale(approval);
  if (options.yes !== true || digest === undefined) {
    context.note(`${incidentLines(incident, context.terminal).join('\n')}\n`);
    if (!(await agreed(context, approval, incident))) {
      context.note('nothing was recorded\n');
      return exitCodes.declined;
    }
  }
  const decision = await client.decide(approval.id, {
    decision: 'approved',
    digest: approval.digest,
    ...(reason === undefined ? {} : { reason }),
  });
  if (context.terminal.shown) context.out(`approved  ${approval.id} by ${decision.by}, event ${decision.event}\n`);
  else
    context.out(
      `${approval.id} approved by=${decision.by} event=${decision.event} digest=${approval.digest.slice(0, 12)}\n`,
    );
  if (decision.state === 'half approved') {
    context.note('one more person is needed\n');
    return exitCodes.done;
  }
  return await follow(context, client, approval.plan);
};

/** High risk is confirmed by typing the target's name, everything else by y. */
async function agreed(context: VerbContext, approval: ApprovalView, incident: IncidentDetail): Promise<boolean> {
  if (approval.risk !== 'high' && approval.risk !== 'irreversible')
    return /^y(es)?$/i.test(await ask(context, 'Approve this plan? [y/N] '));
  const target = incident.plans.find((one) => one.id === approval.plan)?.actions[0]?.target.name ?? '';
  return (await ask(context, `${approval.risk} risk: type ${target} to approve: `)) === target;
}

function refuseClosed(approval: ApprovalView): void {
  if (approval.state === 'waiting' || approval.state === 'half approved') return;
  throw new Failure({
    code: approval.state === 'expired' ? 'approval-expired' : 'already-decided',
    what: `approval ${approval.id} can no longer be decided`,
    why: `it is ${approval.state}${approval.note === null ? '' : `: ${approval.note}`}`,
    next: `advisor show ${approval.incident}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id],
  });
}

function stale(approval: ApprovalView): Failure {
  return new Failure({
    code: 'stale-plan',
    what: `approval ${approval.id} was not recorded`,
    why: `its digest is ${approval.digest.slice(0, 12)} now, not the one you read`,
    next: `advisor show ${approval.incident}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id],
  });
}
