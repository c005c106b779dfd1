import { describe, expect, it } from 'vitest';
import { shippedSignals } from '../../../../test/builders/signals.ts';
import type { History, SeriesKey } from '../../../model/signal.ts';
import { createKeptPasts, mostPasts } from './kept-pasts.ts';
import { markMs } from './marks.ts';
import { recentOf } from './recent.ts';
import type { SeriesState } from '../series-state.ts';
import { createSeriesTable, type SeriesTable } from '../series-table.ts';
import { mostTested } from '../settings.ts';

const startMs = Date.UTC(2026, 0, 5);
const keyAt = (at: number): SeriesKey => ({
  signal: 'cpu.usage',
  of: { kind: 'Deployment', namespace: 'shop', name: `w-${String(at).padStart(3, '0')}` },
});
const pastOf = (at: number): History => ({
  key: keyAt(at),
  stepMs: markMs,
  points: Array.from({ length: 20 }, (_one, slot) => ({ atMs: startMs + slot * markMs, value: at + 1 })),
});

/** A table of so many series, each with a past. */
function aTable(count: number): SeriesTable {
  const table = createSeriesTable(shippedSignals);
  table.learn(Array.from({ length: count }, (_one, at) => pastOf(at)));
  return table;
}
const idsOf = (states: readonly SeriesState[]): Set<string> => new Set(states.map((one) => one.id));
const heldIn = (table: SeriesTable): string[] =>
  table
    .all()
    .filter(({ marks }) => marks.newestSlot() !== null)
    .map(({ key }) => key.of.name);

describe('pasts that are kept', () => {
  it('are all kept while there is room for them', () => {
    const table = aTable(20);
    const pasts = createKeptPasts(20);
    pasts.bound(table.all(), idsOf(table.all().slice(0, 3)), 1);
    expect([pasts.held, pasts.released, heldIn(table).length]).toEqual([20, 0, 20]);
  });

  it('are those of the series that were tested last, a little fewer than there is room for', () => {
    const table = aTable(30);
    const pasts = createKeptPasts(20);
    const all = table.all();
    pasts.bound(all.slice(0, 20), idsOf(all.slice(10, 12)), 1);
    pasts.bound(all.slice(0, 20), idsOf(all.slice(12, 14)), 2);
    pasts.bound(all, idsOf(all.slice(28)), 3);
    expect([pasts.held, pasts.released]).toEqual([19, 11]);
    // Never tested ones went first, by id.
    expect(heldIn(table)).toEqual(
      [10, 11, 12, 13, ...Array.from({ length: 15 }, (_one, at) => at + 15)].map((at) => keyAt(at).of.name),
    );
  });

  it('leave by whole workloads where none was tested', () => {
    const table = createSeriesTable(shippedSignals);
    const signals = ['cpu.usage', 'memory.working_set'] as const;
    table.learn(
      [0, 1, 2, 3].flatMap((at) => signals.map((signal) => ({ ...pastOf(at), key: { ...keyAt(at), signal } }))),
    );
    const pasts = createKeptPasts(5);
    pasts.bound(table.all(), new Set(), 1);
    expect(new Set(heldIn(table))).toEqual(new Set([keyAt(2).of.name, keyAt(3).of.name]));
  });

  it('are never those of a series that is open or was tested just now', () => {
    const table = aTable(10);
    const pasts = createKeptPasts(2);
    const [open] = table.all();
    open!.open = {
      firstSeenMs: 0,
      onsetMs: 0,
      onsetRangeMs: [0, 0],
      side: 'up',
      lastSeenMs: 0,
      cleanCycles: 0,
      last: null,
    };
    pasts.bound(table.all(), idsOf(table.all().slice(5, 8)), 1);
    expect(heldIn(table)).toEqual([0, 5, 6, 7].map((at) => keyAt(at).of.name));
  });

  it('are wanted back by a test that lacks them, a few at a time, and again by the next', () => {
    const table = aTable(10);
    const pasts = createKeptPasts(5);
    pasts.bound(table.all(), idsOf(table.all().slice(5)), 1);
    expect(pasts.wanted(10)).toEqual([]);
    const lacking = idsOf(table.all().slice(0, 3));
    pasts.bound(table.all(), lacking, 2);
    expect([pasts.wanted(2), pasts.wanted(2), pasts.wanted(2)]).toEqual([[keyAt(0), keyAt(1)], [keyAt(2)], []]);
    pasts.bound(table.all(), lacking, 3);
    expect(pasts.wanted(10)).toEqual([keyAt(0), keyAt(1), keyAt(2)]);
  });

  it('are wanted of others first by the next test, so that what cannot be read keeps nobody waiting', () => {
    const table = aTable(10);
    const pasts = createKeptPasts(5);
    pasts.bound(table.all(), idsOf(table.all().slice(5)), 1);
    const lacking = idsOf(table.all().slice(0, 3));
    const told = [2, 3, 4].map((nowMs) => {
      pasts.bound(table.all(), lacking, nowMs);
      return pasts.wanted(2);
    });
    expect(told).toEqual([
      [keyAt(0), keyAt(1)],
      [keyAt(2), keyAt(0)],
      [keyAt(1), keyAt(2)],
    ]);
  });

  it('come back whole, and are then no longer wanted', () => {
    const table = aTable(10);
    const pasts = createKeptPasts(5);
    pasts.bound(table.all(), idsOf(table.all().slice(5)), 1);
    const [first] = table.all();
    table.learn([pastOf(0)]);
    expect(first?.marks.newestSlot()).toBeNull();
    table.hold(first!.id);
    table.learn([pastOf(0)]);
    expect(first?.marks.at(Math.round(startMs / markMs))).toBe(1);
    pasts.bound(table.all(), new Set([first!.id]), 2);
    expect(pasts.wanted(10)).toEqual([]);
  });

  it('come back whole of a series that was kept over a restart', () => {
    const table = aTable(2);
    const again = createSeriesTable(shippedSignals);
    const [state] = table.all();
    const { id, marks } = state!;
    const era = { adoptedMs: null, trial: null };
    again.recall(
      [
        {
          id,
          basis: null,
          marks: marks.kept(),
          besideWanted: null,
          recent: recentOf(state!),
          live: new Float64Array(0),
          era,
        },
      ],
      startMs + 20 * markMs,
    );
    const back = again.get(id);
    back?.marks.release();
    again.hold(id);
    again.learn([pastOf(0)]);
    expect(back?.marks.at(Math.round(startMs / markMs))).toBe(1);
  });

  it('have room for every series that one cycle may test, twice', () => {
    expect(mostPasts).toBe(2 * mostTested);
  });
});
