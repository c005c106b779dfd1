// Runs tier one over files of `timestamp,value`: finds them, scores every row and writes what was asked for. Reads no labels.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { scoreOf } from './agents/anomaly/stream/habituation.ts';
import { scoreSeries, stepOf, type OfflineRow } from './agents/anomaly/stream/offline.ts';
import { largestValue, scaleSamples, tailSamples } from './agents/anomaly/stream/parameters.ts';
import { stretchesOf, type Stretch } from './agents/anomaly/stream/stretches.ts';
import { readSeriesCsv, type CsvRow } from './detect-csv.ts';
import { exitCodes, Failure } from './model/failure.ts';
import { writeOutput } from './output-file.ts';

export type DetectedFile = {
  /** Relative to what was asked for. */
  readonly file: string;
  /** The folder that its scores go to, relative to the detector's. */
  readonly folder: string;
  readonly rows: number;
  readonly stepMs: number;
  /** Rows left out: no value, one beyond 1e30, a time that came before, or longer ago than the row before. */
  readonly dropped: number;
  /** Why nothing could be said of the file; null when something could. */
  readonly silent: string | null;
  readonly stretches: readonly Stretch[];
  /** By row of the file, E after habituation. */
  readonly shown: Float64Array;
  readonly source: readonly CsvRow[];
};

/** Scores one file. `stepMs` null: the median time between its rows. */
export function detectFile(text: string, file: string, folder: string, stepMs: number | null): DetectedFile {
  const source = readSeriesCsv(text, file);
  const kept = inTimeOrder(source);
  const points = kept.map((index) => ({ atMs: source[index]?.atMs ?? 0, value: source[index]?.value ?? Number.NaN }));
  const step = stepMs ?? stepOf(points);
  const scored: OfflineRow[] = step > 0 ? scoreSeries(points, step) : [];
  const shown = new Float64Array(source.length);
  for (const [at, row] of scored.entries()) shown[kept[at] ?? 0] = row.shown;
  const least = scaleSamples + tailSamples;
  const stretches = stretchesOf(scored, step);
  return {
    file,
    folder,
    rows: source.length,
    stepMs: step,
    dropped: source.length - kept.length,
    silent:
      kept.length <= least && stretches.length === 0
        ? `${kept.length} values; the first ${least} only teach what is usual`
        : null,
    stretches,
    shown,
    source,
  };
}

/** A file in the form that the scorer of the Numenta Anomaly Benchmark reads. */
export function scoreFile({ source, shown }: Pick<DetectedFile, 'source' | 'shown'>): string {
  const rows = source.map((row, index) => `${row.timestamp},${row.text},${scoreOf(shown[index] ?? 0).toFixed(9)}\n`);
  return `timestamp,value,anomaly_score\n${rows.join('')}`;
}

export type DetectOptions = {
  /** A CSV file or a folder of them. */
  readonly path: string;
  readonly stepMs: number | null;
  /** Folder of scores that an earlier run wrote: not read. */
  readonly scores?: string;
  readonly signal: AbortSignal;
};

/** Detects in every file below a path, in the order of their names. */
export async function detectIn({ path, stepMs, scores, signal }: DetectOptions): Promise<DetectedFile[]> {
  const found: DetectedFile[] = [];
  for (const one of await filesBelow(path, scores ?? null)) {
    signal.throwIfAborted();
    found.push(detectFile(await readFile(one.path, 'utf8'), one.file, one.folder, stepMs));
  }
  return found;
}

/**
 * Where below the detector's folder each score file goes, in the order of the files. Throws `Failure` when two of them would
 * be one, as `same/a.csv` and `same/same/a.csv` are: files at the top go to a folder with the name of theirs.
 */
export function scorePaths(files: readonly DetectedFile[], name: string): string[] {
  const taken = new Map<string, string>();
  return files.map(({ file, folder }) => {
    const path = join(folder, `${name}_${basename(file)}`);
    const other = taken.get(path);
    if (other !== undefined) throw oneScoreFile(other, file, path);
    taken.set(path, file);
    return path;
  });
}

/** Writes the scores of each file to its path below `folder`, which `given` names. */
export function writeScores(
  files: readonly DetectedFile[],
  paths: readonly string[],
  folder: string,
  given: string,
): void {
  const next = 'name a folder that can be made or written to with --scores';
  for (const [index, file] of files.entries()) {
    const path = paths[index] ?? '';
    writeOutput({ path: join(folder, path), given: join(given, path), next, withFolders: true }, scoreFile(file));
  }
}

type SourceFile = { readonly path: string; readonly file: string; readonly folder: string };

async function filesBelow(path: string, out: string | null): Promise<SourceFile[]> {
  const whole = resolve(path);
  const about = await stat(whole).catch(() => null);
  if (about === null) throw nothingAt(path, 'there is no such file or folder');
  if (!about.isDirectory()) return [{ path: whole, file: basename(whole), folder: basename(dirname(whole)) }];
  const entries = await readdir(whole, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => out === null || relative(resolve(out), file).startsWith('..'))
    .toSorted()
    .map((file) => {
      const within = relative(whole, file);
      return { path: file, file: within, folder: dirname(within) === '.' ? basename(whole) : dirname(within) };
    });
  if (files.length === 0) throw nothingAt(path, 'no file in it ends in .csv');
  return files;
}

/**
 * Rows that carry a value which the kernel takes and are newer than the one before; of two at one time the first. A file whose
 * every row is older than the one before is read from its end.
 */
function inTimeOrder(rows: readonly CsvRow[]): number[] {
  const order = isNewestFirst(rows) ? [...rows.keys()].toReversed() : [...rows.keys()];
  let newest = Number.NEGATIVE_INFINITY;
  return order.filter((index) => {
    const { atMs, value } = rows[index] ?? { atMs: newest, value: Number.NaN };
    if (!(Math.abs(value) <= largestValue) || atMs <= newest) return false;
    newest = atMs;
    return true;
  });
}

function isNewestFirst(rows: readonly CsvRow[]): boolean {
  return rows.length > 1 && rows.every(({ atMs }, index) => atMs < (rows[index - 1]?.atMs ?? Number.POSITIVE_INFINITY));
}

function nothingAt(path: string, why: string): Failure {
  return new Failure({
    code: 'no-series',
    what: `there is nothing to detect in at ${path}`,
    why,
    next: 'name a CSV file of timestamp,value or a folder of them',
    exitCode: exitCodes.usage,
  });
}

function oneScoreFile(left: string, right: string, path: string): Failure {
  return new Failure({
    code: 'scores-collide',
    what: `the scores of ${left} and ${right} would be one file`,
    why: `both go to ${path}`,
    next: 'name the folder above, or give one of the two files another name',
    exitCode: exitCodes.usage,
  });
}
