import { describe, expect, it } from 'vitest';
import { usualLabels } from './measure.ts';
import { rowLabels } from './metrics-source.ts';
import { readRange } from './past-range.ts';
import type { Past, RangeReader, Stretch } from './range-reader.ts';

const stepMs = 300_000;
const stretch: Stretch = { fromMs: 0, toMs: 2_303 * stepMs, stepMs };
const { signal } = new AbortController();

/** Answers so many rows at each time, each with the time as its value. */
function aReader(rowsAt: (of: Stretch) => number) {
  const asked: Stretch[] = [];
  const reader: RangeReader = {
    read: async (_query, of) => {
      asked.push(of);
      const points = Array.from({ length: (of.toMs - of.fromMs) / stepMs + 1 }, (_, at) => ({
        atMs: of.fromMs + at * stepMs,
        value: at,
      }));
      const rows = Array.from({ length: rowsAt(of) }, (_, at) => ({ labels: rowLabels({ pod: `p${at}` }), points }));
      return await Promise.resolve({ rows, warnings: [], isPartial: false });
    },
  };
  return { reader, asked };
}

const read = async (reader: RangeReader, rowsAtMost: number, of = stretch): Promise<Past> =>
  await readRange(reader, 'up', of, signal, { labels: usualLabels, rowsAtMost });
const stepsOf = (asked: readonly Stretch[]): number[] => asked.map((one) => (one.toMs - one.fromMs) / stepMs + 1);

describe('a measure over a long past', () => {
  it('is asked for at once where few rows can come', async () => {
    const { reader, asked } = aReader(() => 40);
    await read(reader, 100);
    expect(stepsOf(asked)).toEqual([2_304]);
  });

  it('takes few queries where many rows were feared and few came: the server added them up', async () => {
    const { reader, asked } = aReader(() => 100);
    await read(reader, 36_000);
    expect(stepsOf(asked)).toEqual([12, 2_292]);
  });

  it('asks for no more points at once than fit, by the rows that came last', async () => {
    const { reader, asked } = aReader(({ fromMs }) => (fromMs > 1_000 * stepMs ? 500 : 5_000));
    await read(reader, 36_000);
    expect(stepsOf(asked).slice(0, 4)).toEqual([12, 500, 500, 500]);
    expect(Math.max(...stepsOf(asked).slice(4))).toBe(50);
  });

  it('is whole, oldest first, each time once', async () => {
    const { reader } = aReader(() => 700);
    const past = await read(reader, 36_000, { ...stretch, fromMs: 1, toMs: 2_303 * stepMs + 9 });
    const times = 'rows' in past ? (past.rows[0]?.points.map((one) => one.atMs) ?? []) : [];
    expect('rows' in past && past.rows.length).toBe(700);
    expect(times).toEqual(Array.from({ length: 2_303 }, (_, at) => (at + 1) * stepMs));
  });

  it('asks nothing of a past without a step in it', async () => {
    const { reader, asked } = aReader(() => 1);
    expect(await read(reader, 10, { fromMs: 1, toMs: stepMs - 1, stepMs })).toMatchObject({ rows: [] });
    expect(asked).toEqual([]);
  });

  it('is not known where a stretch of it cannot be read', async () => {
    const { reader: whole } = aReader(() => 500);
    const reader: RangeReader = {
      read: async (query, of, ...rest) =>
        of.fromMs < 1_000 * stepMs ? { unreadable: 'it answers 500' } : await whole.read(query, of, ...rest),
    };
    expect(await read(reader, 36_000)).toEqual({ unreadable: 'it answers 500' });
  });

  it('is partial where a stretch of it was', async () => {
    const reader: RangeReader = {
      read: async (_query, of) =>
        await Promise.resolve({
          rows: [],
          warnings: of.fromMs === 0 ? ['a store is away'] : [],
          isPartial: of.fromMs === 0,
        }),
    };
    expect(await read(reader, 36_000)).toEqual({ rows: [], warnings: ['a store is away'], isPartial: true });
  });
});
