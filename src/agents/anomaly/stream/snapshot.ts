// Tier one as bytes: what a restart needs to go on as if it had never stopped, with a checksum that refuses what is damaged.
// Layout, little-endian: magic, version, CRC-32 of the rest, four lengths, then roster (JSON), records, bands and warm-up rows.
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { bytesPerBand } from './bands.ts';
import { bytesPerSeries } from './layout.ts';

const magic = 0x4b_4e_41_31;
/** Goes up with every change of the record, of the bands or of what a number in them means. */
const version = 2;
const headerBytes = 32;
const lengths = 4;

const seriesSchema = z.object({
  id: z.string(),
  direction: z.enum(['both', 'up', 'down']),
  stepMs: z.number().positive(),
  deltaMin: z.number().nonnegative(),
  profile: z.string(),
});
const rosterSchema = z.object({
  /** The newest cycle. */
  nowMs: z.number().nullable(),
  series: z.array(seriesSchema.nullable()),
  profiles: z.array(z.string().nullable()),
});
type Roster = z.infer<typeof rosterSchema>;
type ReadonlyRoster = { readonly [Key in keyof Roster]: Readonly<Roster[Key]> };

export type SnapshotParts = {
  readonly roster: ReadonlyRoster;
  readonly records: readonly Uint8Array[];
  readonly bands: Uint8Array;
  /** Warm-up rows in the order of their slots. */
  readonly warm: readonly Uint8Array[];
};
export type SnapshotRead =
  | {
      readonly ok: true;
      readonly roster: Roster;
      readonly records: Uint8Array;
      readonly bands: Uint8Array;
      readonly warm: Uint8Array;
    }
  | { readonly ok: false; readonly why: string };

export function writeSnapshot({ roster, records, bands, warm }: SnapshotParts): Uint8Array {
  const named = new TextEncoder().encode(JSON.stringify(roster));
  const parts = [[named], records, [bands], warm];
  const sizes = parts.map((group) => group.reduce((sum, one) => sum + one.byteLength, 0));
  const bytes = new Uint8Array(headerBytes + sizes.reduce((sum, one) => sum + one, 0));
  let at = headerBytes;
  for (const one of parts.flat()) {
    bytes.set(one, at);
    at += one.byteLength;
  }
  const header = new DataView(bytes.buffer);
  header.setUint32(0, magic, true);
  header.setUint32(4, version | (isLittleEndian() ? 0 : 0x8000_0000), true);
  for (const [index, size] of sizes.entries()) header.setUint32(12 + 4 * index, size, true);
  header.setUint32(8, crc32(bytes.subarray(12)), true);
  return bytes;
}

export function readSnapshot(bytes: Uint8Array): SnapshotRead {
  if (bytes.byteLength < headerBytes) return { ok: false, why: `it has ${bytes.byteLength} bytes, less than its head` };
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (header.getUint32(0, true) !== magic) return { ok: false, why: 'it is not a snapshot of tier one' };
  const written = header.getUint32(4, true);
  if ((written & 0x7fff_ffff) !== version)
    return { ok: false, why: `it has version ${written & 0x7fff_ffff}, this program reads ${version}` };
  if ((written >>> 31 === 0) !== isLittleEndian())
    return { ok: false, why: 'it was written on a machine of the other byte order' };
  if (header.getUint32(8, true) !== crc32(bytes.subarray(12))) return { ok: false, why: 'its checksum does not match' };
  const sizes = Array.from({ length: lengths }, (_, index) => header.getUint32(12 + 4 * index, true));
  const ends = sizes.map((_, index) => headerBytes + sizes.slice(0, index + 1).reduce((sum, one) => sum + one, 0));
  const part = (index: number): Uint8Array => bytes.subarray(ends[index - 1] ?? headerBytes, ends[index]);
  if (ends.at(-1) !== bytes.byteLength) return { ok: false, why: 'its parts do not add up to its size' };
  const roster = rosterSchema.safeParse(parsed(part(0)));
  if (!roster.success) return { ok: false, why: 'its list of series cannot be read' };
  if (
    part(1).byteLength !== roster.data.series.length * bytesPerSeries ||
    part(2).byteLength !== roster.data.profiles.length * bytesPerBand
  )
    return { ok: false, why: 'its records do not match its list of series' };
  return { ok: true, roster: roster.data, records: part(1), bands: part(2), warm: part(3) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
}
