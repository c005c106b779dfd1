// `scan`: looks once at a cluster or a snapshot folder, changes nothing, and says what is wrong and what it could not see.
import { resolve } from 'node:path';
import { lookAtCluster, lookAtSnapshot } from '../look.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { shownRef } from '../model/target.ts';
import { parseDuration, rfc3339 } from './ages.ts';
import { isDocumentForm, listText } from './document.ts';
import { cannotSee, textOf } from './incidents.ts';
import { labelTest } from './labels.ts';
import { progressOf } from './progress.ts';
import { scanReport, worstOf, type Looked, type ScanReport, type ScanScope } from './scan-report.ts';
import { count, scanTable, scopeWords } from './scan-table.ts';
import { oneOf, usage, type Verb, type VerbContext } from './verb.ts';

const thresholds = ['none', 'info', 'warning', 'critical'] as const;
const sources = ['metrics', 'logs'] as const;
type Source = (typeof sources)[number];

export const scan: Verb<Readonly<Record<string, unknown>>> = async (context, options) => {
  const failOn = oneOf(textOf(options['failOn']) ?? 'none', thresholds, '--fail-on');
  const required = sourcesOf(textOf(options['require']));
  const scope = scopeOf(context);
  const from = textOf(options['from']);
  const look = await looked(context, from === undefined ? undefined : resolve(context.io.folder, from), required);
  const report = scanReport(look, scope);
  for (const source of required) refuseBlind(report, source);
  print(context, look, report);
  return failOn !== 'none' && thresholds.indexOf(worstOf(report)) >= thresholds.indexOf(failOn)
    ? exitCodes.no
    : exitCodes.done;
};

async function looked(context: VerbContext, folder: string | undefined, required: readonly Source[]): Promise<Looked> {
  // To require logs is to allow that they are read.
  const config = context.config(required.includes('logs') ? { readLogs: 'true' } : {});
  const progress = progressOf(context, 'scan');
  const options = { signal: context.signal, onProgress: (text: string) => progress.say(text) };
  progress.say(folder === undefined ? 'connecting' : `reading ${folder}`);
  try {
    return folder === undefined ? await lookAtCluster(config, options) : await lookAtSnapshot(folder, config, options);
  } finally {
    progress.end();
  }
}

function print(context: VerbContext, look: Looked, report: ScanReport): void {
  if (isDocumentForm(context.form)) {
    const metadata = {
      asOf: new Date(report.asOfMs).toISOString(),
      seq: null,
      cluster: look.clusterName,
      clusterId: look.clusterId,
      scope: report.scope,
      complete: report.blind.length === 0,
      warnings: report.blind.map((one) => ({ code: 'cannot-see', what: one.capability, cost: one.cost })),
      counts: { incidents: report.items.length, findings: report.findings, usual: report.usual },
    };
    context.out(listText(context.form, 'IncidentList', metadata, report.items));
    return;
  }
  if (context.form === 'name') {
    context.out(report.items.map((one) => `${shownRef(one.root)}\n`).join(''));
    return;
  }
  const where = scopeWords(report);
  context.note(`${look.clusterName} (${look.clusterId.slice(0, 6)}) · ${where} · leader ${look.leader}\n`);
  if (report.items.length === 0) context.out(`no incident in ${where} (as of ${rfc3339(report.asOfMs)})\n`);
  else context.out(`${scanTable(report, context.terminal, context.form === 'wide').join('\n')}\n`);
  context.note(
    `${count(report.items.length, 'incident')} from ${count(report.findings, 'finding')} · ${count(report.usual, 'sign')} held to be usual\n`,
  );
  for (const one of report.blind) context.note(cannotSee(one.capability, one.cost, context.terminal.width));
  if (report.items.length > 0)
    context.note('next: advisor run      (plans repairs; in mode suggest it changes nothing)\n');
}

function scopeOf(context: VerbContext): ScanScope {
  const { namespace, selector, since, allNamespaces } = context.flags;
  if (namespace !== undefined && allNamespaces === true)
    throw usage('--namespace and --all-namespaces exclude each other', 'one narrows what the other widens');
  const sinceMs = since === undefined ? undefined : parseDuration(since);
  if (sinceMs === null) throw usage(`--since does not take "${since}"`, 'it takes a duration such as 15m, 1h or 7d');
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(selector === undefined ? {} : { labels: labelTest(selector) }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
}

function sourcesOf(text: string | undefined): readonly Source[] {
  return (text ?? '')
    .split(',')
    .filter((one) => one !== '')
    .map((one) => oneOf(one.trim(), sources, '--require'));
}

function refuseBlind(report: ScanReport, source: Source): void {
  const lost = report.blind.find((one) => one.source === source);
  if (lost === undefined) return;
  throw new Failure({
    code: 'source-required',
    what: `${source} cannot be read, and --require names them`,
    why: `${lost.capability}, so ${lost.cost}`,
    next: `advisor doctor, or leave out --require ${source}`,
    exitCode: exitCodes.unreachable,
  });
}
