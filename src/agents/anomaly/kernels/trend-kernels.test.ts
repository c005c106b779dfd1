import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autocorrelated, normal } from '../../../../test/builders/signals.ts';
import { blockJackknife } from './block-jackknife.ts';
import { mannKendall, mannKendallCorrected } from './mann-kendall.ts';
import { median } from './order-statistics.ts';
import { normalTail, studentQuantile } from './normal.ts';
import { residuals, theilSen } from './theil-sen.ts';

const steps = (length: number): Float64Array => Float64Array.from({ length }, (_, index) => index);
const values = (length: number, next: () => number): Float64Array => Float64Array.from({ length }, next);

/** The corrected test as the trend lane calls it. */
const tested = (y: Float64Array) => {
  const x = steps(y.length);
  return mannKendallCorrected(y, residuals(theilSen(x, y) ?? { slope: 0, intercept: 0 }, x, y));
};

describe('normal tail', () => {
  // Abramowitz and Stegun, table 26.1.
  it.each([
    [0, 0.5],
    [1, 0.15865525393],
    [1.96, 0.02499789515],
    [2.5, 0.0062096653258],
    [3, 0.00134989803],
    [-1, 0.84134474607],
  ])('P(Z > %d) is %d', (z, p) => {
    expect(Math.abs(normalTail(z) / p - 1)).toBeLessThan(3e-6);
  });

  it('stays above zero far out', () => {
    expect(normalTail(20)).toBeGreaterThan(0);
    expect(normalTail(20)).toBeLessThan(1e-80);
  });

  it('gives the quantiles of the tables of t', () => {
    expect(studentQuantile(0.05, 7)).toBeCloseTo(1.8946, 4);
    expect(studentQuantile(0.025, 30)).toBeCloseTo(2.0423, 4);
  });
});

describe('Theil–Sen line', () => {
  it('finds the exact line', () => {
    const x = steps(20);
    expect(
      theilSen(
        x,
        x.map((at) => 3 - 0.5 * at),
      ),
    ).toEqual({ slope: -0.5, intercept: 3 });
  });

  it('is not turned by a quarter of wild values', () => {
    const x = steps(40);
    const y = x.map((at) => (at % 4 === 1 ? 1e6 : 2 * at));
    expect(theilSen(x, y)?.slope).toBeCloseTo(2, 1);
  });

  it('has no line through one time', () => {
    expect(theilSen(Float64Array.of(4, 4), Float64Array.of(1, 2))).toBeNull();
    expect(theilSen(new Float64Array(), new Float64Array())).toBeNull();
  });

  it('moves with shift and scale of the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: -500, max: 500 }),
        (list, factor, shift) => {
          const x = steps(list.length);
          const y = Float64Array.from(list);
          const moved = theilSen(
            x,
            y.map((one) => factor * one + shift),
          );
          expect(moved?.slope).toBeCloseTo(factor * (theilSen(x, y)?.slope ?? 0), 9);
        },
      ),
    );
  });
});

describe('Mann–Kendall test', () => {
  it('counts rising pairs against falling ones', () => {
    // 10 pairs, of which only (4, 3) falls; var S = 5·4·15/18.
    const test = mannKendall(Float64Array.of(1, 2, 4, 3, 5));
    expect(test.s).toBe(8);
    expect(test.z).toBeCloseTo(7 / Math.sqrt(50 / 3), 12);
  });

  it('takes ties out of the variance', () => {
    // Gilbert 1987, 16.4: ties of two and three among n = 6.
    const test = mannKendall(Float64Array.of(1, 1, 2, 2, 2, 3));
    expect(test.s).toBe(11);
    expect(test.z).toBeCloseTo(10 / Math.sqrt((6 * 5 * 17 - 2 * 1 * 9 - 3 * 2 * 11) / 18), 12);
  });

  it('sees no trend where nothing moves', () => {
    expect(tested(new Float64Array(30).fill(7))).toMatchObject({ s: 0, z: 0, inflation: 1 });
  });

  it('answers the other way round for the mirrored series', () => {
    const y = values(40, normal(3));
    expect(tested(y.map((one) => -one)).z).toBeCloseTo(-tested(y).z, 9);
  });

  it('is never surer than the plain test about a rise', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 8, maxLength: 40 }), (list) => {
        const y = Float64Array.from(list);
        expect(Math.abs(tested(y).z)).toBeLessThanOrEqual(Math.abs(mannKendall(y).z) + 1e-12);
      }),
    );
  });

  /** Share of windows without a trend that pass at .005: 72 medians of five minutes of a process that remembers by the minute. */
  const falseAlarms = (memory: number, runs: number): { plain: number; corrected: number } => {
    let plain = 0;
    let corrected = 0;
    for (let run = 0; run < runs; run += 1) {
      const next = autocorrelated(1_000 + run, memory);
      const y = values(72, () => median([next(), next(), next(), next(), next()]));
      plain += mannKendall(y).p < 0.005 ? 1 : 0;
      corrected += tested(y).p < 0.005 ? 1 : 0;
    }
    return { plain: plain / runs, corrected: corrected / runs };
  };

  // At a true rate of .005 more than 7 in 400 come less than once in a hundred runs; the seeds are fixed.
  it.each([0, 0.5, 0.9, 0.98])('keeps its promise when minutes hang together by %d', (memory) => {
    expect(falseAlarms(memory, 400).corrected).toBeLessThanOrEqual(7 / 400);
  });

  it('needs the correction for that', () => {
    const { plain, corrected } = falseAlarms(0.98, 400);
    expect(plain).toBeGreaterThan(0.2);
    expect(plain).toBeGreaterThan(10 * corrected);
  });

  it('still sees a trend through noise that hangs together', () => {
    const next = autocorrelated(7, 0.6);
    expect(tested(values(72, () => 0).map((_, index) => index / 6 + next())).p).toBeLessThan(0.005);
  });
});

describe('block jackknife', () => {
  const meanOf =
    (y: Float64Array) =>
    (places: readonly number[]): number =>
      places.reduce((sum, place) => sum + (y[place] ?? 0), 0) / places.length;

  it('is a point where the figure does not move', () => {
    expect(blockJackknife(40, 8, 0.9, meanOf(new Float64Array(40).fill(3)))).toEqual({ estimate: 3, low: 3, high: 3 });
  });

  it('equals the usual interval of a mean when each block is one value', () => {
    const y = Float64Array.of(2, 4, 4, 5, 7, 9, 10, 12, 2, 4, 4, 5, 7, 9, 10, 12);
    const found = blockJackknife(16, 8, 0.9, meanOf(y));
    const pairs = [3, 4.5, 8, 11, 3, 4.5, 8, 11];
    const mean = 6.625;
    const error = Math.sqrt(pairs.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 7 / 8);
    expect(found?.high).toBeCloseTo(mean + 1.894579 * error, 4);
  });

  it('answers nothing where a block leaves no figure, or where there are too few values', () => {
    expect(blockJackknife(40, 8, 0.9, (places) => (places.length < 40 ? null : 1))).toBeNull();
    expect(blockJackknife(12, 8, 0.9, () => 1)).toBeNull();
  });
});
