// Followed replicas as bytes, so that a restart forgets no past of a pod: its windows against its siblings, and what its newest cycles left behind.
import { z } from 'zod';
import type { KeptPast } from './pod-past.ts';
import type { PodSeries } from './pod-series.ts';

const side = z.enum(['up', 'down']);
/** JSON writes no number where there is none. */
const anyNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
const heads = z.array(
  z.object({
    place: z.string(),
    originMs: z.number(),
    stride: z.number().int().min(1),
    skipped: z.number().int().min(0),
    windows: z.number().int().min(0),
    /** Time, value, median of the siblings and distance from it. */
    recent: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    /** Time, surprise, false discovery rate and side. */
    results: z.array(z.tuple([z.number(), anyNumber, anyNumber, side, z.boolean()]).nullable()),
    unlearned: z.number().int().min(0),
    open: z
      .object({
        firstSeenMs: z.number(),
        onsetMs: z.number(),
        onsetRangeMs: z.tuple([z.number(), z.number()]),
        side,
        lastSeenMs: z.number(),
        cleanCycles: z.number().int().min(0),
      })
      .nullable(),
    closed: z.object({ atMs: z.number(), firstSeenMs: z.number(), onsetMs: z.number() }).nullable(),
  }),
);

export type KeptPod = z.infer<typeof heads>[number] & { readonly past: KeptPast };

/** About 800 kB a piece at three kilobytes each. */
const podsOfPiece = 256;

/** `place` is what a replica is found by again. */
export function* podPieces(
  pods: readonly { readonly place: string; readonly series: PodSeries }[],
): Generator<Uint8Array> {
  for (let at = 0; at < pods.length; at += podsOfPiece) {
    const some = pods.slice(at, at + podsOfPiece).map((one) => ({ ...one, past: one.series.past.kept() }));
    const text = Buffer.from(JSON.stringify(some.map(headOf)));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.byteLength);
    const numbers = some.flatMap(({ past }) => [bytesOf(past.residuals), bytesOf(past.times)]);
    yield new Uint8Array(Buffer.concat([length, text, ...numbers]));
  }
}

/** Nothing of a piece that is not what `podPieces` makes. */
export function podsIn(piece: Uint8Array): readonly KeptPod[] {
  if (piece.byteLength < 4) return [];
  const length = new DataView(piece.buffer, piece.byteOffset, piece.byteLength).getUint32(0, true);
  const found = parsed(piece.subarray(4, 4 + length));
  let at = 4 + length;
  const take = (count: number): Float32Array => {
    const bytes = Uint8Array.from(piece.subarray(at, at + 4 * count));
    at += 4 * count;
    return new Float32Array(bytes.buffer);
  };
  if (found.reduce((sum, one) => sum + 8 * one.windows, at) !== piece.byteLength) return [];
  return found.map((one) => {
    const { originMs, stride, skipped, windows } = one;
    return { ...one, past: { originMs, stride, skipped, residuals: take(windows), times: take(windows) } };
  });
}

/** Cycles from before `oldestMs` are no witnesses beside those of now. */
export function loadPod(series: PodSeries, kept: KeptPod, oldestMs: number): void {
  series.past.load(kept.past);
  series.recent.push(...kept.recent.map(([atMs, value, others, residual]) => ({ atMs, value, others, residual })));
  series.results.push(
    ...kept.results
      .filter((one) => one === null || one[0] >= oldestMs)
      .map((one) => one && { atMs: one[0], test: { surprise: one[1], side: one[3], isBad: one[4] }, q: one[2] }),
  );
  series.unlearned = kept.unlearned;
  series.open = kept.open && { ...kept.open, last: null };
  series.closed = kept.closed;
}

function headOf({
  place,
  past,
  series: { recent, results, unlearned, open, closed },
}: {
  readonly place: string;
  readonly past: KeptPast;
  readonly series: PodSeries;
}): z.input<typeof heads>[number] {
  const { originMs, stride, skipped } = past;
  return {
    place,
    originMs,
    stride,
    skipped,
    windows: past.residuals.length,
    recent: recent.map(({ atMs, value, others, residual }) => [atMs, value, others, residual]),
    results: results.map((one) => one && [one.atMs, one.test.surprise, one.q, one.test.side, one.test.isBad]),
    unlearned,
    open: open && {
      firstSeenMs: open.firstSeenMs,
      onsetMs: open.onsetMs,
      onsetRangeMs: [...open.onsetRangeMs],
      side: open.side,
      lastSeenMs: open.lastSeenMs,
      cleanCycles: open.cleanCycles,
    },
    closed,
  };
}

function parsed(text: Uint8Array): z.infer<typeof heads> {
  try {
    return heads.safeParse(JSON.parse(Buffer.from(text).toString('utf8'))).data ?? [];
  } catch {
    return [];
  }
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
