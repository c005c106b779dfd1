import { describe, expect, it } from 'vitest';
import { prepare } from './evaluate.ts';
import { parseQuery, QueryError } from './promql.ts';
import { createSeriesStore, type SeriesStore } from './series-store.ts';

const minute = 60_000;

/** A store scraped every 15 s from time 0 with one function per series. */
function aStore(
  scrapes: number,
  series: readonly { labels: Record<string, string>; at: (scrape: number) => number | null }[],
): SeriesStore {
  const store = createSeriesStore({ fullMs: 3_600_000, coarseStepMs: 150_000, keepMs: 86_400_000 });
  const stored = series.map((one) => ({ ...one, stored: store.series(one.labels) }));
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    store.begin(scrape * 15_000);
    for (const one of stored) {
      const value = one.at(scrape);
      if (value !== null) store.append(one.stored, value);
    }
  }
  return store;
}

function ask(store: SeriesStore, query: string, atMs: number) {
  return prepare(parseQuery(query), store)(atMs);
}

describe('the simulated Prometheus', () => {
  it('answers a rate as Prometheus extrapolates it', () => {
    const store = aStore(41, [{ labels: { __name__: 'c_total', pod: 'a' }, at: (scrape) => 1000 + scrape * 30 }]);
    expect(ask(store, 'rate(c_total[2m])', 10 * minute)).toEqual([{ labels: { pod: 'a' }, value: 2 }]);
    expect(ask(store, 'increase(c_total[2m])', 10 * minute)[0]?.value).toBeCloseTo(240, 6);
  });

  it('counts on through a counter reset', () => {
    const store = aStore(41, [
      { labels: { __name__: 'c_total' }, at: (scrape) => (scrape < 36 ? 5000 + scrape * 15 : (scrape - 36) * 15) },
    ]);
    expect(ask(store, 'rate(c_total[2m])', 10 * minute)[0]?.value).toBeCloseTo(0.857, 2);
  });

  it('gives no rate from a single sample', () => {
    const store = aStore(41, [{ labels: { __name__: 'c_total' }, at: (scrape) => (scrape < 40 ? null : 7) }]);
    expect(ask(store, 'rate(c_total[2m])', 10 * minute)).toEqual([]);
  });

  it('sums by the labels asked for and drops the others', () => {
    const store = aStore(5, [
      { labels: { __name__: 'g', namespace: 'shop', pod: 'a', container: 'x' }, at: () => 1 },
      { labels: { __name__: 'g', namespace: 'shop', pod: 'b', container: 'x' }, at: () => 2 },
      { labels: { __name__: 'g', namespace: 'shop', pod: 'c', container: '' }, at: () => 4 },
    ]);
    expect(ask(store, 'sum by (namespace) (g{container!=""})', minute)).toEqual([
      { labels: { namespace: 'shop' }, value: 3 },
    ]);
    expect(ask(store, 'max(g)', minute)).toEqual([{ labels: {}, value: 4 }]);
    expect(ask(store, 'count by (namespace) (g{pod=~"a|b"})', minute)[0]?.value).toBe(2);
  });

  it('forgets a series that the last scrape did not bring', () => {
    const store = aStore(10, [
      { labels: { __name__: 'g', pod: 'gone' }, at: (scrape) => (scrape < 5 ? 1 : null) },
      { labels: { __name__: 'g', pod: 'here' }, at: () => 1 },
    ]);
    expect(ask(store, 'g', 135_000).map((one) => one.labels['pod'])).toEqual(['here']);
  });

  it('forgets everything 5 min after the last scrape', () => {
    const store = aStore(5, [{ labels: { __name__: 'g' }, at: () => 1 }]);
    expect(ask(store, 'g', 60_000 + 299_000)).toHaveLength(1);
    expect(ask(store, 'g', 60_000 + 301_000)).toEqual([]);
  });

  it('takes quantiles over a window', () => {
    const store = aStore(41, [{ labels: { __name__: 'g' }, at: (scrape) => scrape }]);
    expect(ask(store, 'max by (pod) (quantile_over_time(0.5, g[5m]))', 10 * minute)[0]?.value).toBe(30.5);
    expect(ask(store, 'max_over_time(g[1m])', 10 * minute)[0]?.value).toBe(40);
  });

  it.each(['histogram_quantile(0.9, x)', 'a and b', 'sum by (a) (rate(x[5m]', '{__name__="x"}', 'rate(x)', ''])(
    'refuses %s and says what it answers',
    (query) => {
      expect(() => parseQuery(query)).toThrow(QueryError);
      expect(() => parseQuery(query)).toThrow(/the simulated Prometheus answers/);
    },
  );

  it('divides by the series of equal labels and leaves out what has no partner or no capacity', () => {
    const store = aStore(10, [
      { labels: { __name__: 'used', pod: 'a' }, at: () => 3 },
      { labels: { __name__: 'used', pod: 'b' }, at: () => 3 },
      { labels: { __name__: 'used', pod: 'c' }, at: () => 3 },
      { labels: { __name__: 'room', pod: 'a' }, at: () => 4 },
      { labels: { __name__: 'room', pod: 'b' }, at: () => 0 },
    ]);
    expect(ask(store, 'max by (pod) (used / (room > 0))', 120_000)).toEqual([{ labels: { pod: 'a' }, value: 0.75 }]);
    expect(ask(store, '1 - used / (room > 0)', 120_000)).toEqual([{ labels: { pod: 'a' }, value: 0.25 }]);
  });

  it('adds what two aggregations say of the same labels', () => {
    const store = aStore(10, [
      { labels: { __name__: 'in', pod: 'a', to: 'x' }, at: () => 2 },
      { labels: { __name__: 'in', pod: 'a', to: 'y' }, at: () => 3 },
      { labels: { __name__: 'out', pod: 'a' }, at: () => 10 },
    ]);
    expect(ask(store, 'sum by (pod) (in) + sum by (pod) (out) * 2', 120_000)).toEqual([
      { labels: { pod: 'a' }, value: 25 },
    ]);
  });

  it('keeps recent samples whole and thins old ones', () => {
    const store = aStore(6_000, [{ labels: { __name__: 'c_total' }, at: (scrape) => scrape * 15 }]);
    expect(ask(store, 'rate(c_total[2m])', 5_999 * 15_000)[0]?.value).toBeCloseTo(1, 6);
    expect(ask(store, 'rate(c_total[5m])', 6 * 3_600_000)[0]?.value).toBeCloseTo(1, 6);
    expect(store.positionAt(5_999 * 15_000)).toBeLessThan(5_000);
  });
});
