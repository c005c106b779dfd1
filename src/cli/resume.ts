// `resume`: lets actions run again; says who stopped and why, and how many plans wait to be judged anew.
import { exitCodes } from '../model/failure.ts';
import { age } from './ages.ts';
import { connectAdvisor } from './client.ts';
import { isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { ask } from './prompt.ts';
import { switchText } from './stop.ts';
import { usage, type Verb } from './verb.ts';

export const resume: Verb<{ readonly reason?: unknown; readonly yes?: unknown }> = async (context, options) => {
  const reason = textOf(options.reason)?.trim() ?? '';
  if (reason === '')
    throw usage('a resume needs a reason', 'it is recorded with your name', 'advisor resume --reason "change is over"');
  if (!context.terminal.canPrompt && options.yes !== true) {
    throw usage('a resume needs a person', 'there is no terminal to ask on', 'give --yes, or run it in a terminal');
  }
  const client = await connectAdvisor(context);
  const now = await client.readSwitch();
  if (!now.stopped) {
    if (isDocumentForm(context.form)) context.out(switchText(context.form, now));
    else context.out('actions are not stopped\n');
    return exitCodes.done;
  }
  const since = now.since === null ? '' : ` ${age(Date.parse(now.since), Date.parse(now.asOf))} ago`;
  context.note(
    `stopped${since} by ${now.by ?? 'unknown'}${now.reason === null ? '' : ` ("${now.reason}")`} · ${now.held.length === 1 ? '1 plan waits' : `${now.held.length} plans wait`} and will be judged anew\n`,
  );
  if (options.yes !== true && !/^y(es)?$/i.test(await ask(context, 'Resume? [y/N] '))) {
    context.note('nothing was recorded\n');
    return exitCodes.declined;
  }
  const answer = await client.setSwitch({ stopped: false, reason });
  if (isDocumentForm(context.form)) context.out(switchText(context.form, answer));
  else
    context.out(
      `resumed   by ${answer.by ?? 'unknown'}, ${answer.event === null ? 'not recorded' : `event ${answer.event}`}\n`,
    );
  return exitCodes.done;
};
