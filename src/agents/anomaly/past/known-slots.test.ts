import { describe, expect, it } from 'vitest';
import { deployment, shippedSignals } from '../../../../test/builders/signals.ts';
import type { History } from '../../../model/signal.ts';
import { createSeriesTable, type SeriesTable } from '../series-table.ts';
import { markMs, slotOf } from './marks.ts';
import { recentOf } from './recent.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Thursday. */
const keptMs = Date.UTC(2026, 0, 8, 14);

/** One value for each step of this time. */
function level(value: number, fromMs: number, toMs: number, stepMs = markMs): History {
  const length = Math.floor((toMs - fromMs) / stepMs) + 1;
  const points = Array.from({ length }, (_one, at) => ({ atMs: fromMs + at * stepMs, value }));
  return { key: { signal: 'cpu.usage', of: deployment() }, stepMs, points };
}
const eightDays = (value: number): History => level(value, keptMs - 8 * dayMs, keptMs);
const stateOf = (table: SeriesTable) => table.all()[0]!;
const at = (table: SeriesTable, ms: number): number => stateOf(table).marks.at(slotOf(ms));

function aTable(...histories: readonly History[]): SeriesTable {
  const table = createSeriesTable(shippedSignals);
  table.learn(histories);
  return table;
}

/** The table of the next process. */
function restarted(table: SeriesTable): SeriesTable {
  const { id, marks, ...state } = stateOf(table);
  const kept = { id, basis: null, marks: marks.kept(), besideWanted: null, recent: recentOf({ id, marks, ...state }) };
  const next = createSeriesTable(shippedSignals);
  next.recall([{ ...kept, live: new Float64Array(0), era: { adoptedMs: null, trial: null } }], keptMs);
  return next;
}

describe('a series that a restart kept', () => {
  it('knows better than a source what it kept, and takes what came after', () => {
    const table = restarted(aTable(eightDays(1)));
    table.learn([level(4, keptMs - 8 * dayMs, keptMs + hourMs)]);
    expect([at(table, keptMs - dayMs), at(table, keptMs), at(table, keptMs + hourMs)]).toEqual([1, 1, 4]);
  });

  it('does not learn again what it took for a fault', () => {
    const before = aTable(eightDays(1));
    stateOf(before).marks.dropFrom(slotOf(keptMs - hourMs));
    const table = restarted(before);
    table.learn([eightDays(4)]);
    expect([at(table, keptMs - 2 * hourMs), at(table, keptMs - hourMs)]).toEqual([1, Number.NaN]);
  });

  it('learns the past that could not be read before it', () => {
    const table = restarted(aTable(level(1, keptMs - hourMs, keptMs)));
    table.learn([eightDays(4)]);
    expect([at(table, keptMs - 7 * dayMs), at(table, keptMs - 2 * hourMs), at(table, keptMs)]).toEqual([4, 4, 1]);
  });

  it('learns all of the past where it had given it back', () => {
    const before = aTable(eightDays(1));
    stateOf(before).marks.release();
    const table = restarted(before);
    table.learn([eightDays(4)]);
    expect([at(table, keptMs - 7 * dayMs), at(table, keptMs)]).toEqual([4, 4]);
  });

  it('learns none of what was a fault from its first value on', () => {
    const before = aTable(level(1, keptMs - hourMs, keptMs));
    stateOf(before).marks.dropFrom(slotOf(keptMs - hourMs));
    const table = restarted(before);
    table.learn([eightDays(4)]);
    expect([at(table, keptMs - 2 * hourMs), at(table, keptMs - hourMs)]).toEqual([4, Number.NaN]);
  });
});

describe('the weekends of a series that a restart kept', () => {
  const saturdayMs = Date.UTC(2025, 11, 20);
  const weekend = (value: number): History => level(value, saturdayMs, saturdayMs + 2 * dayMs - 1, 3 * markMs);

  it('are learned where none were kept', () => {
    const table = restarted(aTable(eightDays(1)));
    table.learn([weekend(4)]);
    expect([at(table, saturdayMs), at(table, saturdayMs + 36 * hourMs)]).toEqual([4, 4]);
  });

  it('stay as they were kept, and gain what lies before their oldest value', () => {
    const before = aTable(eightDays(1), level(1, saturdayMs + 12 * hourMs, saturdayMs + dayMs - 1, 3 * markMs));
    const table = restarted(before);
    table.learn([weekend(4)]);
    const seen = [6, 12, 23, 24].map((hour) => at(table, saturdayMs + hour * hourMs));
    expect(seen).toEqual([4, 1, 1, 4]);
  });

  it('do not learn again a day that was a fault', () => {
    const before = aTable(eightDays(1), weekend(1));
    stateOf(before).marks.dropFrom(slotOf(saturdayMs + dayMs));
    const table = restarted(before);
    table.learn([weekend(4), level(2, keptMs + markMs, keptMs + hourMs)]);
    expect([at(table, saturdayMs), at(table, saturdayMs + 30 * hourMs)]).toEqual([1, Number.NaN]);
  });
});
