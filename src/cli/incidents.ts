// `incidents`: the list of a running advisor, or of a journal file.
import { age, rfc3339 } from './ages.ts';
import type { IncidentItem } from '../model/api.ts';
import { severityWord } from './incident-text.ts';
import { openReading } from './reading.ts';
import { table } from './table.ts';
import { plain, type Terminal } from './terminal.ts';
import { envelope, oneOf, usage, type Verb } from './verb.ts';
import { shownRef } from '../model/target.ts';

const states = ['open', 'waiting', 'closed', 'all'] as const;
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
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    throw usage(`--limit does not take "${context.flags.limit}"`, 'it takes a whole number from 1 to 1000');
  await using reading = await openReading(context);
  const answer = await reading.incidents({
    state,
    limit,
    ...(severity === undefined ? {} : { severity }),
    ...(code === undefined ? {} : { code }),
    ...(namespace === undefined ? {} : { namespace }),
  });
  switch (context.form) {
    case 'json':
    case 'jsonl':
    case 'yaml':
      context.out(
        envelope(
          'IncidentList',
          { asOf: answer.asOf, seq: answer.seq, complete: answer.complete, warnings: answer.warnings },
          { items: answer.items },
        ),
      );
      return 0;
    case 'name':
      context.out(answer.items.map((one) => `${one.id}\n`).join(''));
      return 0;
    case 'table':
    case 'wide':
      break;
    default:
      context.form satisfies never;
  }
  context.note(`${reading.header}\n`);
  if (answer.items.length === 0)
    context.out(`no ${state === 'all' ? '' : `${state} `}incident (as of ${answer.asOf})\n`);
  else context.out(`${incidentTable(answer.items, context.terminal, Date.parse(answer.asOf)).join('\n')}\n`);
  for (const warning of answer.warnings)
    context.note(`cannot see: ${warning.what}${warning.cost === '' ? '' : `, so ${warning.cost}`}\n`);
  return 0;
};

/** The columns of experience: ages for people, RFC 3339 in a pipe. */
export function incidentTable(items: readonly IncidentItem[], terminal: Terminal, nowMs: number): string[] {
  const columns = [
    { title: 'ID' },
    { title: 'STATE' },
    { title: 'SEVERITY' },
    { title: 'WORKLOAD' },
    { title: 'WHAT', cut: true },
    { title: terminal.shown ? 'AGE' : 'CHANGED' },
  ];
  const rows = items.map((one) => [
    one.id,
    terminal.shown ? one.state : one.state.replaceAll(' ', '-'),
    severityWord(one.severity, terminal),
    shownRef(one.root),
    plain(one.title) +
      (one.approval !== null && terminal.shown && one.state === 'awaiting approval' ? ` (${one.approval})` : ''),
    terminal.shown ? age(Date.parse(one.openedAt), nowMs) : rfc3339(Date.parse(one.updatedAt)),
  ]);
  return table(columns, rows, terminal.width);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
