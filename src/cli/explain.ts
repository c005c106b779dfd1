// `explain`: an incident in plain words with the facts behind each sentence, its report as Markdown, or what a code of the product means.
import type { Envelope, IncidentDetail } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { proseOf } from '../telling/incident-prose.ts';
import { reportOf } from '../telling/incident-report.ts';
import { documentText, isDocumentForm } from './document.ts';
import { openReading } from './reading.ts';
import { plain } from './terminal.ts';
import { wrap } from './table.ts';
import { usage, type Verb, type VerbContext } from './verb.ts';

export const explain: Verb<{ readonly report?: unknown }> = async (context, options, args) => {
  const [subject = ''] = args;
  const asReport = options.report === true;
  const { meaningOf, nearestCode } = await import('./code-meaning.ts');
  const meaning = meaningOf(subject);
  if (meaning !== null) {
    if (asReport) throw usage(`${subject} is a code`, '--report writes the report of an incident');
    if (isDocumentForm(context.form)) context.out(documentText(context.form, 'Explanation', {}, { data: meaning }));
    else context.out(`${meaningLines(meaning, context).join('\n')}\n`);
    return exitCodes.done;
  }
  if (!isIncidentLike(subject)) throw unknownCode(subject, nearestCode(subject));
  await using reading = await openReading(context);
  const place = await reading.locate(subject);
  const incident = await reading.incident(place.incident);
  context.note(`${reading.header}\n`);
  if (asReport) context.out(reportOf(incident).markdown);
  else print(context, incident);
  return exitCodes.done;
};

function print(context: VerbContext, incident: IncidentDetail & Envelope): void {
  const sentences = proseOf(incident);
  if (isDocumentForm(context.form)) {
    const { asOf, seq, complete, warnings } = incident;
    const data = { subject: incident.id, code: incident.code, sentences };
    context.out(documentText(context.form, 'Explanation', { asOf, seq, complete, warnings }, { data }));
    return;
  }
  const lines = sentences.flatMap(({ text, cites }) =>
    wrap(`${plain(text)}${cites.length === 0 ? '' : ` [${cites.join(', ')}]`}`, context.terminal.width, '  '),
  );
  context.out(`${lines.join('\n')}\n`);
}

function meaningLines(
  meaning: { readonly code: string; readonly meaning: string; readonly change: readonly string[] },
  context: VerbContext,
): readonly string[] {
  const width = context.terminal.width;
  return [
    ...wrap(`${meaning.code}  ${meaning.meaning}`, width, '  '),
    ...meaning.change.flatMap((line) => wrap(line, width, '       ')),
  ];
}

function isIncidentLike(text: string): boolean {
  return /^(latest$|@|inc-\d|apr-\d|\d+$)/.test(text) || text.includes('/');
}

function unknownCode(text: string, nearest: string): Failure {
  return new Failure({
    code: 'unknown-code',
    what: `nothing is called "${text.slice(0, 40)}"`,
    why: 'it is no incident, rule, cause, action or exit code of this version',
    next: `the nearest is ${nearest}: advisor explain ${nearest}`,
    exitCode: exitCodes.usage,
  });
}
