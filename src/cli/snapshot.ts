// `snapshot`: writes what can be seen of a cluster to a folder that `scan --from` reads; Secrets are never asked for.
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { takeSnapshot } from '../capture.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { documentText, isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { progressOf } from './progress.ts';
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
  const progress = progressOf(context, 'snapshot');
  progress.say('connecting');
  const written = await takeSnapshot(context.config(), {
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
