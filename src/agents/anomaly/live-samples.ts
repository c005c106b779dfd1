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
  const places = (): number[] => {
    const length = Math.min(count, keptSamples);
    return Array.from({ length }, (_, index) => (count - length + index) % keptSamples);
  };
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
      for (const place of places()) {
        const at = times[place] ?? 0;
        if (at > fromMs && at <= toMs) found.push(values[place] ?? 0);
      }
      return found;
    },
    get newestMs() {
      return count === 0 ? null : (times[(count - 1) % keptSamples] ?? null);
    },
    get value() {
      return count === 0 ? null : (values[(count - 1) % keptSamples] ?? null);
    },
    all: () => places().map((place) => ({ atMs: times[place] ?? 0, value: values[place] ?? 0 })),
  };
}
