import { array, assert, double, option, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chartOf, escaped, partsOf, ticksOf } from './chart.ts';
import type { ChartPoint } from './episodes.ts';
import { aBacktestFinding, onsetMs } from './testing/report.ts';

const minuteMs = 60_000;
const point = (minute: number, value: number | null): ChartPoint => [minute * minuteMs, value, 0, 1];

describe('parts of a line', () => {
  it('are one while nothing is missing', () => {
    expect(partsOf([point(0, 1), point(1, 2), point(2, 3)])).toHaveLength(1);
  });

  it('are parted where a value is missing', () => {
    const parts = partsOf([point(0, 1), point(1, null), point(2, 3)]);
    expect(parts.map((part) => part.map(([ms]) => ms / minuteMs))).toEqual([[0], [2]]);
  });

  it('are parted where no point is for long, whatever the step', () => {
    const parts = partsOf([point(0, 1), point(5, 1), point(10, 1), point(60, 1), point(65, 1)]);
    expect(parts.map((part) => part.length)).toEqual([3, 2]);
  });
});

describe('ticks of an axis', () => {
  it('are few and round', () => {
    expect(ticksOf(0, 0.9)).toEqual([0, 0.5]);
    expect(ticksOf(180, 850)).toEqual([250, 500, 750]);
  });

  it('lie within any range', () => {
    assert(
      property(
        double({ min: -1e9, max: 1e9, noNaN: true }),
        double({ min: 1e-6, max: 1e9, noNaN: true }),
        (low, span) => {
          const ticks = ticksOf(low, low + span);
          expect(ticks.length).toBeLessThanOrEqual(6);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(low - span * 1e-6);
            expect(tick).toBeLessThanOrEqual(low + span * (1 + 1e-6));
          }
        },
      ),
    );
  });
});

describe('a chart', () => {
  const svg = chartOf(aBacktestFinding());

  it('draws the band, the line, the onset and when it was found', () => {
    expect(svg).toContain('class="band"');
    expect(svg).toContain('class="line"');
    expect(svg).toContain('began 14:03');
    expect(svg).toContain('found 14:07');
  });

  it('has a name that says what it shows', () => {
    expect(svg).toContain('aria-label="p99 over time; p99 840 ms, usual 190 ms–260 ms"');
  });

  it('never joins a hole', () => {
    const chart = [point(0, 1), point(1, 1), point(2, null), point(3, 1), point(4, 1)];
    expect(chartOf(aBacktestFinding({ chart })).match(/<polyline/g)).toHaveLength(2);
  });

  it('has only numbers in its geometry, for any points', () => {
    const value = option(double({ min: -1e12, max: 1e12, noNaN: true }));
    assert(
      property(array(tuple(value, value, value), { maxLength: 20 }), (points) => {
        const chart = points.map(([one, low, high], at): ChartPoint => [onsetMs + at * minuteMs, one, low, high]);
        expect(chartOf(aBacktestFinding({ chart }))).not.toMatch(/NaN|Infinity/);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps text of others from becoming markup', () => {
    expect(escaped(`<a href="x">&'`)).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;');
    expect(chartOf(aBacktestFinding({ sentence: '<script>' }))).not.toContain('<script>');
  });
});
