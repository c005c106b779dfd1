// Writes a snapshot folder: what the product has read of a cluster and nothing more, so that others can look at the same picture.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from '../../model/failure.ts';
import type { SeriesKey } from '../../model/signal.ts';
import type { LogPlace } from '../evidence-reader.ts';
import { type ObjectsByKind, placeOf, viewKinds } from '../resources.ts';
import { type Manifest, manifestFile, manifestText } from './manifest.ts';
import { logPath, objectsPath, seriesPath } from './places.ts';
import { type SeriesPoint, seriesText } from './series-file.ts';

export type SnapshotLog = { readonly of: LogPlace; readonly lines: readonly string[] };
export type SnapshotSeries = {
  readonly key: SeriesKey;
  readonly unit: string;
  readonly points: readonly SeriesPoint[];
};

export type SnapshotContent = {
  readonly manifest: Manifest;
  readonly objects: ObjectsByKind;
  /** Read one after the other, so that logs of a large cluster are never all in memory. */
  readonly logs: AsyncIterable<SnapshotLog> | Iterable<SnapshotLog>;
  readonly series: Iterable<SnapshotSeries>;
};

/** Files written, snapshot.json last: a folder without it is not whole. Rejects with a Failure (exit 2) when the folder holds something or cannot be written. */
export async function writeSnapshot(folder: string, content: SnapshotContent): Promise<{ readonly files: number }> {
  await requireEmpty(folder);
  const seen = new Set<string>();
  const write = async (steps: readonly string[], text: string): Promise<void> => {
    const path = join(folder, ...steps);
    // A bare pod is its own workload: one series of it is enough.
    if (seen.has(path)) return;
    seen.add(path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  };
  try {
    for (const kind of viewKinds) {
      const listed = [...content.objects[kind].values()];
      if (listed.length === 0 && !content.manifest.complete.has(kind)) continue;
      const { group, version } = placeOf(kind);
      const apiVersion = group === '' ? version : `${group}/${version}`;
      const items = listed.map((one) => ({ apiVersion, kind, ...one }));
      await write(objectsPath(kind), `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 1)}\n`);
    }
    for await (const { of, lines } of content.logs) await write(logPath(of), lines.map((line) => `${line}\n`).join(''));
    for (const { key, unit, points } of content.series) await write(seriesPath(key), seriesText(unit, points));
    await write([manifestFile], manifestText(content.manifest));
  } catch (error) {
    throw isFileError(error) ? unwritable(folder, error) : error;
  }
  return { files: seen.size };
}

async function requireEmpty(folder: string): Promise<void> {
  try {
    const held = await readdir(folder);
    if (held.length === 0) return;
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return;
    throw isFileError(error) ? unwritable(folder, error) : error;
  }
  throw new Failure({
    code: 'folder-not-empty',
    what: `the folder ${folder} is not empty`,
    why: 'a snapshot is never mixed with other files',
    next: 'name a folder that does not exist: advisor snapshot --out DIR',
    exitCode: exitCodes.usage,
  });
}

function unwritable(folder: string, error: NodeJS.ErrnoException): Failure {
  return new Failure(
    {
      code: 'folder-unwritable',
      what: `the snapshot folder ${folder} cannot be written`,
      why: `the file system says ${error.code ?? 'no'}`,
      next: 'name another folder: advisor snapshot --out DIR',
      exitCode: exitCodes.usage,
    },
    { cause: error },
  );
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
