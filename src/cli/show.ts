// `show`: one incident, plan, action or approval with all that stands behind it.
import { incidentLines, sections, type Section } from './incident-text.ts';
import { textOf } from './incidents.ts';
import { openReading } from './reading.ts';
import { envelope, usage, type Verb } from './verb.ts';

const sectionNames: Readonly<Record<string, readonly Section[]>> = {
  why: ['found', 'why'],
  plan: ['plan', 'undo', 'advice'],
  rulings: ['rulings'],
  outcome: ['outcome'],
  events: [],
};

export const show: Verb<{ readonly section?: unknown; readonly at?: unknown }> = async (context, options, args) => {
  const id = args[0] ?? '';
  const wanted = sectionsOf(textOf(options.section));
  const at = textOf(options.at);
  if (at !== undefined && !/^\d+$/.test(at))
    throw usage(`--at does not take "${at}"`, 'it takes the number of a journal event');
  await using reading = await openReading(context);
  const incident = await reading.incident(id, at === undefined ? undefined : Number(at));
  if (context.form === 'json' || context.form === 'yaml' || context.form === 'jsonl') {
    context.out(envelope('Incident', { asOf: reading.asOf(), seq: reading.seq() }, { data: incident }));
    return 0;
  }
  if (context.form === 'name') {
    context.out(`${incident.id}\n`);
    return 0;
  }
  context.note(`${reading.header}\n`);
  context.out(`${incidentLines(incident, context.terminal, wanted).join('\n')}\n`);
  return 0;
};

function sectionsOf(text: string | undefined): readonly Section[] {
  if (text === undefined) return sections;
  return text.split(',').flatMap((name) => {
    const found = sectionNames[name];
    if (found === undefined)
      throw usage(`--section does not take "${name}"`, `it takes ${Object.keys(sectionNames).join(', ')}`);
    return found;
  });
}
