// Rates of counters between two reads of a source that keeps no past: resets count from zero, irregular gaps give nothing.

export interface CounterRates {
  /** Increase per second since the previous read of this key, or null when there is none to compare with. */
  rate(key: string, value: number, atMs: number): number | null;
  /** Forgets keys that no read has touched since `beforeMs`. */
  forget(beforeMs: number): void;
}

/** `usualMs` is the time between reads; less than half or more than three of it gives no rate (detection.md 4). */
export function createCounterRates(usualMs: number): CounterRates {
  const last = new Map<string, { value: number; atMs: number }>();
  return {
    rate(key, value, atMs) {
      const before = last.get(key);
      if (before === undefined) {
        last.set(key, { value, atMs });
        return null;
      }
      const elapsed = atMs - before.atMs;
      if (elapsed < usualMs / 2) return null;
      const increase = value < before.value ? value : value - before.value;
      before.value = value;
      before.atMs = atMs;
      return elapsed > usualMs * 3 ? null : increase / (elapsed / 1000);
    },
    forget(beforeMs) {
      for (const [key, { atMs }] of last) if (atMs < beforeMs) last.delete(key);
    },
  };
}
