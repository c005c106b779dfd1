// Keeps what tier one has learned in a file beside the journal, so that a restart loses nothing; what cannot be kept or read
// is told in words, because a lost baseline costs a warm-up and never the run.
import { open, rename, rm, stat, mkdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

type Kept = { readonly kept: true; readonly bytes: number } | { readonly kept: false; readonly why: string };

export type BaselineStore = {
  /** Replaces what was kept, whole or not at all, a piece at a time so that nothing else has to stand still. Calls wait for each other. */
  keep(pieces: Iterable<Uint8Array>): Promise<Kept>;
  /** What was kept last, or why there is nothing. */
  read(): Promise<Uint8Array | { readonly missing: string }>;
};

export type BaselineOptions = {
  /** The data folder; made when absent, readable by its owner alone. */
  readonly folder: string;
  /** Larger baselines are neither written nor read. */
  readonly mostBytes?: number;
};

/** 15 kB for each of the 40,000 signals whose past is held, 3 kB for each of a million others. */
const mostKept = 4 * 2 ** 30;
/** One read of a file takes no more than 2 GiB. */
const largestRead = 2 ** 30;

/** Whoever learns baselines: takes the bytes, or says why not and stays as it was. */
export type RestoreBaselines = (
  bytes: Uint8Array,
) => { readonly restored: true } | { readonly restored: false; readonly why: string };

export const baselineFile = 'baselines.bin';
const mib = 2 ** 20;

export function createBaselineStore({ folder, mostBytes = mostKept }: BaselineOptions): BaselineStore {
  const path = join(folder, baselineFile);
  const part = `${path}.part`;
  let last: Promise<unknown> = Promise.resolve();

  const keep = async (pieces: Iterable<Uint8Array>): Promise<Kept> => {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const bytes = await writeDurably(part, pieces, mostBytes);
      if (bytes === null) {
        await rm(part, { force: true });
        return { kept: false, why: `baselines are larger than the ${inMib(mostBytes)} kept` };
      }
      await rename(part, path);
      await syncFolder(folder);
      return { kept: true, bytes };
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      return { kept: false, why: `baselines cannot be written to ${path}: ${textOf(error)}` };
    }
  };

  return {
    async keep(pieces) {
      const mine = last.then(async () => await keep(pieces));
      last = mine;
      return await mine;
    },
    async read() {
      try {
        const found = await stat(path);
        if (!found.isFile()) return { missing: `${path} is no file` };
        if (found.size > mostBytes)
          return { missing: `${path} has ${inMib(found.size)}, more than the ${inMib(mostBytes)} read` };
        return await readWhole(path, found.size);
      } catch (error) {
        return { missing: isAbsent(error) ? 'nothing was kept yet' : `${path} cannot be read: ${textOf(error)}` };
      }
    },
  };
}

/** Gives back what was kept, and says in a sentence for the log what came of it. Never rejects. */
export async function restoreBaselines(store: BaselineStore, restore: RestoreBaselines): Promise<string> {
  const found = await store.read();
  if ('missing' in found) return `no baselines (${found.missing}): warms up`;
  try {
    const answer = restore(found);
    return answer.restored
      ? `baselines restored from ${inMib(found.byteLength)}`
      : `the baselines are damaged (${answer.why}): warms up again`;
  } catch (error) {
    return `the baselines are damaged (${textOf(error)}): warms up again`;
  }
}

/** How many bytes it wrote; null when they became more than `most`. */
async function writeDurably(path: string, pieces: Iterable<Uint8Array>, most: number): Promise<number | null> {
  const file = await open(path, 'w', 0o600);
  try {
    // A file that was left there keeps its own permissions.
    await file.chmod(0o600);
    let written = 0;
    for (const piece of pieces) {
      written += piece.byteLength;
      if (written > most) return null;
      await file.writeFile(piece);
      // Writes that end together would make piece after piece in one turn of the loop.
      await nextTurn();
    }
    await file.sync();
    return written;
  } finally {
    await file.close();
  }
}

/** Makes the rename itself durable; file systems that cannot sync a folder do so on their own. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** At most `size` bytes, so that a file that grows meanwhile is not read beyond the bound. */
async function readWhole(path: string, size: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    return await fill(file, new Uint8Array(size));
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, bytes: Uint8Array): Promise<Uint8Array> {
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, Math.min(largestRead, bytes.length - at), at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function inMib(bytes: number): string {
  return `${(bytes / mib).toFixed(1)} MiB`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
