// Answers a query at one moment as Prometheus does: staleness, counter resets and the extrapolation of rate and increase.
import { type Aggregation, type Expression, matches, QueryError, type RangeCall, type Selector } from './promql.ts';
import { type Operand, prepareBinary } from './binary.ts';
import type { Labels, SeriesStore, StoredSeries, VectorSample } from './series-store.ts';

const lookbackMs = 300_000;

/** A query with its series looked up once, to be asked at many moments. */
export function prepare(expression: Expression, store: SeriesStore): (atMs: number) => VectorSample[] {
  switch (expression.kind) {
    case 'selector': {
      const chosen = select(expression, store);
      return (atMs) =>
        chosen.flatMap((series) => {
          const value = latest(series, store, atMs);
          return value === null ? [] : [{ labels: series.labels, value }];
        });
    }
    case 'range': {
      const chosen = select(expression.selector, store).map((series) => ({ series, labels: unnamed(series.labels) }));
      return (atMs) =>
        chosen.flatMap(({ series, labels }) => {
          const value = overWindow(expression, series, store, atMs);
          return value === null ? [] : [{ labels, value }];
        });
    }
    case 'aggregate': {
      const inner = prepare(expression.of, store);
      const groups = new WeakMap<Labels, { readonly key: string; readonly labels: Labels }>();
      const groupOf = (labels: Labels): { readonly key: string; readonly labels: Labels } => {
        const known = groups.get(labels);
        if (known !== undefined) return known;
        const kept = Object.fromEntries(
          expression.by.flatMap((name) =>
            labels[name] === undefined || labels[name] === '' ? [] : [[name, labels[name]]],
          ),
        );
        const made = { key: JSON.stringify(kept), labels: kept };
        groups.set(labels, made);
        return made;
      };
      return (atMs) => {
        const values = new Map<string, { readonly labels: Labels; readonly all: number[] }>();
        for (const sample of inner(atMs)) {
          const group = groupOf(sample.labels);
          const entry = values.get(group.key);
          if (entry === undefined) values.set(group.key, { labels: group.labels, all: [sample.value] });
          else entry.all.push(sample.value);
        }
        return [...values.values()].map(({ labels, all }) => ({ labels, value: aggregate(expression.op, all) }));
      };
    }
    case 'binary':
      return prepareBinary(expression, operandOf(expression.left, store), operandOf(expression.right, store));
    case 'number':
      throw new QueryError('parse error: a number alone is no vector');
    default:
      return expression satisfies never;
  }
}

function operandOf(expression: Expression, store: SeriesStore): Operand {
  return expression.kind === 'number' ? expression.value : prepare(expression, store);
}

function select(selector: Selector, store: SeriesStore): readonly StoredSeries[] {
  return store
    .named(selector.name)
    .filter((series) => selector.matchers.every((one) => matches(one, series.labels[one.label] ?? '')));
}

function unnamed(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== '__name__'));
}

/** The value of the newest scrape within 5 min; a series that scrape did not bring is stale. */
function latest(series: StoredSeries, store: SeriesStore, atMs: number): number | null {
  const position = store.positionAt(atMs);
  const offset = position - series.first;
  if (position < 0 || offset < 0 || offset >= series.length) return null;
  if (store.timeAt(position) <= atMs - lookbackMs) return null;
  const value = series.values[offset] ?? Number.NaN;
  return Number.isNaN(value) ? null : value;
}

function overWindow(call: RangeCall, series: StoredSeries, store: SeriesStore, atMs: number): number | null {
  const startMs = atMs - call.windowMs;
  const from = Math.max(series.first, store.positionAt(startMs) + 1);
  const to = Math.min(series.first + series.length - 1, store.positionAt(atMs));
  if (call.fn === 'rate' || call.fn === 'increase') return extrapolated(call, series, store, from, to, atMs);
  const values: number[] = [];
  for (let position = from; position <= to; position += 1) {
    const value = series.values[position - series.first] ?? Number.NaN;
    if (!Number.isNaN(value)) values.push(value);
  }
  if (values.length === 0) return null;
  switch (call.fn) {
    case 'max_over_time':
      return Math.max(...values);
    case 'min_over_time':
      return Math.min(...values);
    case 'avg_over_time':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'quantile_over_time':
      return quantile(call.quantile ?? 0.5, values);
    default:
      return call.fn satisfies never;
  }
}

/** `extrapolatedRate` of Prometheus (promql/functions.go). */
function extrapolated(
  call: RangeCall,
  series: StoredSeries,
  store: SeriesStore,
  from: number,
  to: number,
  atMs: number,
): number | null {
  let count = 0;
  let firstMs = 0;
  let lastMs = 0;
  let firstValue = 0;
  let previous = 0;
  let resets = 0;
  for (let position = from; position <= to; position += 1) {
    const value = series.values[position - series.first] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    lastMs = store.timeAt(position);
    if (count === 0) {
      firstMs = lastMs;
      firstValue = value;
    } else if (value < previous) resets += previous;
    previous = value;
    count += 1;
  }
  if (count < 2) return null;
  let delta = previous - firstValue + resets;
  const sampledSeconds = (lastMs - firstMs) / 1000;
  let toStart = (firstMs - (atMs - call.windowMs)) / 1000;
  let toEnd = (atMs - lastMs) / 1000;
  const average = sampledSeconds / (count - 1);
  const threshold = average * 1.1;
  if (toStart >= threshold) toStart = average / 2;
  if (delta > 0 && firstValue >= 0) toStart = Math.min(toStart, sampledSeconds * (firstValue / delta));
  if (toEnd >= threshold) toEnd = average / 2;
  delta *= (sampledSeconds + toStart + toEnd) / sampledSeconds;
  return call.fn === 'rate' ? delta / (call.windowMs / 1000) : delta;
}

function aggregate(op: Aggregation, values: readonly number[]): number {
  switch (op) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'count':
      return values.length;
    default:
      return op satisfies never;
  }
}

function quantile(q: number, values: readonly number[]): number {
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((left, right) => left - right);
  const rank = q * (sorted.length - 1);
  const lower = sorted[Math.floor(rank)] ?? 0;
  const upper = sorted[Math.min(sorted.length - 1, Math.floor(rank) + 1)] ?? lower;
  return lower + (upper - lower) * (rank - Math.floor(rank));
}
