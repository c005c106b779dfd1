import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPodPast, keptWindows } from './pod-past.ts';

const stepMs = 300_000;
const filled = (count: number) => {
  const past = createPodPast();
  for (let at = 0; at < count; at += 1) past.push(1_000_000 + at * stepMs, at);
  return past;
};

describe('the past of a pod', () => {
  it('keeps every window of the first day', () => {
    expect([...filled(5).all()]).toEqual([0, 1, 2, 3, 4]);
    expect(filled(keptWindows).all()).toHaveLength(keptWindows);
  });

  it('thins out instead of growing, and keeps reaching back to the start', () => {
    const past = filled(2 * keptWindows);
    expect(past.all().length).toBeLessThanOrEqual(keptWindows);
    expect(past.all()[0]).toBe(0);
    expect(past.spanMs).toBeGreaterThan(1.9 * keptWindows * stepMs);
  });

  it('reaches back eight days and not further', () => {
    const days = filled(20 * keptWindows);
    expect(days.all()).toHaveLength(keptWindows);
    expect(days.spanMs).toBeCloseTo((keptWindows - 1) * 8 * stepMs, -4);
  });

  it('tells when its newest windows were', () => {
    expect(filled(4).newest(2)).toEqual([
      { atMs: 1_000_000 + 2 * stepMs, residual: 2 },
      { atMs: 1_000_000 + 3 * stepMs, residual: 3 },
    ]);
    expect(filled(1).newest(10)).toHaveLength(1);
    expect(createPodPast().newest(10)).toEqual([]);
  });

  it('stays in order of time, whatever comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000 }), (count) => {
        const past = filled(count);
        expect([...past.all()]).toEqual([...past.all()].toSorted((left, right) => left - right));
        for (const { atMs, residual } of past.newest(keptWindows))
          expect(Math.abs(atMs - 1_000_000 - residual * stepMs)).toBeLessThan(1_000);
      }),
      { numRuns: 30 },
    );
  });

  it('takes no value that is no number, and tells when it changed', () => {
    const past = filled(3);
    const before = past.version;
    past.push(0, Number.NaN);
    expect(past.version).toBe(before);
    past.push(2_000_000, 1);
    expect(past.version).toBe(before + 1);
  });
});
