import { describe, expect, it } from 'vitest';
import type { LabelMatch } from '../agents/metrics/measure.ts';
import { rowLabels } from '../agents/metrics/metrics-source.ts';
import { Failure, type Problem } from '../model/failure.ts';
import { oldestMeasurement } from './oldest.ts';
import type { Past, RangeReader } from '../agents/metrics/range-reader.ts';

const dayMs = 86_400_000;
const toMs = Date.UTC(2026, 5, 10, 12, 7);
const { signal } = new AbortController();

function aReader(answer: (query: string) => Past) {
  const asked: { query: string; fromMs: number }[] = [];
  const reader: RangeReader = {
    read: async (query, { fromMs }) => {
      asked.push({ query, fromMs });
      return await Promise.resolve(answer(query));
    },
  };
  return { reader, asked };
}

const empty: Past = { rows: [], warnings: [], isPartial: false };
const ask = async (reader: RangeReader, url = 'http://prometheus:9090', selector: readonly LabelMatch[] = []) =>
  await oldestMeasurement(reader, { url, selector }, { toMs, sinceMs: 2 * dayMs }, signal);

async function problemOf(reader: RangeReader, url?: string, selector?: readonly LabelMatch[]): Promise<Problem | null> {
  return await ask(reader, url, selector).then(
    () => null,
    (error: unknown) => (error instanceof Failure ? error.problem : null),
  );
}

describe('how far a history reaches', () => {
  it('is the oldest point of the first measure that the server has', async () => {
    const points = [30, 20, 40].map((minute) => ({ atMs: minute * 60_000, value: 3 }));
    const { reader } = aReader((query) =>
      query.includes('memory') ? { ...empty, rows: [{ labels: rowLabels({}), points }] } : empty,
    );
    expect(await ask(reader)).toBe(20 * 60_000);
  });

  it('is looked for eight days before what was asked, which a start would learn', async () => {
    const { reader, asked } = aReader(() => empty);
    await problemOf(reader);
    expect(asked[0]?.fromMs).toBeLessThanOrEqual(toMs - 10 * dayMs);
    expect(asked[0]?.fromMs).toBeGreaterThan(toMs - 10 * dayMs - 1_800_000);
  });

  it('is not known of a server that does not answer: it says why, and what to check', async () => {
    const { reader, asked } = aReader(() => ({ unreadable: 'it refuses the connection' }));
    expect(await problemOf(reader)).toMatchObject({
      code: 'prometheus-unreachable',
      why: 'it refuses the connection',
      exitCode: 4,
    });
    expect(asked).toHaveLength(1);
  });

  it('is nothing on a server that scrapes no cluster', async () => {
    expect(await problemOf(aReader(() => empty).reader)).toMatchObject({ code: 'no-history', exitCode: 3 });
  });

  it('counts only what the selector leaves, and names the selector where that is nothing', async () => {
    const { reader, asked } = aReader(() => empty);
    const problem = await problemOf(reader, undefined, [{ label: 'cluster', op: '=', value: 'prod' }]);
    expect(asked.map(({ query }) => query).filter((one) => !one.endsWith('{cluster="prod"})'))).toEqual([]);
    expect(problem?.why).toContain('{cluster="prod"}');
    expect(problem?.next).toContain('PROMETHEUS_SELECTOR');
  });

  it('tells the address without what is secret in it', async () => {
    const problem = await problemOf(aReader(() => empty).reader, 'https://user:secret@metrics.example/prom?key=hidden');
    expect(problem?.what).toContain('https://metrics.example/prom holds no measurement');
    expect(JSON.stringify(problem)).not.toMatch(/secret|hidden/);
  });
});
