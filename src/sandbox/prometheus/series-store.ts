// Samples of all series over one shared time axis: eight coarse days of past and what was scraped since.

export type Labels = Readonly<Record<string, string>>;
export type VectorSample = { readonly labels: Labels; readonly value: number };

export type StoredSeries = {
  readonly labels: Labels;
  /** Position on the time axis of the first value. */
  first: number;
  /** NaN where a scrape did not bring the series. */
  values: Float64Array<ArrayBuffer>;
  length: number;
};

export interface SeriesStore {
  /** Begins a scrape; all appends until the next one carry this time. Times must grow. */
  begin(atMs: number): void;
  append(series: StoredSeries, value: number): void;
  /** The series with these labels (`__name__` among them), made when it does not exist. */
  series(labels: Labels): StoredSeries;
  /** All series of a metric name. */
  named(name: string): readonly StoredSeries[];
  /** Position of the newest time at or before `atMs`, -1 when there is none. */
  positionAt(atMs: number): number;
  timeAt(position: number): number;
  newestMs(): number | null;
  size(): number;
}

export type Retention = { readonly fullMs: number; readonly coarseStepMs: number; readonly keepMs: number };

const compactAt = 2_400;

export function createSeriesStore(retention: Retention): SeriesStore {
  let times = new Float64Array(4_096);
  let count = 0;
  let sinceCompact = 0;
  const byKey = new Map<string, StoredSeries>();
  const byName = new Map<string, StoredSeries[]>();

  const compact = (): void => {
    sinceCompact = 0;
    const now = times[count - 1] ?? 0;
    const kept: number[] = [];
    let lastKept = Number.NEGATIVE_INFINITY;
    for (let position = 0; position < count; position += 1) {
      const at = times[position] ?? 0;
      if (at < now - retention.keepMs) continue;
      if (at < now - retention.fullMs && at - lastKept < retention.coarseStepMs) continue;
      kept.push(position);
      lastKept = at;
    }
    for (const [key, series] of byKey) {
      const values = new Float64Array(kept.length + compactAt);
      let first = -1;
      let length = 0;
      for (const [target, position] of kept.entries()) {
        const offset = position - series.first;
        if (offset < 0 || offset >= series.length) continue;
        if (first === -1) first = target;
        values[target - first] = series.values[offset] ?? Number.NaN;
        length = target - first + 1;
      }
      if (first === -1) {
        byKey.delete(key);
        const name = series.labels['__name__'] ?? '';
        byName.set(
          name,
          (byName.get(name) ?? []).filter((one) => one !== series),
        );
        continue;
      }
      Object.assign(series, { first, values, length });
    }
    const next = new Float64Array(kept.length + compactAt);
    for (const [target, position] of kept.entries()) next[target] = times[position] ?? 0;
    times = next;
    count = kept.length;
  };

  return {
    begin(atMs) {
      if (sinceCompact >= compactAt) compact();
      sinceCompact += 1;
      if (count === times.length) times = grown(times);
      times[count] = atMs;
      count += 1;
    },
    append(series, value) {
      const position = count - 1;
      if (series.length === 0) series.first = position;
      const offset = position - series.first;
      while (offset >= series.values.length) series.values = grown(series.values);
      series.values.fill(Number.NaN, series.length, offset);
      series.values[offset] = value;
      series.length = offset + 1;
    },
    series(labels) {
      const key = Object.keys(labels)
        .toSorted((left, right) => (left < right ? -1 : 1))
        .map((name) => `${name}\u0000${labels[name]}`)
        .join('\u0001');
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const made: StoredSeries = { labels, first: 0, values: new Float64Array(64), length: 0 };
      byKey.set(key, made);
      const name = labels['__name__'] ?? '';
      const named = byName.get(name);
      if (named === undefined) byName.set(name, [made]);
      else named.push(made);
      return made;
    },
    named: (name) => byName.get(name) ?? [],
    positionAt(atMs) {
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((times[middle] ?? 0) <= atMs) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
    timeAt: (position) => times[position] ?? Number.NaN,
    newestMs: () => (count === 0 ? null : (times[count - 1] ?? null)),
    size: () => byKey.size,
  };
}

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const next = new Float64Array(values.length * 2);
  next.set(values);
  return next;
}
