import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLearned, writeLearned, type Learned } from './learned.ts';
import { createMarks, marksPerDay } from './marks.ts';

function marksOf(values: readonly number[]): ReturnType<typeof createMarks> {
  const marks = createMarks();
  for (const [slot, value] of values.entries()) marks.set(slot, value);
  return marks;
}
const learned = (values: readonly number[]): Learned => ({
  atMs: 1_000,
  tierOne: Uint8Array.from([1, 2, 3, 4, 5]),
  series: [{ id: 'cpu.usage@shop/Deployment/wéb', basis: 2 ** 30, marks: marksOf(values).kept() }],
});
const anyValues = fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { maxLength: 3 * marksPerDay });

describe('what was learned', () => {
  it('comes back bit for bit', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        expect(readLearned(writeLearned(learned(values)))).toEqual(learned(values));
      }),
      { numRuns: 30 },
    );
  });

  it('goes on as if it had never been away', () => {
    const values = Array.from({ length: 500 }, (_, at) => 2e9 + Math.sin(at) * 1_000);
    const before = marksOf(values);
    before.texture();
    const after = createMarks();
    after.load(before.kept());
    for (let slot = 500; slot < 900; slot += 1) {
      before.set(slot, 2e9 + slot);
      after.set(slot, 2e9 + slot);
    }
    expect(after.kept()).toEqual(before.kept());
    expect(after.texture()).toEqual(before.texture());
    expect(after.at(450)).toBe(before.at(450));
  });

  it('is refused when a bit is wrong, wherever it is', () => {
    const bytes = writeLearned(learned([1, 2, 3]));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const broken = bytes.slice();
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        expect(readLearned(broken)).toHaveProperty('why');
      }),
    );
  });

  it.each([
    ['nothing', new Uint8Array(0), 'it is too short'],
    ['something else', new Uint8Array(64), 'it is no file of baselines'],
    ['half of it', writeLearned(learned([1])).subarray(0, 200), 'its checksum does not hold'],
  ])('is refused when it is %s', (_what, bytes, why) => {
    expect(readLearned(bytes)).toEqual({ why });
  });
});
