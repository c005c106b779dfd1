// `undo`: makes the undo plan of a written action, shows its change against the live object, asks, and follows it.
import { planOfAction } from '../folds/lookup.ts';
import type { PlanView } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { connectAdvisor } from './client.ts';
import { documentText, isDocumentForm } from './document.ts';
import { follow } from './follow.ts';
import { normalId } from './ids.ts';
import { textOf } from './incidents.ts';
import { planBlock } from './incident-text.ts';
import { ask } from './prompt.ts';
import { usage, type Verb } from './verb.ts';

export const undo: Verb<{
  readonly reason?: unknown;
  readonly yes?: unknown;
  readonly digest?: unknown;
  readonly dryRun?: unknown;
}> = async (context, options, args) => {
  const digest = textOf(options.digest);
  const reason = textOf(options.reason);
  if (!context.terminal.canPrompt && options.dryRun !== true && options.yes !== true) {
    throw usage(
      'an undo needs a person',
      'there is no terminal to ask on; nothing was asked for',
      'give --yes, or --dry-run to look only',
    );
  }
  const id = normalId(args[0] ?? '');
  if (!/^inc-\d+\/p\d+(\/a\d+)?$/.test(id))
    throw usage(
      `"${id}" names no plan and no action`,
      'an undo takes inc-42/p1 or inc-42/p1/a1',
      'advisor show inc-42',
    );
  const plan = planOfAction(id);
  const client = await connectAdvisor(context);
  const wanted = { ...(id === plan ? {} : { action: id }), ...(reason === undefined ? {} : { reason }) };
  const preview = (await client.undo(plan, { ...wanted, dryRun: true })).plan;
  const isDocument = isDocumentForm(context.form);
  const block = `${planBlock(preview, context.terminal).join('\n')}\n`;
  if (isDocument) context.note(block);
  else context.out(block);
  if (digest !== undefined && preview.digest?.startsWith(digest) !== true) throw otherDigest(id, preview);
  if (options.dryRun === true) {
    if (isDocumentForm(context.form)) context.out(documentText(context.form, 'Plan', {}, { data: preview }));
    context.note('nothing was asked\n');
    return exitCodes.done;
  }
  if (options.yes !== true && !/^y(es)?$/i.test(await ask(context, 'Take it back? [y/N] '))) {
    context.note('nothing was recorded\n');
    return exitCodes.declined;
  }
  const asked = await client.undo(plan, wanted);
  if (asked.approval !== null) context.note(`it needs an approval: advisor approve ${asked.approval}\n`);
  if (isDocumentForm(context.form)) context.out(documentText(context.form, 'Plan', {}, { data: asked.plan }));
  return (await follow(context, client, asked.plan.id)).exitCode;
};

function otherDigest(id: string, preview: PlanView): Failure {
  return new Failure({
    code: 'stale-plan',
    what: `the undo of ${id} was not asked for`,
    why: `its digest is ${preview.digest?.slice(0, 12) ?? 'not known'} now, not the one you read`,
    next: `advisor undo ${id} --dry-run`,
    exitCode: exitCodes.conflict,
    refs: [preview.id],
  });
}
