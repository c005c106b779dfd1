// The one place that asks a person: on stderr, only where one can answer, and Enter alone is No.
import { createInterface } from 'node:readline/promises';
import { usage, type VerbContext } from './verb.ts';

/** The typed line without white space around it; the end of the input is an empty line. Throws a usage Failure where nobody can be asked. */
export async function ask(context: VerbContext, question: string): Promise<string> {
  if (!context.terminal.canPrompt)
    throw usage(
      'a question has to be answered',
      'there is no terminal to ask on',
      'run it in a terminal, or give the flags that answer it',
    );
  let isAnswered = false;
  const lines = createInterface({ input: context.io.stdin, output: context.io.stderr, terminal: false });
  // Whoever ends the input has typed no line end: what comes next starts on a line of its own.
  const ended = new Promise<string>((resolve) =>
    lines.once('close', () => {
      if (!isAnswered) context.io.stderr.write('\n');
      resolve('');
    }),
  );
  try {
    const answer = await Promise.race([lines.question(question, { signal: context.signal }), ended]);
    isAnswered = true;
    return answer.trim();
  } finally {
    lines.close();
  }
}
