// `snapshot`: writes what can be seen of a cluster to a folder that `scan --from` reads; Secrets are never asked for.
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { takeSnapshot } from '../capture.ts';
import { placeOf } from '../cluster/resources.ts';
import type { Config } from '../config/config.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { documentText, isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { progressOf } from './progress.ts';
import { reachCluster } from './reach.ts';
import { plain } from './terminal.ts';
import { oneOf, usage, type Verb } from './verb.ts';

const logForms = ['none', 'tail', 'whole'] as const;

export const snapshot: Verb<{ readonly out?: unknown; readonly logs?: unknown }> = async (context, options) => {
  const given = textOf(options.out);
  if (given === undefined)
    throw usage('a snapshot needs a folder', '--out names the folder to write', 'advisor snapshot --out DIR');
  const logs = oneOf(textOf(options.logs) ?? 'none', logForms, '--logs');
  const out = resolve(context.io.folder, given);
  refuseFull(out, given);
  const { namespace } = context.flags;
  const config = context.config();
  if (namespace !== undefined) await refuseUnknown(config, namespace, context.signal);
  const progress = progressOf(context, 'snapshot');
  progress.say('connecting');
  const written = await takeSnapshot(config, {
    out,
    logs,
    ...(namespace === undefined ? {} : { namespace }),
    signal: context.signal,
    onProgress: (text) => progress.say(text),
  }).finally(() => progress.end());
  if (isDocumentForm(context.form)) {
    const { missing, ...counts } = written;
    const warnings = missing.map((what) => ({ code: 'cannot-see', what, cost: 'not recorded' }));
    const metadata = { complete: missing.length === 0, warnings };
    context.out(documentText(context.form, 'Snapshot', metadata, { data: { folder: out, logs, ...counts } }));
  } else if (context.form === 'name') context.out(`${out}\n`);
  else
    context.out(
      `${out}: ${written.objects.toLocaleString('en')} objects in ${written.files.toLocaleString('en')} files, no Secrets\n`,
    );
  for (const one of written.missing) context.note(`not recorded: ${plain(one)}\n`);
  if (!isDocumentForm(context.form)) context.note(`next: advisor scan --from ${given}\n`);
  return exitCodes.done;
};

/** A namespace that is not there would give an empty folder; one that may not be asked for is tried. */
async function refuseUnknown(config: Config, namespace: string, signal: AbortSignal): Promise<void> {
  const { reader, connection } = await reachCluster(config);
  try {
    const found = await reader.get({ resource: placeOf('Namespace'), namespace: '', name: namespace }, signal);
    if (found !== null) return;
  } catch (error) {
    if (error instanceof Failure && error.problem.code === 'forbidden') return;
    throw error;
  } finally {
    await connection.close();
  }
  throw usage(
    `there is no namespace "${namespace}"`,
    `${connection.name} answers that it does not exist`,
    'name another one, or leave out --namespace',
  );
}

/** What lies in the folder already would be read as part of the snapshot. */
function refuseFull(folder: string, given: string): void {
  if (!existsSync(folder)) return;
  let isEmpty = false;
  try {
    isEmpty = readdirSync(folder).length === 0;
  } catch {
    throw notTaken(given, 'it is a file, or a folder that may not be read');
  }
  if (!isEmpty) throw notTaken(given, 'it is not empty, and what lies in it would be taken for a part of the snapshot');
}

function notTaken(folder: string, why: string): Failure {
  return new Failure({
    code: 'folder-taken',
    what: `the snapshot is not written to ${folder}`,
    why,
    next: 'name a new or an empty folder with --out',
    exitCode: exitCodes.usage,
  });
}
