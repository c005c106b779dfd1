import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWarmRows, giveRow, reserveRows, takeRow } from './warm-rows.ts';

describe('rows of the warm-up', () => {
  it.each([true, false])('are none until they are reserved (shared: %s)', (shared) => {
    const table = createWarmRows(10, shared);
    expect(takeRow(table)).toBe(0);
    reserveRows(table, 1);
    expect(takeRow(table)).toBeGreaterThan(0);
  });

  it('end where the table may grow no more', () => {
    const table = createWarmRows(3, true);
    reserveRows(table, 100);
    expect([takeRow(table), takeRow(table), takeRow(table), takeRow(table)].toSorted((a, b) => a - b)).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it('are never given to two series', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (moves) => {
        const table = createWarmRows(300, false);
        const taken = new Set<number>();
        let clashes = 0;
        for (const takes of moves) {
          reserveRows(table, 1);
          const [held] = taken;
          if (takes || held === undefined) {
            const row = takeRow(table);
            if (row === 0 || taken.has(row)) clashes += 1;
            taken.add(row);
          } else {
            taken.delete(held);
            giveRow(table, held);
          }
        }
        expect(clashes).toBe(0);
      }),
    );
  });
});
