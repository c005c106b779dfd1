// `undo`: makes the undo plan of a written action, shows its change against the live object, asks, and follows it.
import { exitCodes } from '../model/failure.ts';
import { connectAdvisor } from './client.ts';
import { follow } from './follow.ts';
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
  const id = args[0] ?? '';
  const plan = id.replace(/\/a\d+$/, '');
  const client = await connectAdvisor(context);
  const wanted = { ...(id === plan ? {} : { action: id }), ...(reason === undefined ? {} : { reason }) };
  const preview = (await client.undo(plan, { ...wanted, dryRun: true })).plan;
  context.out(`${planBlock(preview, context.terminal).join('\n')}\n`);
  if (digest !== undefined && preview.digest?.startsWith(digest) !== true) {
    throw usage(
      'the digest is not that of this undo',
      `it is ${preview.digest?.slice(0, 12) ?? 'not known'} now`,
      `advisor undo ${id} --dry-run`,
    );
  }
  if (options.dryRun === true) {
    context.note('nothing was asked\n');
    return exitCodes.done;
  }
  if (options.yes !== true && !/^y(es)?$/i.test(await ask(context, 'Take it back? [y/N] '))) {
    context.note('nothing was recorded\n');
    return exitCodes.declined;
  }
  const asked = await client.undo(plan, wanted);
  if (asked.approval !== null) context.note(`it needs an approval: advisor approve ${asked.approval}\n`);
  return await follow(context, client, asked.plan.id);
};
