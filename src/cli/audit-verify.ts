// `audit verify`: proves that no event of a journal was changed, dropped, moved or inserted, and names the first that does not follow.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure } from '../model/failure.ts';
import { verifyJournalFile } from '../store/journal-reader.ts';
import { documentText, isDocumentForm } from './document.ts';
import { journalFiles } from './places.ts';
import { textOf } from './incidents.ts';
import { usage, type Verb, type VerbContext } from './verb.ts';

export const auditVerify: Verb<{ readonly from?: unknown }> = async (context, options) => {
  const path = fileToVerify(context, textOf(options.from) ?? context.flags.journal);
  const report = await verifyJournalFile(path);
  if (isDocumentForm(context.form))
    context.out(documentText(context.form, 'AuditReport', {}, { data: { file: path, ...report } }));
  else context.out(`${report.sentence}\n`);
  return report.intact ? exitCodes.done : exitCodes.no;
};

/** The named file, or the only journal below the state folder. */
function fileToVerify(context: VerbContext, named: string | undefined): string {
  if (named !== undefined) {
    const path = existsSync(join(named, 'journal.sqlite')) ? join(named, 'journal.sqlite') : named;
    if (existsSync(path)) return path;
    throw new Failure({
      code: 'no-journal',
      what: `there is no journal at ${named}`,
      why: 'the file does not exist',
      next: 'name a journal file or an exported copy with --from',
      exitCode: exitCodes.usage,
    });
  }
  const found = journalFiles(context.config());
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined)
    throw new Failure({
      code: 'no-journal',
      what: 'there is no journal on this machine',
      why: 'no advisor has run here yet',
      next: 'advisor demo writes one; or name a file with --from',
      exitCode: exitCodes.usage,
    });
  throw usage(`there are ${found.length} journals`, found.map((path) => path).join(', '), 'name one with --from');
}
