// What the agent has learned as bytes, to be kept over a restart: tier one's records and the past of each series, versioned and with a checksum.
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { marksKept, type KeptMarks } from './marks.ts';

/** `basis` is the limit that shares refer to, so that one that was resized meanwhile re-bases them. */
export type LearnedSeries = { readonly id: string; readonly basis: number | null; readonly marks: KeptMarks };
export type Learned = {
  /** When it was kept, cluster time. */
  readonly atMs: number;
  readonly tierOne: Uint8Array;
  readonly series: readonly LearnedSeries[];
};

const magic = 0x4c41_4e4e;
const version = 1;
/** Magic, version, checksum and length of the header, four bytes each. */
const prefix = 16;
const marksBytes = 4 * marksKept;

const header = z.object({
  atMs: z.number(),
  tierOneBytes: z.number().int().min(0),
  series: z.array(
    z.object({
      id: z.string(),
      basis: z.number().nullable(),
      anchor: z.number(),
      newest: z.number().nullable(),
      changes: z.number(),
      texture: z.object({ range: z.number(), quantum: z.number() }).nullable(),
    }),
  ),
});

/** Little-endian; 9.5 kB for each series with a past, 256 bytes and its id for each of tier one. */
export function writeLearned({ atMs, tierOne, series }: Learned): Uint8Array {
  const head = Buffer.from(
    JSON.stringify({
      atMs,
      tierOneBytes: tierOne.byteLength,
      series: series.map(({ id, basis, marks: { anchor, newest, changes, texture } }) => ({
        id,
        basis,
        anchor,
        newest,
        changes,
        texture,
      })),
    }),
  );
  const bytes = new Uint8Array(prefix + head.byteLength + tierOne.byteLength + series.length * marksBytes);
  bytes.set(head, prefix);
  bytes.set(tierOne, prefix + head.byteLength);
  let at = prefix + head.byteLength + tierOne.byteLength;
  const view = new DataView(bytes.buffer);
  for (const { marks } of series)
    for (let slot = 0; slot < marksKept; slot += 1) {
      view.setFloat32(at, marks.offsets[slot] ?? Number.NaN, true);
      at += 4;
    }
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(12, head.byteLength, true);
  view.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

/** Whatever is not exactly what `writeLearned` wrote is refused with its reason. */
export function readLearned(bytes: Uint8Array): Learned | { readonly why: string } {
  if (bytes.byteLength < prefix) return { why: 'it is too short' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) return { why: 'it is no file of baselines' };
  if (view.getUint32(4, true) !== version) return { why: 'another version wrote it' };
  if (view.getUint32(8, true) !== crc32(bytes.subarray(12))) return { why: 'its checksum does not hold' };
  const headBytes = view.getUint32(12, true);
  const head = headerOf(bytes.subarray(prefix, prefix + headBytes));
  if (head === null) return { why: 'its header cannot be read' };
  const start = prefix + headBytes;
  const first = start + head.tierOneBytes;
  if (bytes.byteLength !== first + head.series.length * marksBytes) return { why: 'its length does not fit' };
  return {
    atMs: head.atMs,
    tierOne: bytes.slice(start, first),
    series: head.series.map(({ id, basis, ...rest }, place) => ({
      id,
      basis,
      marks: { ...rest, offsets: offsetsAt(view, first + place * marksBytes) },
    })),
  };
}

function headerOf(bytes: Uint8Array): z.infer<typeof header> | null {
  try {
    return header.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function offsetsAt(view: DataView, from: number): Float32Array {
  return Float32Array.from({ length: marksKept }, (_, slot) => view.getFloat32(from + 4 * slot, true));
}
