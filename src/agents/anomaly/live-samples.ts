// The samples of one series since the process started, in a ring: every read for guards and charts, cycles for the test.

export interface LiveSamples {
  /** Takes a read in; false when it is not newer than the last one (the first wins) or is no number. */
  push(atMs: number, value: number): boolean;
  /** Values in (fromMs, toMs], oldest first. */
  between(fromMs: number, toMs: number): number[];
  readonly newestMs: number | null;
  readonly value: number | null;
  all(): { readonly atMs: number; readonly value: number }[];
}

const keptSamples = 260;

export function createLiveSamples(): LiveSamples {
  const times = new Float64Array(keptSamples);
  const values = new Float64Array(keptSamples);
  let count = 0;
  return {
    push(atMs, value) {
      if (!Number.isFinite(value) || (this.newestMs !== null && atMs <= this.newestMs)) return false;
      times[count % keptSamples] = atMs;
      values[count % keptSamples] = value;
      count += 1;
      return true;
    },
    between(fromMs, toMs) {
      const found: number[] = [];
      for (let index = firstAfter(fromMs); index < count && timeAt(index) <= toMs; index += 1)
        found.push(values[index % keptSamples] ?? 0);
      return found;
    },
    get newestMs() {
      return count === 0 ? null : (times[(count - 1) % keptSamples] ?? null);
    },
    get value() {
      return count === 0 ? null : (values[(count - 1) % keptSamples] ?? null);
    },
    all: () =>
      Array.from({ length: Math.min(count, keptSamples) }, (_, at) => {
        const index = Math.max(0, count - keptSamples) + at;
        return { atMs: timeAt(index), value: values[index % keptSamples] ?? 0 };
      }),
  };

  function timeAt(index: number): number {
    return times[index % keptSamples] ?? 0;
  }

  /** Number of the first kept sample later than `ms`; times only grow. */
  function firstAfter(ms: number): number {
    let low = Math.max(0, count - keptSamples);
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (timeAt(middle) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
