// `detect`: runs tier one over CSV files and says which stretches stand out, or writes a score for every row.
import { join, resolve } from 'node:path';
import { wordsOf, type Stretch } from '../agents/anomaly/stream/stretches.ts';
import { detectIn, scorePaths, writeScores, type DetectedFile } from '../detect.ts';
import { exitCodes } from '../model/failure.ts';
import { writeOutput } from '../output-file.ts';
import { parseDuration } from './ages.ts';
import { isDocumentForm, listText } from './document.ts';
import { textOf } from './incidents.ts';
import { table } from './table.ts';
import { plain } from './terminal.ts';
import { usage, type GlobalFlags, type Verb, type VerbContext } from './verb.ts';

const columns = [
  { title: 'FROM (UTC)' },
  { title: 'FOR' },
  { title: 'VALUE' },
  { title: 'USUAL' },
  { title: 'E' },
  { title: 'WHY', cut: true },
  { title: 'FILE', cut: true },
] as const;
const shownAtMost = 20;
const narrow = 80;

/** Flags of every verb that mean nothing here: taken in silence they would seem to have narrowed the answer. */
const foreign = [
  'namespace',
  'allNamespaces',
  'selector',
  'context',
  'kubeconfig',
  'requestTimeout',
  'watch',
  'server',
  'tokenFile',
  'journal',
  'since',
  'wait',
] as const satisfies readonly (keyof GlobalFlags)[];

type Candidate = Stretch & { readonly file: string; readonly stepMs: number };

export const detect: Verb<Readonly<Record<string, unknown>>> = async (context, options, args) => {
  const [path = '.'] = args;
  refuseForeign(context.flags);
  const scores = textOf(options['scores']);
  const findings = textOf(options['findings']);
  const name = nameOf(textOf(options['name']) ?? 'advisor');
  const out =
    scores === undefined ? null : { given: join(scores, name), folder: resolve(context.io.folder, scores, name) };
  const files = await detectIn({
    path: resolve(context.io.folder, path),
    stepMs: stepOption(textOf(options['step']) ?? 'auto'),
    signal: context.signal,
    ...(out === null ? {} : { scores: out.folder }),
  });
  const paths = out === null ? [] : scorePaths(files, name);
  const candidates = files
    .flatMap((file) =>
      file.stretches.map((stretch): Candidate => ({ ...stretch, file: file.file, stepMs: file.stepMs })),
    )
    .toSorted((left, right) => right.surprise - left.surprise || left.fromMs - right.fromMs);
  print(context, files, candidates);
  if (findings !== undefined) {
    const next = 'name a file in a folder that exists with --findings';
    const lines = candidates.map((one) => `${JSON.stringify(findingOf(one))}\n`).join('');
    writeOutput({ path: resolve(context.io.folder, findings), given: findings, next }, lines);
  }
  if (out !== null) {
    writeScores(files, paths, out.folder, out.given);
    context.note(`scores of ${files.length} files are below ${out.given}\n`);
  }
  return exitCodes.done;
};

function print(context: VerbContext, files: readonly DetectedFile[], candidates: readonly Candidate[]): void {
  if (isDocumentForm(context.form)) {
    context.out(listText(context.form, 'CandidateList', { files: files.length }, candidates.map(findingOf)));
    return;
  }
  if (context.form === 'name') {
    context.out([...new Set(candidates.map((one) => one.file))].map((file) => `${plain(file)}\n`).join(''));
    return;
  }
  const limit = limitOf(context.flags.limit);
  const rows = candidates.slice(0, limit).map(rowOf);
  const points = files.reduce((sum, file) => sum + file.rows, 0);
  if (rows.length === 0) context.out(`nothing stands out in ${files.length} files, ${points} rows\n`);
  else context.out(`${table(columns, rows, Math.min(context.terminal.width, narrow)).join('\n')}\n`);
  if (candidates.length > rows.length)
    context.note(`${candidates.length - rows.length} more stand out less: --limit ${candidates.length}\n`);
  for (const file of files) {
    if (file.silent !== null) context.note(`${plain(file.file)}: nothing said, ${file.silent}\n`);
    if (file.dropped > 0)
      context.note(
        `${plain(file.file)}: ${file.dropped} rows left out, without a value that can be used or out of time order\n`,
      );
  }
  if (rows.length > 0)
    context.note('Candidates: rare against the past of the same series. Not tested, and no word on harm.\n');
}

function rowOf(one: Candidate): string[] {
  return [
    new Date(one.fromMs).toISOString().slice(0, 16).replace('T', ' '),
    lasting(one.toMs - one.fromMs + one.stepMs),
    String(besides(one.value, one, 3)),
    String(besides(one.usual, one, 3)),
    one.surprise.toFixed(1),
    wordsOf(one.channel),
    plain(one.file),
  ];
}

function findingOf(one: Candidate): Readonly<Record<string, unknown>> {
  return {
    file: one.file,
    from: new Date(one.fromMs).toISOString(),
    to: new Date(one.toMs).toISOString(),
    peak: new Date(one.peakMs).toISOString(),
    value: one.value,
    usual: besides(one.usual, one, 6),
    surprise: Number(one.surprise.toFixed(3)),
    channel: one.channel,
    rows: one.rows,
    confidence: 'candidate',
  };
}

function lasting(ms: number): string {
  if (ms < 60_000) return `${Math.round(ms / 1000)}s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes}m`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / 1440)}d`;
}

/**
 * As many digits as tell value and usual apart: so many of their difference. Digits of each alone would hide a move at a large
 * offset, and make much of a usual that is next to nothing.
 */
function besides(number: number, { value, usual }: Stretch, digits: number): number {
  const apart = Math.abs(value - usual);
  const quantum = 10 ** (Math.floor(Math.log10(apart)) - digits + 1);
  const rounded = Number((Math.round(number / quantum) * quantum).toPrecision(15));
  return Number.isFinite(rounded) ? rounded : Number(number.toPrecision(digits));
}

function refuseForeign(flags: GlobalFlags): void {
  const flag = foreign.find((one) => flags[one] !== undefined);
  if (flag === undefined) return;
  const typed = flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`detect does not take --${typed}`, 'it reads files and no cluster', 'advisor help detect');
}

function stepOption(text: string): number | null {
  if (text === 'auto') return null;
  const ms = parseDuration(text);
  if (ms === null || ms <= 0) throw usage(`--step does not take "${text}"`, 'it takes auto or a duration such as 1m');
  return ms;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return shownAtMost;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`--limit does not take "${text}"`, 'it takes a number from 1');
}

/** Part of a path that is written, so a plain word. */
function nameOf(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(text)) return text;
  throw usage(`--name does not take "${text}"`, 'it takes letters, digits, - and _');
}
