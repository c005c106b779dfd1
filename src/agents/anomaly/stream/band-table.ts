// Which row of the hour bands each profile has; rows of profiles that nobody used for a day are taken again before the table grows.
import { bandWrittenMs, clearBand, createBands, openBands, type Bands } from './bands.ts';
import type { Bytes } from './layout.ts';
import { dayMs } from './parameters.ts';

export type BandTable = {
  /** The row of a profile, made if it is new. */
  rowOf(profile: string, nowMs: number): number;
  release(row: number): void;
  readonly rows: () => number;
  readonly names: () => readonly (string | null)[];
  readonly bands: () => Bands;
  readonly buffer: () => Bytes;
  /** Replaces all: names by row, users of each by the calls of `rowOf` that follow. */
  load(names: readonly (string | null)[], bytes: Uint8Array): void;
};

const firstRows = 64;

export function createBandTable(shared: boolean): BandTable {
  let names: (string | null)[] = [];
  let users: number[] = [];
  let rowByName = new Map<string, number>();
  let buffer = createBands(firstRows, shared);
  let bands = openBands(buffer);

  const grow = (rows: number): void => {
    const larger = createBands(Math.max(rows, 2 * bands.capacity), shared);
    new Uint8Array(larger).set(new Uint8Array(buffer));
    buffer = larger;
    bands = openBands(larger);
  };
  const sweep = (nowMs: number): number | undefined => {
    for (const [row, name] of names.entries()) {
      if (name === null || users[row] !== 0 || nowMs - bandWrittenMs(bands, row) < dayMs) continue;
      rowByName.delete(name);
      clearBand(bands, row);
      names[row] = null;
    }
    const row = names.indexOf(null);
    return row === -1 ? undefined : row;
  };

  return {
    rowOf: (profile, nowMs) => {
      const known = rowByName.get(profile);
      if (known !== undefined) {
        users[known] = (users[known] ?? 0) + 1;
        return known;
      }
      const isFull = names.length === bands.capacity;
      const row = (isFull ? sweep(nowMs) : undefined) ?? names.length;
      if (row === bands.capacity) grow(row + 1);
      names[row] = profile;
      users[row] = 1;
      rowByName.set(profile, row);
      return row;
    },
    release: (row) => {
      users[row] = Math.max(0, (users[row] ?? 0) - 1);
    },
    rows: () => names.length,
    names: () => names,
    bands: () => bands,
    buffer: () => buffer,
    load: (loaded, bytes) => {
      names = [...loaded];
      users = names.map(() => 0);
      rowByName = new Map(names.flatMap((name, row) => (name === null ? [] : [[name, row] as const])));
      buffer = createBands(Math.max(firstRows, names.length), shared);
      new Uint8Array(buffer).set(bytes);
      bands = openBands(buffer);
    },
  };
}
