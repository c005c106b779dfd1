// `incidents`: the list of a running advisor, or of a journal file.
import type { Envelope, IncidentItem } from '../model/api.ts';
import { exitCodes } from '../model/failure.ts';
import { shownRef } from '../model/target.ts';
import { age, parseDuration, rfc3339 } from './ages.ts';
import { isDocumentForm, listText } from './document.ts';
import { effectOf, severityWord } from './incident-text.ts';
import { openReading, type Reading } from './reading.ts';
import { table, wrap } from './table.ts';
import { plain, type Terminal } from './terminal.ts';
import { oneOf, usage, type Verb, type VerbContext } from './verb.ts';
import { watch } from './watch.ts';

const states = ['open', 'waiting', 'closed', 'all'] as const;
/** One page of the API. */
const mostItems = 200;
const severities = ['critical', 'warning', 'info'] as const;

export const incidents: Verb<{
  readonly state?: unknown;
  readonly severity?: unknown;
  readonly code?: unknown;
}> = async (context, options) => {
  const state = oneOf(textOf(options.state) ?? 'open', states, '--state');
  const severity =
    textOf(options.severity) === undefined
      ? undefined
      : oneOf(textOf(options.severity) ?? '', severities, '--severity');
  const code = textOf(options.code);
  const { namespace } = context.flags;
  const limit = Number(context.flags.limit ?? '50');
  if (!Number.isInteger(limit) || limit < 1 || limit > mostItems)
    throw usage(`--limit does not take "${context.flags.limit}"`, `it takes a whole number from 1 to ${mostItems}`);
  if (context.flags.watch === true && context.flags.journal !== undefined)
    throw usage('--watch shows what goes on', 'a journal file does not: leave out --journal');
  if (context.flags.selector !== undefined)
    throw usage('incidents are not narrowed by labels', 'the journal does not keep them', 'advisor scan -l LABELS');
  const { since } = context.flags;
  const sinceMs = since === undefined ? null : parseDuration(since);
  if (since !== undefined && sinceMs === null)
    throw usage(`--since does not take "${since}"`, 'it takes a duration such as 15m, 1h or 7d');
  await using reading = await openReading(context);
  const query = {
    state,
    limit,
    ...(severity === undefined ? {} : { severity }),
    ...(code === undefined ? {} : { code }),
    ...(namespace === undefined ? {} : { namespace }),
  };
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  const nothing = `no ${state === 'all' ? '' : `${state} `}incident${where}`;
  const page = async (): Promise<Answer> => newerThan(await reading.incidents(query), sinceMs);
  if (context.flags.watch !== true) {
    const answer = await page();
    if (isDocumentForm(context.form))
      context.out(listText(context.form, 'IncidentList', metadataOf(answer), answer.items));
    else printItems(context, reading, answer, nothing);
    return exitCodes.done;
  }
  const seen = new Map<string, string>();
  let isFirst = true;
  return await watch(context, {
    read: page,
    show(answer) {
      const changed = answer.items.filter((one) => seen.get(one.id) !== `${one.updatedAt} ${one.state}`);
      for (const one of changed) seen.set(one.id, `${one.updatedAt} ${one.state}`);
      if (isDocumentForm(context.form)) {
        if (changed.length > 0) context.out(listText(context.form, 'IncidentList', metadataOf(answer), changed));
      } else if (isFirst) printItems(context, reading, answer, nothing);
      else if (changed.length > 0) context.out(rowsOf(context, changed, answer.asOf).slice(1).join(''));
      isFirst = false;
    },
    hasEnded: () => false,
  });
};

type Answer = { readonly items: readonly IncidentItem[] } & Envelope;

function metadataOf({ asOf, seq, complete, warnings }: Answer): Readonly<Record<string, unknown>> {
  return { asOf, seq, complete, warnings };
}

/** Changed within this time before the answer, milliseconds. */
function newerThan(answer: Answer, sinceMs: number | null): Answer {
  if (sinceMs === null) return answer;
  const fromMs = Date.parse(answer.asOf) - sinceMs;
  return { ...answer, items: answer.items.filter((one) => Date.parse(one.updatedAt) >= fromMs) };
}

function printItems(context: VerbContext, reading: Reading, answer: Answer, nothing: string): void {
  const { items } = answer;
  if (context.form === 'name') {
    context.out(items.map((one) => `${one.id}\n`).join(''));
    return;
  }
  context.note(`${reading.header}\n`);
  if (items.length === 0) context.out(`${nothing} (as of ${rfc3339(Date.parse(answer.asOf))})\n`);
  else context.out(rowsOf(context, items, answer.asOf).join(''));
  for (const warning of answer.warnings) context.note(cannotSee(warning.what, warning.cost, context.terminal.width));
}

function rowsOf(context: VerbContext, items: readonly IncidentItem[], asOf: string): readonly string[] {
  if (context.form === 'name') return ['', ...items.map((one) => `${one.id}\n`)];
  return incidentTable(items, context.terminal, Date.parse(asOf), context.form === 'wide').map((line) => `${line}\n`);
}

/** What could not be looked at, and what that costs; a cost that reasons for itself gets no second "so". */
export function cannotSee(what: string, cost: string, width: number): string {
  const costs = cost === '' ? '' : `${cost.includes(', so ') ? ':' : ', so'} ${plain(cost)}`;
  return `${wrap(`cannot see: ${plain(what)}${costs}`, width, '  ').join('\n')}\n`;
}

/** Ages for people, RFC 3339 in a pipe; what else is known of each when it may be wide. */
export function incidentTable(
  items: readonly IncidentItem[],
  terminal: Terminal,
  nowMs: number,
  isWide = false,
): string[] {
  const columns = [
    { title: 'ID' },
    { title: 'STATE' },
    { title: 'SEVERITY' },
    { title: 'WORKLOAD' },
    { title: 'WHAT', cut: true },
    ...(isWide ? ['CODE', 'PLAN', 'APPROVAL', 'FINDINGS'].map((title) => ({ title })) : []),
    { title: terminal.shown ? 'AGE' : 'CHANGED' },
  ];
  const rows = items.map((one) => [
    one.id,
    terminal.shown ? one.state : one.state.replaceAll(' ', '-'),
    severityWord(one.severity, terminal),
    shownRef(one.root),
    plain(effectOf(one.title, one.root.name)) +
      (one.approval !== null && terminal.shown && one.state === 'awaiting approval' ? ` (${one.approval})` : ''),
    ...(isWide ? [one.code ?? '-', one.plan ?? '-', one.approval ?? '-', String(one.findings)] : []),
    terminal.shown ? age(Date.parse(one.openedAt), nowMs) : rfc3339(Date.parse(one.updatedAt)),
  ]);
  return table(columns, rows, terminal.width);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
