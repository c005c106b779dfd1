// The past of one pod against its siblings in a fixed number of bytes: five-minute medians that thin out as they grow old.
import { largestValue } from '../stream/parameters.ts';

/** Windows kept: 2,304 bytes with their times. At full thinning one is kept of every eight, so that they reach back eight days. */
export const keptWindows = 288;
const widestStride = 8;

type PastWindow = { readonly atMs: number; readonly residual: number };

export interface PodPast {
  /** Takes in the median of one window of five samples that ended at `atMs`. */
  push(atMs: number, residual: number): void;
  /** Residuals, oldest first. */
  all(): Float32Array;
  /** The newest windows with their times, oldest first. */
  newest(count: number): PastWindow[];
  /** From the oldest window to the newest; 0 when empty. */
  readonly spanMs: number;
  /** Grows with each change. */
  readonly version: number;
  /** Everything, as it is kept over a restart: `load` of it goes on as if nothing had happened. */
  kept(): KeptPast;
  load(kept: KeptPast): void;
}

export type KeptPast = {
  readonly originMs: number;
  readonly stride: number;
  readonly skipped: number;
  readonly residuals: Float32Array;
  /** Seconds since the origin, as many as residuals. */
  readonly times: Float32Array;
};

export function createPodPast(): PodPast {
  const residuals = new Float32Array(keptWindows);
  /** Seconds since the first window. */
  const times = new Float32Array(keptWindows);
  let originMs = 0;
  let count = 0;
  let stride = 1;
  let skipped = 0;
  let version = 0;

  /** Every other window goes: what remains spans as long in half the places. */
  const thin = (): void => {
    for (let index = 0; index * 2 < keptWindows; index += 1) {
      residuals[index] = residuals[index * 2] ?? 0;
      times[index] = times[index * 2] ?? 0;
    }
    count = Math.ceil(keptWindows / 2);
    stride *= 2;
  };
  const shift = (): void => {
    residuals.copyWithin(0, 1);
    times.copyWithin(0, 1);
    count -= 1;
  };
  const timeAt = (index: number): number => originMs + (times[index] ?? 0) * 1_000;

  return {
    push(atMs, residual) {
      if (!(Math.abs(residual) <= largestValue)) return;
      skipped += 1;
      if (skipped < stride) return;
      skipped = 0;
      if (count === keptWindows && stride < widestStride) thin();
      if (count === keptWindows) shift();
      if (count === 0) originMs = atMs;
      residuals[count] = residual;
      times[count] = (atMs - originMs) / 1_000;
      count += 1;
      version += 1;
    },
    all: () => residuals.slice(0, count),
    newest: (wanted) =>
      Array.from({ length: Math.min(wanted, count) }, (_, at) => count - Math.min(wanted, count) + at).map((index) => ({
        atMs: timeAt(index),
        residual: residuals[index] ?? 0,
      })),
    get spanMs() {
      return count === 0 ? 0 : timeAt(count - 1) - timeAt(0);
    },
    get version() {
      return version;
    },
    kept: () => ({ originMs, stride, skipped, residuals: residuals.slice(0, count), times: times.slice(0, count) }),
    load(kept) {
      ({ originMs, stride, skipped } = kept);
      count = Math.min(keptWindows, kept.residuals.length);
      residuals.set(kept.residuals.subarray(0, count));
      times.set(kept.times.subarray(0, count));
      version += 1;
    },
  };
}
