import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { createBudgetRing } from './budget-ring.ts';

const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A minute of events at a time. */
function filled(minutes: number, bad: (minute: number) => number, total = 100) {
  const ring = createBudgetRing(minuteMs);
  for (let minute = 0; minute < minutes; minute += 1)
    ring.add(startMs + minute * minuteMs, startMs + (minute + 1) * minuteMs, bad(minute), total);
  return { ring, nowMs: startMs + minutes * minuteMs };
}

describe('counted events', () => {
  it('are summed over the newest window', () => {
    const { ring, nowMs } = filled(60, (minute) => (minute >= 50 ? 10 : 0));
    expect(ring.sum(5 * minuteMs, nowMs)).toEqual({ bad: 50, total: 500 });
    expect(ring.sum(hourMs, nowMs)).toEqual({ bad: 100, total: 6000 });
  });

  it('are told cell by cell, by the minute up to six hours and by the quarter beyond', () => {
    const { ring, nowMs } = filled(60, (minute) => (minute >= 58 ? 10 : 0));
    expect(ring.cells(3 * minuteMs, nowMs)).toEqual([
      { fromMs: nowMs - 3 * minuteMs, toMs: nowMs - 2 * minuteMs, bad: 0, total: 100 },
      { fromMs: nowMs - 2 * minuteMs, toMs: nowMs - minuteMs, bad: 10, total: 100 },
      { fromMs: nowMs - minuteMs, toMs: nowMs, bad: 10, total: 100 },
    ]);
    expect(ring.cells(3 * dayMs, nowMs).at(-1)).toEqual({
      fromMs: nowMs - 15 * minuteMs,
      toMs: nowMs,
      bad: 20,
      total: 1500,
    });
  });

  it('are forgotten after three days', () => {
    const { ring, nowMs } = filled(10, () => 1);
    expect(ring.sum(3 * dayMs, nowMs + 2 * dayMs).bad).toBeCloseTo(10, 4);
    ring.add(nowMs + 4 * dayMs, nowMs + 4 * dayMs + minuteMs, 1, 100);
    expect(ring.sum(3 * dayMs, nowMs + 4 * dayMs + minuteMs)).toEqual({ bad: 1, total: 100 });
  });

  it('are none where nothing came', () => {
    const { ring, nowMs } = filled(10, () => 1);
    expect(ring.sum(5 * minuteMs, nowMs + 30 * minuteMs)).toEqual({ bad: 0, total: 0 });
    expect(createBudgetRing(minuteMs).sum(hourMs, startMs)).toEqual({ bad: 0, total: 0 });
    expect(createBudgetRing(minuteMs).sinceMs).toBeNull();
  });

  it('of a long read are spread over its minutes', () => {
    const ring = createBudgetRing(minuteMs);
    ring.add(startMs, startMs + 15 * minuteMs, 30, 1500);
    expect(ring.sum(5 * minuteMs, startMs + 15 * minuteMs)).toEqual({ bad: 10, total: 500 });
  });

  it('take no number that is none', () => {
    const ring = createBudgetRing(minuteMs);
    ring.add(startMs, startMs + minuteMs, Number.NaN, 10);
    ring.add(startMs, startMs + minuteMs, 1, Number.POSITIVE_INFINITY);
    ring.add(startMs, startMs, 1, 10);
    ring.add(startMs, startMs + minuteMs, -1, 10);
    expect(ring.newestMs).toBeNull();
  });

  it('never are more bad than all', () => {
    const ring = createBudgetRing(minuteMs);
    ring.add(startMs, startMs + minuteMs, 20, 10);
    expect(ring.sum(5 * minuteMs, startMs + minuteMs)).toEqual({ bad: 10, total: 10 });
  });

  it('lose nothing, however the time is cut into reads', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }), (seconds) => {
        const ring = createBudgetRing(minuteMs);
        let atMs = startMs;
        for (const span of seconds) {
          ring.add(atMs, atMs + span * 1000, span / 10, span);
          atMs += span * 1000;
        }
        const total = seconds.reduce((sum, span) => sum + span, 0);
        expect(ring.sum(3 * dayMs, atMs).total / total).toBeCloseTo(1, 4);
        expect(ring.sum(3 * dayMs, atMs).bad / total).toBeCloseTo(0.1, 4);
      }),
    );
  });
});

describe('the shares by the minute', () => {
  it('are the newest that had events', () => {
    const { ring, nowMs } = filled(10, (minute) => minute);
    ring.add(nowMs + 2 * minuteMs, nowMs + 3 * minuteMs, 50, 100);
    const shares = ring.shares(5);
    expect(shares.map(([atMs]) => (atMs - nowMs) / minuteMs)).toEqual([-1, 0, 3]);
    expect(shares.map(([, share]) => Number(share.toFixed(6)))).toEqual([0.08, 0.09, 0.5]);
  });
});

describe('the stretch of bad minutes', () => {
  it('begins where they began', () => {
    const { ring, nowMs } = filled(60, (minute) => (minute >= 48 ? 5 : 0));
    expect(ring.stretchAbove(0.01, nowMs)).toBe(startMs + 48 * minuteMs);
  });

  it('bridges five good minutes and not more', () => {
    const { ring, nowMs } = filled(60, (minute) => (minute >= 50 || (minute >= 40 && minute < 45) ? 5 : 0));
    expect(ring.stretchAbove(0.01, nowMs)).toBe(startMs + 40 * minuteMs);
    const apart = filled(60, (minute) => (minute >= 51 || (minute >= 40 && minute < 45) ? 5 : 0));
    expect(apart.ring.stretchAbove(0.01, apart.nowMs)).toBe(startMs + 51 * minuteMs);
  });

  it('is none where no minute is bad', () => {
    const { ring, nowMs } = filled(60, () => 0);
    expect(ring.stretchAbove(0.01, nowMs)).toBeNull();
  });
});
