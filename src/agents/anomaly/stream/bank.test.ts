import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBank, type Bank } from './bank.ts';
import { aSeries, minute, monday, normal, points, spoken, uniform } from './testing/series.ts';

const length = 420;

/** A bank of `ids`, each with noise of its own, and one that jumps at the end. */
function noisy(ids: readonly string[], shardSeries = 2): Bank {
  const bank = createBank({ shardSeries });
  for (const id of ids) bank.add(aSeries({ id }));
  const noise = new Map(ids.map((id) => [id, normal(id.codePointAt(0)!)]));
  const values = new Float64Array(bank.slots());
  for (let index = 0; index < length; index += 1) {
    for (const id of ids) values[bank.slotOf(id)!] = noise.get(id)!() + (id === 'c' && index === length - 1 ? 20 : 0);
    bank.step(monday + index * minute, values);
  }
  return bank;
}

describe('a bank of series', () => {
  it('gives a known id its slot again', () => {
    const bank = createBank();
    expect(bank.add(aSeries({ id: 'x' }))).toBe(bank.add(aSeries({ id: 'x' })));
    expect(bank.size()).toBe(1);
  });

  it('names as suspects what stood out in the last half hour, most surprising first', () => {
    const bank = noisy(['a', 'b', 'c', 'd', 'e']);
    const suspects = bank.suspects(8);
    expect(suspects[0]?.id).toBe('c');
    expect(suspects[0]?.surprise).toBe(bank.recentSurprise(bank.slotOf('c')!));
    expect(bank.surprise(bank.slotOf('c')!)).toBe(
      Object.values(bank.votes(bank.slotOf('c')!)).reduce((sum, one) => sum + one, 0),
    );
  });

  it('lets a suspect go after at most half an hour of nothing', () => {
    const bank = noisy(['c']);
    const slot = bank.slotOf('c')!;
    bank.step(monday + (length + 31) * minute, new Float64Array([Number.NaN]));
    expect(bank.recentSurprise(slot)).toBe(0);
    expect(bank.state(slot)).toBe('gap');
  });

  it('says the same whatever the order in which series were added, and however many share a shard', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const saidOf = (bank: Bank) => bank.suspects(0).map(({ id, surprise }) => [id, surprise]);
    const expected = saidOf(noisy(ids));
    fc.assert(
      fc.property(fc.shuffledSubarray(ids, { minLength: 7 }), fc.integer({ min: 1, max: 8 }), (order, perShard) => {
        expect(saidOf(noisy(order, perShard))).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('says the same whether the past came at once or sample by sample', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: length }), (cut) => {
        const noise = normal(4);
        const past = points(length, () => noise());
        const streamed = createBank();
        const saidAll = spoken(streamed, streamed.add(aSeries()), past);
        const chunked = createBank();
        const slot = chunked.add(aSeries());
        chunked.replay(slot, past.slice(0, cut));
        expect(spoken(chunked, slot, past.slice(cut))).toEqual(saidAll.slice(cut));
        expect(chunked.snapshot()).toEqual(streamed.snapshot());
      }),
      { numRuns: 15 },
    );
  });

  it('replays replicas together as if it had stepped through their past', () => {
    const ids = ['p', 'q', 'r'];
    const pasts = ids.map((id) => {
      const noise = normal(id.codePointAt(0)!);
      return points(length, () => noise());
    });
    const stepped = createBank();
    const replayed = createBank();
    for (const id of ids) {
      stepped.add(aSeries({ id, profile: 'shop' }));
      replayed.add(aSeries({ id, profile: 'shop' }));
    }
    for (let index = 0; index < length; index += 1)
      stepped.step(
        monday + index * minute,
        Float64Array.from(pasts, (past) => past[index]!.value),
      );
    replayed.replayTogether(pasts.map((past, slot) => ({ slot, points: past })));
    expect(replayed.snapshot()).toEqual(stepped.snapshot());
  });

  it('gives the slot of a removed series to the next, which starts from nothing', () => {
    const bank = noisy(['a', 'b']);
    const slot = bank.slotOf('a')!;
    bank.remove(slot);
    expect(bank.slotOf('a')).toBeUndefined();
    expect(bank.add(aSeries({ id: 'z' }))).toBe(slot);
    bank.step(monday + length * minute, new Float64Array([1, 1]));
    expect(bank.state(slot)).toBe('warm-up');
    expect(bank.surprise(slot)).toBe(0);
  });

  it('starts a new replica from its warm siblings, and does not believe it for 30 samples', () => {
    const bank = createBank();
    const old = bank.add(aSeries({ id: 'old', profile: 'shop' }));
    const noise = normal(9);
    bank.replay(
      old,
      points(length, () => noise()),
    );
    const young = bank.add(aSeries({ id: 'young', profile: 'shop' }));
    const said = spoken(
      bank,
      young,
      points(32, () => 30, monday + length * minute),
    );
    expect(bank.state(young)).toBe('test');
    expect(said.slice(0, 30).every(({ surprise }) => surprise === 0)).toBe(true);
    expect(said[30]!.votes.med).toBeGreaterThan(2);
  });
});

describe('replicas that come many at once', () => {
  const warmBank = () => {
    const bank = createBank();
    const pasts = ['a', 'b', 'c'].map((id, at) => {
      const noise = normal(at + 1);
      return { slot: bank.add(aSeries({ id, profile: 'shop' })), points: points(length, () => 10 * at + noise()) };
    });
    bank.replayTogether(pasts);
    return bank;
  };
  const add = (bank: Bank, id: string): number => bank.add(aSeries({ id, profile: 'shop' }));
  const young = ['z', 'y', 'x', '0', '1'];

  it('look at the others once', () => {
    const bank = createBank();
    let looks = 0;
    bank.add({
      ...aSeries({ id: 'old', profile: 'shop' }),
      get stepMs() {
        looks += 1;
        return minute;
      },
    });
    bank.step(monday, new Float64Array([1]));
    looks = 0;
    for (const id of young) add(bank, id);
    expect(looks).toBe(1);
  });

  it('start as if each had looked at all that came before it', () => {
    const atOnce = warmBank();
    const oneByOne = warmBank();
    for (const id of young) {
      add(atOnce, id);
      // Nothing is frozen, but what was known of siblings is forgotten.
      oneByOne.freeze(add(oneByOne, id), false);
    }
    expect(atOnce.snapshot()).toEqual(oneByOne.snapshot());
    expect(atOnce.level(atOnce.slotOf('1')!)).toBe(atOnce.level(atOnce.slotOf('b')!));
  });

  it('start from another sibling when the one of before went', () => {
    const bank = warmBank();
    const first = add(bank, 'first');
    bank.remove(bank.slotOf('b')!);
    expect(bank.level(add(bank, 'next'))).toBe(bank.level(first));
    expect(bank.level(first)).toBeGreaterThan(5);
  });

  it('start from another sibling when that of before has an open finding', () => {
    const bank = warmBank();
    bank.freeze(add(bank, 'first'), true);
    add(bank, 'second');
    for (const id of ['b', 'second']) bank.freeze(bank.slotOf(id)!, true);
    expect(bank.level(add(bank, 'next'))).toBe(bank.level(bank.slotOf('a')!));
  });

  it('start from a sibling that was restored', () => {
    const [bank, kept] = [warmBank(), warmBank()];
    kept.remove(kept.slotOf('c')!);
    add(bank, 'first');
    bank.restore(kept.snapshot());
    expect(bank.level(add(bank, 'next'))).toBe(bank.level(bank.slotOf('a')!));
  });

  it('start from what their sibling has learned by then', () => {
    const bank = warmBank();
    add(bank, 'first');
    const noise = normal(8);
    bank.replay(
      bank.slotOf('b')!,
      points(200, () => 8 + noise(), monday + length * minute),
    );
    expect(bank.level(add(bank, 'next'))).toBe(bank.level(bank.slotOf('b')!));
  });
});

describe('an open finding', () => {
  it('keeps its series from learning the fault as normal', () => {
    const noise = normal(11);
    const past = points(length, () => noise());
    const fault = points(2 * 1440, () => 8 + noise(), monday + length * minute);
    const bank = createBank();
    const slot = bank.add(aSeries());
    bank.replay(slot, past);
    const before = bank.level(slot);
    bank.freeze(slot, true);
    const said = spoken(bank, slot, fault);
    expect(bank.level(slot)).toBe(before);
    expect(said.at(-1)!.votes.med).toBeGreaterThan(2);
    bank.freeze(slot, false);
    spoken(
      bank,
      slot,
      points(60, () => 8 + noise(), monday + (length + fault.length) * minute),
    );
    expect(bank.level(slot)).toBeGreaterThan(before);
  });
});

describe('what can be tested', () => {
  const stateAfter = (next: () => number, count = length) => {
    const bank = createBank();
    const slot = bank.add(aSeries({ deltaMin: 1 }));
    bank.replay(slot, points(count, next));
    return { bank, slot, state: bank.state(slot) };
  };

  it('is nothing before 200 samples', () => {
    expect(stateAfter(normal(1), 199).state).toBe('warm-up');
    expect(stateAfter(normal(1), 200).state).toBe('test');
  });

  it('is counted where values are few and whole', () => {
    const next = uniform(3);
    expect(stateAfter(() => Math.floor(4 * next())).state).toBe('count');
    expect(stateAfter(() => (next() < 0.9 ? 0 : 100 * next())).state).toBe('count');
  });

  it('is a constant that moves: as rare as it is old, and a suspect', () => {
    const { bank, slot, state } = stateAfter(() => 3);
    expect(state).toBe('constant');
    const [said] = spoken(bank, slot, [{ atMs: monday + length * minute, value: 5 }]);
    expect(Math.abs(said!.surprise - Math.log10(length + 2))).toBeLessThan(1 / 1024);
    expect(bank.suspects(8).map(({ id }) => id)).toEqual(['a']);
  });

  it('is no suspect for a move that does not matter', () => {
    const { bank, slot } = stateAfter(() => 3);
    spoken(bank, slot, [{ atMs: monday + length * minute, value: 3.5 }]);
    expect(bank.suspects(8)).toEqual([]);
    expect(bank.state(slot)).toBe('warm-up');
  });

  it('is constant when nothing changed for 200 samples', () => {
    const { bank, slot } = stateAfter(normal(2));
    spoken(
      bank,
      slot,
      points(202, () => 0.5, monday + length * minute),
    );
    expect(bank.state(slot)).toBe('constant');
  });
});
