import { describe, expect, it } from 'vitest';
import { createBandTable } from './band-table.ts';
import { bandGain, beyondBand, createBands, hourOf, learnBand, openBands } from './bands.ts';
import { dayMs, hourMs } from './parameters.ts';
import { minute, monday, normal } from './testing/series.ts';

/** Bands after `days` of noise that is 10 higher at 09:00 UTC. */
function learned(days: number) {
  const bands = openBands(createBands(2, false));
  const noise = normal(41);
  for (let index = 0; index < days * 1440; index += 1) {
    const isNine = Math.floor(index / 60) % 24 === 9;
    learnBand(bands, 1, Float64Array.of((isNine ? 110 : 100) + noise(), bandGain(minute), monday + index * minute));
  }
  return bands;
}

describe('the band of an hour', () => {
  it('is silent until its hour was seen on two days', () => {
    expect(beyondBand(learned(1), 1, 105, 9)).toBeNaN();
    expect(beyondBand(learned(2), 1, 105, 9)).not.toBeNaN();
  });

  it('knows which value is usual at which hour', () => {
    const bands = learned(7);
    const nine = hourOf(monday + 7 * dayMs + 9 * hourMs);
    const ten = hourOf(monday + 7 * dayMs + 10 * hourMs);
    expect(beyondBand(bands, 1, 110, nine)).toBe(0);
    expect(beyondBand(bands, 1, 110, ten)).toBeGreaterThan(5);
    expect(beyondBand(bands, 1, 100, nine)).toBeLessThan(-5);
    expect(beyondBand(bands, 1, 100, ten)).toBe(0);
  });

  it('holds about nine of ten values', () => {
    const bands = learned(14);
    const noise = normal(42);
    const inside = Array.from({ length: 2000 }, () => beyondBand(bands, 1, 100 + noise(), 0)).filter(
      (beyond) => beyond === 0,
    );
    expect(inside.length / 2000).toBeGreaterThan(0.8);
    expect(inside.length / 2000).toBeLessThan(0.97);
  });

  it('learns once from one time', () => {
    const once = learned(2);
    const twice = learned(2);
    learnBand(twice, 1, Float64Array.of(1e6, bandGain(minute), monday + 2 * dayMs - minute));
    expect(twice.f32).toEqual(once.f32);
  });
});

describe('rows of profiles', () => {
  it('are kept by name while the table grows', () => {
    const table = createBandTable(true);
    const rows = Array.from({ length: 200 }, (_, index) => table.rowOf(`p${index}`, monday));
    learnBand(table.bands(), rows[150]!, Float64Array.of(5, bandGain(minute), monday));
    for (let index = 200; index < 1000; index += 1) table.rowOf(`p${index}`, monday);
    expect(table.rowOf('p150', monday)).toBe(150);
    expect(table.bands().f64[150 * 32]).toBe(5);
  });

  it('are taken again when nobody used them for a day, before the table grows', () => {
    const table = createBandTable(false);
    for (let index = 0; index < 64; index += 1) {
      const row = table.rowOf(`p${index}`, monday);
      learnBand(table.bands(), row, Float64Array.of(index, bandGain(minute), monday));
    }
    table.release(7);
    expect(table.rowOf('fresh', monday + dayMs)).toBe(7);
    expect(table.rows()).toBe(64);
    expect(beyondBand(table.bands(), 7, 1, 0)).toBeNaN();
  });
});
