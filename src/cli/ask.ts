// `ask`: a question in plain words, answered out of the advisor's own facts with what each sentence rests on. It reads and never acts.
import { exitCodes } from '../model/failure.ts';
import { connectAdvisor } from './client.ts';
import { documentText, isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { wrap } from './table.ts';
import { plain } from './terminal.ts';
import { usage, type Verb } from './verb.ts';

const shortest = 3;
const longest = 500;

export const ask: Verb<{ readonly incident?: unknown }> = async (context, options, args) => {
  const question = args[0]?.trim() ?? '';
  if (question.length < shortest || question.length > longest)
    throw usage(
      'ask takes one question',
      `it has ${shortest} to ${longest} characters, in quotes`,
      'advisor ask "why is checkout slow"',
    );
  const incident = textOf(options.incident);
  const client = await connectAdvisor(context);
  const answer = await client.ask({ question, ...(incident === undefined ? {} : { incident }) });
  if (isDocumentForm(context.form)) {
    const { asOf, seq, complete, warnings, ...data } = answer;
    context.out(documentText(context.form, 'Answer', { asOf, seq, complete, warnings }, { data }));
    return exitCodes.done;
  }
  const lines = answer.sentences.flatMap(({ text, cites }) =>
    wrap(
      `${plain(text)}${cites.length === 0 ? '' : ` [${cites.map(plain).join(', ')}]`}`,
      context.terminal.width,
      '  ',
    ),
  );
  context.out(`${lines.join('\n')}\n`);
  context.note(
    answer.served === null
      ? `${answer.note === null ? '' : `${plain(answer.note)} · `}0 tokens\n`
      : `${answer.tokens.toLocaleString('en')} tokens · ${plain(answer.served)}\n`,
  );
  return exitCodes.done;
};
