import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPodPast, keptWindows } from './pod-past.ts';

const filled = (count: number) => {
  const past = createPodPast();
  for (let at = 0; at < count; at += 1) past.push(at);
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
    expect(past.span).toBeGreaterThan(1.9 * keptWindows);
  });

  it('reaches back eight days and not further', () => {
    const days = filled(20 * keptWindows);
    expect(days.all()).toHaveLength(keptWindows);
    expect(days.span).toBe(8 * keptWindows);
    expect(days.all()[0]).toBeGreaterThanOrEqual(20 * keptWindows - 8 * keptWindows - 8);
  });

  it('stays in order of time within its bytes, whatever comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000 }), (count) => {
        const all = filled(count).all();
        expect(all.byteLength).toBeLessThanOrEqual(1_152);
        expect([...all]).toEqual([...all].toSorted((left, right) => left - right));
      }),
      { numRuns: 40 },
    );
  });

  it('takes no value that is no number, and tells when it changed', () => {
    const past = filled(3);
    const before = past.version;
    past.push(Number.NaN);
    expect(past.version).toBe(before);
    past.push(1);
    expect(past.version).toBe(before + 1);
  });
});
