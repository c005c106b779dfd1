// What the agent has learned as bytes, to be kept over a restart: tier one's records, the past and the newest cycles of each series, and
// what lanes keep for themselves. It comes in pieces, so that nobody has to hold or make it at once; each has a checksum.
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { marksKept, type KeptMarks } from './marks.ts';
import { weekendValues } from './weekends.ts';
import { keptRecent, type KeptRecent } from './recent.ts';

/** Without it a level that was held back would come back as the usual out of the past of a source. */
export type KeptEra = {
  /** The rollout whose level was taken in. */
  readonly adoptedMs: number | null;
  /** `waiting` is slot and value of what waits, one after the other; the slot is doubled, and odd where the value lies apart. */
  readonly trial: { readonly rolloutMs: number; readonly waiting: Float64Array } | null;
};

export type LearnedSeries = {
  readonly id: string;
  /** The limit that shares refer to, so that one that was resized meanwhile re-bases them. */
  readonly basis: number | null;
  readonly marks: KeptMarks;
  /** Of ready replicas, the past beside the wanted ones; null for others. */
  readonly besideWanted: KeptMarks | null;
  readonly recent: KeptRecent;
  /** Live samples, oldest first: time, value, time, value, … */
  readonly live: Float64Array;
  readonly era: KeptEra;
};
export type Learned = {
  /** The newest cycle, cluster time. */
  readonly atMs: number;
  /** Objects that were written to, and when. */
  readonly writes: readonly (readonly [key: string, atMs: number])[];
  readonly tierOne: Uint8Array;
  readonly series: Iterable<LearnedSeries>;
  /** What each lane keeps, by its name, in pieces of its own. */
  readonly lanes: ReadonlyMap<string, Iterable<Uint8Array>>;
};
type LearnedBack = Omit<Learned, 'series' | 'lanes'> & {
  readonly series: readonly LearnedSeries[];
  readonly lanes: ReadonlyMap<string, readonly Uint8Array[]>;
};

const magic = 0x4c41_4e4e;
const version = 3;
const startBytes = 8;
/** Kind, length and checksum of each piece, four bytes each. */
const pieceHead = 12;
const kinds = { head: 1, tierOne: 2, series: 3, lane: 4, end: 5 } as const;
/** About 800 kB a piece. */
const seriesOfPiece = 64;
const largestPart = 2 ** 20;
const marksBytes = 4 * marksKept;
const weekendBytes = 4 * weekendValues;

const head = z.object({ atMs: z.number(), writes: z.array(z.tuple([z.string(), z.number()])) });
const laneHead = z.object({ name: z.string() });
const end = z.object({ series: z.number(), tierOneBytes: z.number(), lanePieces: z.number() });
const marksHead = z.object({
  anchor: z.number(),
  newest: z.number().nullable(),
  changes: z.number(),
  texture: z.object({ range: z.number(), quantum: z.number() }).nullable(),
  /** Days of the weekends whose values follow those of the week; null where there are none. */
  weekends: z.array(z.number().int()).nullable(),
});
type MarksHead = z.infer<typeof marksHead>;
const seriesHead = z.array(
  z.object({
    id: z.string(),
    basis: z.number().nullable(),
    marks: marksHead,
    besideWanted: marksHead.nullable(),
    recent: keptRecent,
    live: z.number().int().min(0),
    adopted: z.number().nullable(),
    rolloutMs: z.number().nullable(),
    waiting: z.number().int().min(0),
  }),
);

/**
 * 12 kB for each series with a past and two hours of samples, 3 kB more once it has seen a weekend, 3 kB in all where its past was given
 * back, 256 bytes and its id for each of tier one.
 */
export function* writeLearned({ atMs, writes, tierOne, series, lanes }: Learned): Generator<Uint8Array> {
  const start = new DataView(new ArrayBuffer(startBytes));
  start.setUint32(0, magic, true);
  start.setUint32(4, versionHere(), true);
  yield new Uint8Array(start.buffer);
  yield piece(kinds.head, [textOf({ atMs, writes })]);
  for (let at = 0; at < tierOne.byteLength; at += largestPart)
    yield piece(kinds.tierOne, [tierOne.subarray(at, at + largestPart)]);
  let count = 0;
  for (const some of chunked(series, seriesOfPiece)) {
    count += some.length;
    yield piece(kinds.series, seriesParts(some));
  }
  let lanePieces = 0;
  for (const [name, some] of lanes)
    for (const bytes of some) {
      lanePieces += 1;
      yield piece(kinds.lane, [withLength(textOf({ name })), bytes]);
    }
  yield piece(kinds.end, [textOf({ series: count, tierOneBytes: tierOne.byteLength, lanePieces })]);
}

/** Whatever is not exactly what `writeLearned` wrote is refused with its reason. */
export function readLearned(bytes: Uint8Array): LearnedBack | { readonly why: string } {
  if (bytes.byteLength < startBytes) return { why: 'it is too short' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic) return { why: 'it is no file of baselines' };
  if (view.getUint32(4, true) !== versionHere()) return { why: 'another version wrote it' };
  const tierOne: Uint8Array[] = [];
  const series: LearnedSeries[] = [];
  const lanes = new Map<string, Uint8Array[]>();
  let lanePieces = 0;
  let first: z.infer<typeof head> | null = null;
  let last: z.infer<typeof end> | null = null;
  for (let at = startBytes; at < bytes.byteLength;) {
    const found = pieceAt(bytes, view, at);
    if (found === null || last !== null) return { why: 'its checksum does not hold' };
    at += pieceHead + found.body.byteLength;
    if (found.kind === kinds.head) first = parsed(head, found.body);
    else if (found.kind === kinds.tierOne) tierOne.push(found.body);
    else if (found.kind === kinds.series) {
      const some = seriesIn(found.body);
      if (some === null) return { why: 'its list of series cannot be read' };
      series.push(...some);
    } else if (found.kind === kinds.lane) {
      const { text, rest } = split(found.body);
      const about = parsed(laneHead, text);
      if (about === null) return { why: 'what a lane kept cannot be read' };
      lanePieces += 1;
      lanes.set(about.name, [...(lanes.get(about.name) ?? []), rest]);
    } else if (found.kind === kinds.end) last = parsed(end, found.body);
  }
  const whole = Buffer.concat(tierOne);
  if (first === null) return { why: 'its header cannot be read' };
  if (last?.series !== series.length || last.tierOneBytes !== whole.byteLength || last.lanePieces !== lanePieces)
    return { why: 'its end is missing' };
  return { ...first, tierOne: new Uint8Array(whole), series, lanes };
}

function piece(kind: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, one) => sum + one.byteLength, 0);
  const bytes = new Uint8Array(pieceHead + length);
  let at = pieceHead;
  for (const one of parts) {
    bytes.set(one, at);
    at += one.byteLength;
  }
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, length, true);
  view.setUint32(8, checksum(bytes), true);
  return bytes;
}

/** Null where it is cut off or damaged. */
function pieceAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): { readonly kind: number; readonly body: Uint8Array } | null {
  if (at + pieceHead > bytes.byteLength) return null;
  const length = view.getUint32(at + 4, true);
  if (at + pieceHead + length > bytes.byteLength) return null;
  const whole = bytes.subarray(at, at + pieceHead + length);
  if (view.getUint32(at + 8, true) !== checksum(whole)) return null;
  return { kind: view.getUint32(at, true), body: whole.subarray(pieceHead) };
}

/** Of kind, length and body. */
function checksum(whole: Uint8Array): number {
  return crc32(whole.subarray(pieceHead), crc32(whole.subarray(0, 8)));
}

function seriesParts(some: readonly LearnedSeries[]): Uint8Array[] {
  const heads: z.input<typeof seriesHead> = some.map(({ id, basis, marks, besideWanted, recent, live, era }) => ({
    id,
    basis,
    marks: headOf(marks),
    besideWanted: besideWanted === null ? null : headOf(besideWanted),
    recent,
    live: live.length,
    adopted: era.adoptedMs,
    rolloutMs: era.trial?.rolloutMs ?? null,
    waiting: era.trial?.waiting.length ?? 0,
  }));
  const none = new Float64Array(0);
  return [
    withLength(textOf(heads)),
    ...some.flatMap(({ marks, besideWanted, live, era }) =>
      [
        ...valuesOf(marks),
        ...(besideWanted === null ? [] : valuesOf(besideWanted)),
        live,
        era.trial?.waiting ?? none,
      ].map(bytesOf),
    ),
  ];
}

function headOf({ anchor, newest, changes, texture, weekends }: KeptMarks): MarksHead {
  return { anchor, newest, changes, texture, weekends: weekends === null ? null : [...weekends.days] };
}

function valuesOf({ newest, offsets, weekends }: KeptMarks): Float32Array[] {
  return [...(newest === null ? [] : [offsets]), ...(weekends === null ? [] : [weekends.offsets])];
}

function sizeOf(marks: MarksHead | null): number {
  if (marks === null) return 0;
  return (marks.newest === null ? 0 : marksBytes) + (marks.weekends === null ? 0 : weekendBytes);
}

function seriesIn(body: Uint8Array): LearnedSeries[] | null {
  const { text, rest } = split(body);
  const heads = parsed(seriesHead, text);
  if (heads === null) return null;
  let at = 0;
  const take = (length: number): ArrayBuffer => {
    const found = Uint8Array.from(rest.subarray(at, at + length)).buffer;
    at += length;
    return found;
  };
  const wanted = heads.reduce(
    (sum, one) => sum + sizeOf(one.marks) + sizeOf(one.besideWanted) + 8 * (one.live + one.waiting),
    0,
  );
  if (wanted !== rest.byteLength) return null;
  const marksOf = ({ weekends, ...about }: MarksHead): KeptMarks => ({
    ...about,
    offsets: about.newest === null ? nothing() : new Float32Array(take(marksBytes)),
    weekends: weekends === null ? null : { days: weekends, offsets: new Float32Array(take(weekendBytes)) },
  });
  return heads.map(({ id, basis, recent, ...one }) => {
    const marks = marksOf(one.marks);
    const besideWanted = one.besideWanted === null ? null : marksOf(one.besideWanted);
    const live = new Float64Array(take(8 * one.live));
    const waiting = new Float64Array(take(8 * one.waiting));
    const trial = one.rolloutMs === null ? null : { rolloutMs: one.rolloutMs, waiting };
    return { id, basis, marks, besideWanted, recent, live, era: { adoptedMs: one.adopted, trial } };
  });
}

/** A ring in which nothing was learned is not written. */
function nothing(): Float32Array {
  return new Float32Array(marksKept).fill(Number.NaN);
}

function withLength(text: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + text.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.byteLength, true);
  bytes.set(text, 4);
  return bytes;
}

function split(body: Uint8Array): { readonly text: Uint8Array; readonly rest: Uint8Array } {
  if (body.byteLength < 4) return { text: new Uint8Array(0), rest: body };
  const length = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0, true);
  return { text: body.subarray(4, 4 + length), rest: body.subarray(4 + length) };
}

function textOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function parsed<Schema extends z.ZodType>(schema: Schema, bytes: Uint8Array): z.infer<Schema> | null {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

function bytesOf(numbers: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Numbers lie as the machine has them: one of the other byte order counts as another version. */
function versionHere(): number {
  const isLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
  return version | (isLittle ? 0 : 0x8000_0000);
}

function* chunked<One>(all: Iterable<One>, size: number): Generator<readonly One[]> {
  let some: One[] = [];
  for (const one of all) {
    some.push(one);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
