// `show`: one incident, plan, action or approval with all that stands behind it, now, as of a moment, or as it goes on.
import type { Envelope, IncidentDetail } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { clockTime, rfc3339 } from './ages.ts';
import { documentText, isDocumentForm } from './document.ts';
import { incidentLines, sections, type Section } from './incident-text.ts';
import { textOf } from './incidents.ts';
import { openReading, type Place, type Reading } from './reading.ts';
import { plain } from './terminal.ts';
import { usage, type Verb, type VerbContext } from './verb.ts';
import { watch } from './watch.ts';

const sectionNames: Readonly<Record<string, readonly (Section | 'events')[]>> = {
  why: ['found', 'why'],
  plan: ['plan', 'undo', 'advice'],
  rulings: ['rulings'],
  outcome: ['outcome'],
  events: ['events'],
};

export const show: Verb<{ readonly section?: unknown; readonly at?: unknown }> = async (context, options, args) => {
  const wanted = sectionsOf(textOf(options.section));
  const moment = momentOf(textOf(options.at));
  if (context.flags.watch === true && (moment !== null || context.flags.journal !== undefined))
    throw usage('--watch shows what goes on', 'the past does not: leave out --at and --journal');
  await using reading = await openReading(context);
  const place = await reading.locate(args[0] ?? '');
  const print = printer(context, reading.header, place, wanted);
  if (context.flags.watch !== true) {
    const at = moment === null ? undefined : await positionOf(reading, place, moment);
    print(await reading.incident(place.incident, at));
    return exitCodes.done;
  }
  return await watch(context, {
    read: async () => await reading.incident(place.incident),
    show: print,
    hasEnded: (one) => one.state === 'resolved' || one.state === 'suppressed' || one.mergedInto !== null,
  });
};

/** Prints the first answer whole; of later ones what is new: all of it for programs, the events for people. */
function printer(
  context: VerbContext,
  header: string,
  place: Place,
  wanted: readonly (Section | 'events')[],
): (incident: IncidentDetail & Envelope) => void {
  let seen: number | null = null;
  return (incident) => {
    const plan = planIn(incident, place);
    const newest = incident.keyEvents.at(-1)?.seq ?? 0;
    const before = seen;
    if (before !== null && newest <= before) return;
    seen = newest;
    if (isDocumentForm(context.form)) {
      const { asOf, seq, complete, warnings, ...data } = incident;
      context.out(documentText(context.form, 'Incident', { asOf, seq, complete, warnings }, { data }));
    } else if (context.form === 'name') context.out(`${place.plan ?? incident.id}\n`);
    else if (before === null) {
      context.note(`${header}\n`);
      const only = sections.filter((one) => wanted.includes(one));
      context.out(`${incidentLines(incident, context.terminal, { only, plan }).join('\n')}\n`);
      if (wanted.includes('events')) context.out(eventLines(context, incident, 0));
    } else context.out(eventLines(context, incident, before));
  };
}

function planIn(incident: IncidentDetail, place: Place): string | null {
  if (place.plan === null || incident.plans.some((one) => one.id === place.plan)) return place.plan;
  throw new Failure({
    code: 'plan-not-found',
    what: `there is no plan ${place.plan}`,
    why: `${incident.id} has ${incident.plans.map((one) => one.id).join(', ') || 'no plan'}`,
    next: `advisor show ${incident.id}`,
    exitCode: exitCodes.usage,
  });
}

function eventLines(context: VerbContext, incident: IncidentDetail, after: number): string {
  return incident.keyEvents
    .filter((one) => one.seq > after)
    .map((one) => {
      const atMs = Date.parse(one.at);
      const time = context.terminal.shown ? clockTime(atMs) : rfc3339(atMs);
      return `${time}  event ${one.seq}  ${one.kind.padEnd(20)}  ${plain(one.actor)}\n`;
    })
    .join('');
}

type Moment = { readonly seq: number } | { readonly atMs: number };

function momentOf(text: string | undefined): Moment | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return { seq: Number(text) };
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return { atMs };
  throw usage(
    `--at does not take "${text}"`,
    'it takes the number of a journal event, or a time such as 2026-01-05T14:02:11Z',
  );
}

/** The newest event of the incident up to that time: between its own events nothing about it changes. */
async function positionOf(reading: Reading, place: Place, moment: Moment): Promise<number> {
  if ('seq' in moment) return moment.seq;
  const { keyEvents } = await reading.incident(place.incident);
  const last = keyEvents.findLast((one) => Date.parse(one.at) <= moment.atMs);
  if (last !== undefined) return last.seq;
  throw usage(
    `${place.incident} was not there at that time`,
    `its first event is of ${keyEvents[0]?.at ?? 'another time'}`,
    `advisor show ${place.incident} --section events`,
  );
}

function sectionsOf(text: string | undefined): readonly (Section | 'events')[] {
  if (text === undefined) return sections;
  return text.split(',').flatMap((name) => {
    const found = sectionNames[name];
    if (found === undefined)
      throw usage(`--section does not take "${name}"`, `it takes ${Object.keys(sectionNames).join(', ')}`);
    return found;
  });
}
