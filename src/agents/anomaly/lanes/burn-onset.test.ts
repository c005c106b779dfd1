import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minuteMs, startMs } from '../../../../test/builders/signals.ts';
import { seeded } from '../../../sandbox/api/context.ts';
import { burnOnset } from './burn-onset.ts';

/** One cell a minute; `bad` and `total` by minute. */
function minutes(count: number, bad: (minute: number) => number, total: (minute: number) => number = () => 1000) {
  return Array.from({ length: count }, (_, minute) => ({
    fromMs: startMs + minute * minuteMs,
    toMs: startMs + (minute + 1) * minuteMs,
    bad: bad(minute),
    total: total(minute),
  }));
}

const minuteOf = (ms: number | undefined): number => ((ms ?? Number.NaN) - startMs) / minuteMs;

describe('when the share of bad events rose', () => {
  it('is the minute of the fault, whatever the share before it was', () => {
    const onsets = [0, 0.5, 1.2, 2].map((base) =>
      minuteOf(
        burnOnset(
          minutes(120, (minute) => (minute >= 110 ? 300 : base)),
          0.0144,
        )?.atMs,
      ),
    );
    expect(onsets).toEqual([110, 110, 110, 110]);
  });

  it('is found with two bad minutes alone', () => {
    const found = burnOnset(
      minutes(120, (minute) => (minute >= 118 ? 300 : 1.2)),
      0.0144,
    );
    expect(minuteOf(found?.atMs)).toBe(118);
    expect(found?.rangeMs.map(minuteOf)).toEqual([117, 119]);
  });

  it('includes a minute that shows half of the fault: a rate over two minutes does', () => {
    const half = (minute: number): number => (minute > 100 ? 300 : minute === 100 ? 150 : 1);
    expect(minuteOf(burnOnset(minutes(110, half), 0.0144)?.atMs)).toBe(100);
  });

  it('is uncertain where few events were counted, and says by how much', () => {
    const { next } = seeded(7);
    const rare = minutes(
      120,
      (minute) => (minute >= 80 && next() < 0.3 ? 1 : 0),
      () => 1,
    );
    const found = burnOnset(rare, 0.0144);
    const [first, last] = found?.rangeMs.map(minuteOf) ?? [];
    expect(first).toBeLessThanOrEqual(80);
    expect(last).toBeGreaterThan(80);
    expect((last ?? 0) - (first ?? 0)).toBeGreaterThan(3);
  });

  it('begins with the first minute that had requests after a silence', () => {
    const cells = minutes(
      60,
      (minute) => (minute >= 50 ? 500 : 0),
      (minute) => (minute >= 40 && minute < 50 ? 0 : 1000),
    );
    expect(minuteOf(burnOnset(cells, 0.0144)?.atMs)).toBe(50);
  });

  it('is not known where the share was an alarm all along, fell, or never changed', () => {
    expect(
      burnOnset(
        minutes(120, (minute) => (minute >= 60 ? 40 : 30)),
        0.0144,
      ),
    ).toBeNull();
    expect(
      burnOnset(
        minutes(120, (minute) => (minute >= 60 ? 1 : 10)),
        0.0144,
      ),
    ).toBeNull();
    expect(
      burnOnset(
        minutes(120, () => 5),
        0.0144,
      ),
    ).toBeNull();
    expect(burnOnset([], 0.0144)).toBeNull();
  });

  it('lies within its range, and the range within what was counted', () => {
    const share = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 0, maxLength: 90 });
    fc.assert(
      fc.property(share, (bads) => {
        const cells = minutes(
          bads.length,
          (minute) => bads[minute] ?? 0,
          () => 100,
        );
        const found = burnOnset(cells, 1);
        if (found === null) return;
        const [first, last] = found.rangeMs;
        expect(first).toBeLessThanOrEqual(found.atMs);
        expect(last).toBeGreaterThan(found.atMs);
        expect(first).toBeGreaterThanOrEqual(startMs);
        expect(last).toBeLessThanOrEqual(startMs + bads.length * minuteMs);
      }),
    );
  });
});
