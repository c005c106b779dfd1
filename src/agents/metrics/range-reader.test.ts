import { describe, expect, it } from 'vitest';
import { rowLabels } from './metrics-source.ts';
import type { PrometheusClient } from './prometheus-client.ts';
import { createRangeReader, type Stretch } from './range-reader.ts';

const { signal } = new AbortController();
const stretch: Stretch = { fromMs: 0, toMs: 63_000, stepMs: 1_000 };
type Grid = Parameters<PrometheusClient['range']>[1];

/** A server that refuses stretches of more than `most` steps for this reason. */
function aClient(most: number, reason: string) {
  const asked: Grid[] = [];
  const client: Pick<PrometheusClient, 'range'> = {
    range: async (_query, grid) => {
      asked.push(grid);
      const steps = (grid.toMs - grid.fromMs) / grid.stepMs + 1;
      if (steps > most) return await Promise.resolve({ refused: reason });
      const points = Array.from({ length: steps }, (_, at) => ({
        atMs: grid.fromMs + at * grid.stepMs,
        value: (grid.fromMs + at * grid.stepMs) / 1000,
      }));
      return { rows: [{ labels: rowLabels({ pod: 'a' }), points }], dropped: 0, warnings: [], isPartial: false };
    },
  };
  return { client, asked };
}

describe('reading a stretch of the past', () => {
  it('takes one request when one is enough', async () => {
    const { client, asked } = aClient(100, '');
    await createRangeReader(client).read('up', stretch, signal);
    expect(asked).toEqual([stretch]);
  });

  it.each([
    'its answer is larger than 64 MiB',
    'no answer within 60 s',
    'it answers 422: says query processing would load too many samples into memory',
    'it answers 400: says exceeded maximum resolution of 11,000 points per timeseries',
    'its answer has 100001 series, more than the 50000 that are read',
  ])('halves it when the server says: %s', async (reason) => {
    const { client } = aClient(16, reason);
    const past = await createRangeReader(client).read('up', stretch, signal);
    const values = 'rows' in past ? past.rows.flatMap((row) => row.points.map((one) => one.value)) : [];
    expect(values).toEqual(Array.from({ length: 64 }, (_, at) => at));
  });

  it('keeps one row of each series, whichever half it came from', async () => {
    const { client } = aClient(16, 'no answer within 60 s');
    const past = await createRangeReader(client).read('up', stretch, signal);
    expect('rows' in past ? past.rows : []).toHaveLength(1);
  });

  it('gives up with the reason when no half is small enough', async () => {
    const { client, asked } = aClient(0, 'no answer within 60 s');
    const past = await createRangeReader(client).read('up', stretch, signal);
    expect(past).toEqual({ unreadable: 'no answer within 60 s' });
    expect(asked.length).toBeLessThan(8);
  });

  it('does not halve what a shorter stretch cannot mend', async () => {
    const { client, asked } = aClient(0, 'it refuses the connection');
    expect(await createRangeReader(client).read('up', stretch, signal)).toEqual({
      unreadable: 'it refuses the connection',
    });
    expect(asked).toHaveLength(1);
  });

  it('says that the whole is partial when one half was', async () => {
    const client: Pick<PrometheusClient, 'range'> = {
      range: async (_query, grid) => {
        await Promise.resolve();
        if (grid.toMs - grid.fromMs > 40_000) return { refused: 'no answer within 60 s' };
        return {
          rows: [],
          dropped: 0,
          warnings: grid.fromMs === 0 ? ['a store is away'] : [],
          isPartial: grid.fromMs === 0,
        };
      },
    };
    expect(await createRangeReader(client).read('up', stretch, signal)).toMatchObject({
      isPartial: true,
      warnings: ['a store is away'],
    });
  });
});
