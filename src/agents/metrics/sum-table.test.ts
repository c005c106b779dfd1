import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSumTable } from './sum-table.ts';

describe('the sums of owners', () => {
  it('are not known before they are set, and zero is known', () => {
    const sums = createSumTable().next();
    expect(sums.get('cpu')).toBeUndefined();
    sums.set('cpu', 0);
    expect([sums.get('cpu'), sums.get('memory')]).toEqual([0, undefined]);
  });

  it('are taken back together, and the next owner finds none of them', () => {
    const table = createSumTable();
    table.next().set('cpu', 3);
    table.clear();
    expect(table.next().get('cpu')).toBeUndefined();
  });

  it('say what a map for each owner says, for any number of owners and names', () => {
    const order = fc.record({
      owner: fc.nat(200),
      gives: fc.nat(40).map((at) => `measure-${at}`),
      value: fc.double({ noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(order, { maxLength: 60 }), { maxLength: 3 }), (rounds) => {
        const table = createSumTable();
        for (const round of rounds) {
          table.clear();
          const sums = Array.from({ length: 201 }, () => table.next());
          const maps = sums.map(() => new Map<string, number>());
          for (const { owner, gives, value } of round) {
            sums[owner]?.set(gives, value);
            maps[owner]?.set(gives, value);
          }
          for (const { owner, gives } of round) expect(sums[owner]?.get(gives)).toBe(maps[owner]?.get(gives));
          const names = [...new Set(round.map((one) => one.gives))];
          const known = sums.map((one) => names.filter((name) => one.get(name) !== undefined).length);
          expect(known).toEqual(maps.map((one) => one.size));
        }
      }),
    );
  });
});
