import { describe, expect, it } from 'vitest';
import { createMarks, marksKept } from './marks.ts';

describe('the past of a series', () => {
  it('is empty before its first value, and then what it was told', () => {
    const marks = createMarks();
    expect([marks.at(1), marks.newestSlot(), marks.peak()]).toEqual([Number.NaN, null, null]);
    marks.set(100, 3);
    marks.set(101, 5);
    expect([marks.at(100), marks.at(101), marks.newestSlot(), marks.peak()]).toEqual([3, 5, 101, 5]);
  });

  it.each([Number.MAX_VALUE, -Number.MAX_VALUE, 1e39, Number.POSITIVE_INFINITY, Number.NaN])(
    'learns nothing of a value that its ring has no room for: %d',
    (huge) => {
      const marks = createMarks();
      marks.set(99, huge);
      marks.set(100, 3);
      marks.set(101, huge);
      expect([...marks.between(99, 101), marks.newestSlot(), marks.texture().range]).toEqual([3, 100, 0]);
    },
  );

  it('keeps no texture that is no number', () => {
    const marks = createMarks();
    marks.set(100, 1e30);
    marks.set(101, -1e30);
    marks.scale(1e10);
    marks.texture();
    expect(marks.kept().texture).toBeNull();
  });

  it('is gone with its room, and learns nothing until it is held again', () => {
    const marks = createMarks();
    marks.set(100, 3);
    const before = marks.version();
    marks.release();
    marks.set(101, 5);
    expect([marks.isReleased, marks.at(100), marks.at(101), marks.newestSlot(), marks.peak()]).toEqual([
      true,
      Number.NaN,
      Number.NaN,
      null,
      null,
    ]);
    expect(marks.version()).toBeGreaterThan(before);
    marks.hold();
    marks.set(90, 7);
    expect([marks.isReleased, marks.at(90), marks.at(100)]).toEqual([false, 7, Number.NaN]);
  });

  it('stays as it is when it is held without having been released', () => {
    const marks = createMarks();
    marks.set(100, 3);
    marks.hold();
    expect(marks.at(100)).toBe(3);
  });

  it('bears everything while it has no room', () => {
    const marks = createMarks();
    marks.release();
    marks.scale(2);
    marks.dropFrom(5);
    expect([...marks.between(0, 10)]).toEqual([]);
    expect(marks.texture()).toEqual({ range: 0, quantum: 0 });
    expect(marks.kept().offsets).toHaveLength(marksKept);
  });

  it('goes on after it was kept, full or empty', () => {
    const [full, empty, again, fresh] = [createMarks(), createMarks(), createMarks(), createMarks()];
    for (let slot = 0; slot < 30; slot += 1) full.set(slot, slot * slot);
    again.load(full.kept());
    fresh.load(empty.kept());
    fresh.set(7, 1);
    expect([...again.between(0, 30)]).toEqual([...full.between(0, 30)]);
    expect([fresh.at(7), fresh.newestSlot()]).toEqual([1, 7]);
  });
});
