// Reads files of a snapshot folder: plain files of a bounded size, in the order of their names; links and devices are not followed.
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const largestFile = 512 * 1024 * 1024;

/** Names in a folder, sorted; empty when there is none. */
export async function namesIn(folder: string, which: 'files' | 'folders'): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((one) => (which === 'files' ? one.isFile() : one.isDirectory()))
      .map((one) => one.name)
      .toSorted();
  } catch {
    return [];
  }
}

/** The text of a file, or why there is none. */
export async function textOf(
  ...steps: readonly string[]
): Promise<{ readonly text: string } | { readonly unreadable: string }> {
  const path = join(...steps);
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { unreadable: 'it is no file' };
    if (found.size > largestFile) return { unreadable: 'it is larger than 512 MiB' };
    return { text: await readFile(path, 'utf8') };
  } catch {
    return { unreadable: 'it is absent or may not be read' };
  }
}
