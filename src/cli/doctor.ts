// `doctor`: each right is asked for by itself, each source is read once; says what is missing, what that costs and how it is had.
import { exitCodes } from '../model/failure.ts';
import { modes } from '../model/mode.ts';
import { isLacking, type DoctorItem, type ItemState } from './doctor/item.ts';
import { examine, type Examination } from './doctor/examine.ts';
import { rightText } from './doctor/rights.ts';
import { rulesYaml } from './doctor/rules-yaml.ts';
import { documentText, isDocumentForm, type DocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { progressOf } from './progress.ts';
import { reachCluster } from './reach.ts';
import { table, wrap } from './table.ts';
import { paint, plain, type Paint, type Terminal } from './terminal.ts';
import { oneOf, type Verb, type VerbContext } from './verb.ts';

export const doctor: Verb<{ readonly rbac?: unknown; readonly mode?: unknown }> = async (context, options) => {
  const given = textOf(options.mode);
  const mode = given === undefined ? undefined : oneOf(given, modes, '--mode');
  const config = context.config(mode === undefined ? {} : { mode });
  const startedAt = context.clock.monotonic();
  const progress = progressOf(context, 'doctor');
  const reached = await reachCluster(config);
  try {
    const found = await examine(reached, config, context.clock, context.signal, (text) => progress.say(text));
    progress.end();
    const tookMs = context.clock.monotonic() - startedAt;
    if (options.rbac === true) context.out(rulesYaml(found.missing, found.you));
    else if (isDocumentForm(context.form))
      context.out(reportText(context.form, found, config.mode, context.clock.now()));
    else {
      context.note(`${header(found, config.mode)} · ${(tookMs / 1000).toFixed(1)} s\n`);
      printItems(context, found.items);
    }
    if (!isDocumentForm(context.form)) context.note(summary(found, config.mode, context.terminal.width));
    return found.items.some(isLacking) ? exitCodes.no : exitCodes.done;
  } finally {
    progress.end();
    await reached.connection.close();
  }
};

function header(found: Examination, mode: string): string {
  const id = found.clusterId === null ? '' : ` (${found.clusterId.slice(0, 6)})`;
  const groups = found.you?.groups.filter((one) => !one.startsWith('system:')) ?? [];
  const you =
    found.you === null
      ? 'the server cannot say who you are'
      : `you are ${plain(found.you.user)}${groups.length === 0 ? '' : ` (${plain(groups.join(', '))})`}`;
  return `${found.cluster}${id} · server ${found.version} · ${you} · mode ${mode}`;
}

function printItems(context: VerbContext, items: readonly DoctorItem[]): void {
  const { terminal, form } = context;
  if (form === 'name')
    context.out(
      items
        .filter(isLacking)
        .map((one) => `${one.id}\n`)
        .join(''),
    );
  else if (terminal.shown) context.out(`${items.flatMap((one) => linesOf(one, terminal)).join('\n')}\n`);
  else {
    const columns = ['STATE', 'CAPABILITY', 'FOUND', 'COSTS', 'FIX'].map((title) => ({ title }));
    const rows = items.map((one) => [one.state, one.capability, plain(one.found), one.costs ?? '-', one.fix ?? '-']);
    context.out(`${table(columns, rows, terminal.width).join('\n')}\n`);
  }
}

const colors: Readonly<Record<ItemState, Paint>> = {
  ok: 'green',
  missing: 'red',
  failed: 'red',
  unknown: 'yellow',
  off: 'dim',
};
const stateWidth = 9;
const nameWidth = 26;

function linesOf(one: DoctorItem, terminal: Terminal): string[] {
  const left = paint(terminal, colors[one.state], one.state) + ' '.repeat(stateWidth - one.state.length);
  const indent = ' '.repeat(stateWidth);
  const [first = '', ...more] = wrap(plain(one.found), terminal.width - stateWidth - nameWidth);
  return [
    `${left}${one.capability.padEnd(nameWidth)}${first}`,
    ...more.map((line) => `${indent}${' '.repeat(nameWidth)}${line}`),
    ...(one.costs === null
      ? []
      : wrap(`costs: ${one.costs}`, terminal.width - stateWidth).map((line) => indent + line)),
    ...(one.fix === null || (one.state === 'missing' && one.fix.endsWith('--rbac'))
      ? []
      : [`${indent}fix:   ${one.fix}`]),
  ];
}

function summary(found: Examination, mode: string, width: number): string {
  const lacking = found.items.filter(isLacking);
  const rights = found.missing.length;
  const next = rights === 0 ? '' : 'next: advisor doctor --rbac > rights.yaml\n';
  if (lacking.length === 0 && rights === 0) return `mode ${mode} has all that it needs\n`;
  const needs =
    lacking.length === 0
      ? `mode ${mode} has all that it needs`
      : `mode ${mode} lacks ${lacking.map((one) => one.capability).join(', ')}`;
  return `${wrap(`${needs} · ${rights} of ${found.rights} rights missing`, width, '  ').join('\n')}\n${next}`;
}

function reportText(form: DocumentForm, found: Examination, mode: string, nowMs: number): string {
  const unknown = found.items.filter((one) => one.state === 'unknown');
  const metadata = {
    asOf: new Date(nowMs).toISOString(),
    seq: null,
    cluster: found.cluster,
    clusterId: found.clusterId,
    server: found.version,
    mode,
    complete: unknown.length === 0,
    warnings: unknown.map((one) => ({ code: 'not-known', what: one.capability, cost: one.costs ?? '' })),
  };
  const missing = found.missing.map((one) => rightText(one.right, one.namespaces));
  return documentText(form, 'DoctorReport', metadata, { you: found.you, missing, items: found.items });
}
