// The past of one pod against its siblings in a fixed number of bytes: five-minute medians that thin out as they grow old.

/** Windows kept: 1,152 bytes as float32. At full thinning one is kept of every eight, so that they reach back eight days. */
export const keptWindows = 288;
const widestStride = 8;

export interface PodPast {
  /** Takes in the median of one window. */
  push(residual: number): void;
  /** Oldest first. */
  all(): Float32Array;
  /** How many windows of five samples the past spans, thinned ones included. */
  readonly span: number;
  /** Grows with each change. */
  readonly version: number;
}

export function createPodPast(): PodPast {
  const kept = new Float32Array(keptWindows);
  let count = 0;
  let stride = 1;
  let skipped = 0;
  let version = 0;

  /** Every other window goes: what remains spans as long with half the places. */
  const thin = (): void => {
    for (let index = 0; index * 2 < keptWindows; index += 1) kept[index] = kept[index * 2] ?? 0;
    count = Math.ceil(keptWindows / 2);
    stride *= 2;
  };

  return {
    push(residual) {
      if (!Number.isFinite(residual)) return;
      skipped += 1;
      if (skipped < stride) return;
      skipped = 0;
      if (count === keptWindows && stride < widestStride) thin();
      if (count === keptWindows) {
        kept.copyWithin(0, 1);
        count -= 1;
      }
      kept[count] = residual;
      count += 1;
      version += 1;
    },
    all: () => kept.slice(0, count),
    get span() {
      return count * stride;
    },
    get version() {
      return version;
    },
  };
}
