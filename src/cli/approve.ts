// `approve`: shows the plan that waits, asks, records the decision through the door, and follows it to the outcome.
import { exitCodes, Failure } from '../model/failure.ts';
import type { ApprovalView, IncidentDetail } from '../model/api.ts';
import { connectAdvisor } from './client.ts';
import { approvalId, decisionText } from './decision.ts';
import { isDocumentForm } from './document.ts';
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
  const approval = await client.approval(await approvalId(client, args[0] ?? ''));
  const incident = await client.incident(approval.incident);
  if (digest !== undefined && !approval.digest.startsWith(digest))
    throw withFreshPlan(stale(approval), approval, incident);
  // What is decided already is not asked again: the advisor answers with the decision that stands, or why there is none.
  const isOpen = approval.state === 'waiting' || approval.state === 'half approved';
  if (isOpen && (options.yes !== true || digest === undefined)) {
    context.io.stderr.write(`${incidentLines(incident, context.terminal, { plan: approval.plan }).join('\n')}\n`);
    if (!(await agreed(context, approval, incident))) {
      context.note('nothing was recorded\n');
      return exitCodes.declined;
    }
  }
  const decision = await client
    .decide(approval.id, {
      decision: 'approved',
      digest: approval.digest,
      ...(reason === undefined ? {} : { reason }),
    })
    .catch((error: unknown) => {
      throw withFreshPlan(error, approval, incident);
    });
  if (!isOpen) context.note(`${decision.sentence}\n`);
  const receipt = context.terminal.shown
    ? `approved  ${approval.id} by ${decision.by}, event ${decision.event}\n`
    : `${approval.id} approved by=${decision.by} event=${decision.event} digest=${approval.digest.slice(0, 12)}\n`;
  if (isDocumentForm(context.form)) context.note(receipt);
  else context.out(receipt);
  const isHalf = decision.state === 'half approved';
  if (isHalf) context.note('one more person is needed\n');
  const followed = isHalf ? { outcome: null, exitCode: exitCodes.done } : await follow(context, client, approval.plan);
  if (isDocumentForm(context.form)) context.out(decisionText(context.form, decision, followed.outcome));
  return followed.exitCode;
};

/** High risk is confirmed by typing the target's name, everything else by y. */
async function agreed(context: VerbContext, approval: ApprovalView, incident: IncidentDetail): Promise<boolean> {
  if (approval.risk !== 'high' && approval.risk !== 'irreversible')
    return /^y(es)?$/i.test(await ask(context, 'Approve this plan? [y/N] '));
  const target = incident.plans.find((one) => one.id === approval.plan)?.actions[0]?.target.name ?? '';
  return (await ask(context, `${approval.risk} risk: type ${target} to approve: `)) === target;
}

function stale(approval: ApprovalView): Failure {
  return new Failure({
    code: 'stale-plan',
    what: `approval ${approval.id} was not recorded`,
    why: `its digest is ${approval.digest.slice(0, 12)}, not the one you read`,
    next: `advisor show ${approval.id}`,
    exitCode: exitCodes.conflict,
    refs: [approval.id],
  });
}

/** A refusal that comes too late names the plan that waits in place of this one. */
function withFreshPlan(error: unknown, approval: ApprovalView, incident: IncidentDetail): unknown {
  const fresh = incident.approval;
  if (!(error instanceof Failure) || error.problem.exitCode !== exitCodes.conflict) return error;
  if (fresh === null || fresh === approval.id || incident.state !== 'awaiting approval') return error;
  const next = `advisor show ${fresh}      (the fresh plan waits)`;
  return new Failure({ ...error.problem, next, refs: [approval.id, fresh] }, { cause: error });
}
