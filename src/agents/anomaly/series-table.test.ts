import { describe, expect, it } from 'vitest';
import { deployment, shippedSignals, startMs } from '../../../test/builders/signals.ts';
import type { Sample } from '../../model/signal.ts';
import { createSeriesTable } from './series-table.ts';

const id = 'cpu.usage@shop/Deployment/cart';
const sample = (value: number, pod?: string): Sample => ({
  key: { signal: 'cpu.usage', of: deployment(), ...(pod === undefined ? {} : { pod }) },
  atMs: startMs,
  value,
});

describe('a sample', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, 1e31])(
    'of %d is none, of a workload or of a replica',
    (value) => {
      const table = createSeriesTable(shippedSignals);
      const samples = [sample(value), sample(value, 'cart-1'), sample(2, 'cart-2')];
      expect(table.note({ atMs: startMs, samples, sources: [], missing: [] }).size).toBe(0);
      expect([table.get(id), [...table.pods(id).keys()]]).toEqual([undefined, ['cart-2']]);
    },
  );
});
