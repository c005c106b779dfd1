import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LearnedSeries, readLearned, writeLearned, type Learned } from './learned.ts';
import { createMarks, marksPerDay } from './marks.ts';

function marksOf(values: readonly number[]): ReturnType<typeof createMarks> {
  const marks = createMarks();
  for (const [slot, value] of values.entries()) marks.set(slot, value);
  return marks;
}

const aSeries = (values: readonly number[], over: Partial<LearnedSeries> = {}): LearnedSeries => ({
  id: 'cpu.usage@shop/Deployment/wéb',
  basis: 2 ** 30,
  marks: marksOf(values).kept(),
  besideWanted: marksOf(values.slice(0, 9)).kept(),
  recent: {
    window: values.slice(-5).map((value, at) => [at * 60_000, value, at === 0 ? null : 12.5]),
    results: [null, [3.25, 0.04, 'up', true]],
    lasting: 2,
    open: null,
    closed: { atMs: 7, firstSeenMs: 3, onset: { atMs: 1, rangeMs: [0, 2] } },
    resizedMs: 8,
    habits: { day: 3, withRequests: true, habits: { own: 0.3, both: { own: 0.2, requests: 0.7 } } },
  },
  live: Float64Array.from(values.flatMap((value, at) => [at * 60_000, value])),
  era: { adoptedMs: 5, trial: { rolloutMs: 9, waiting: Float64Array.from(values) } },
  ...over,
});
const learned = (values: readonly number[], copies = 1): Learned & { readonly series: readonly LearnedSeries[] } => ({
  atMs: 1_000,
  writes: [['shop/Deployment/cart', 900]],
  tierOne: Uint8Array.from([1, 2, 3, 4, 5]),
  series: Array.from({ length: copies }, (_, at) => aSeries(values, { id: `cpu.usage@shop/Deployment/w${at}` })),
  lanes: new Map([['replicas', [Uint8Array.from([9, 8]), Uint8Array.from([7])]]]),
});
const bytesOf = (one: Learned): Uint8Array => new Uint8Array(Buffer.concat([...writeLearned(one)]));
/** Zero has no sign in what is kept. */
const anyValue = fc.double({ noNaN: true, min: -1e12, max: 1e12 }).map((value) => value + 0);
const anyValues = fc.array(anyValue, { maxLength: 3 * marksPerDay });

describe('what was learned', () => {
  it('comes back bit for bit', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        expect(readLearned(bytesOf(learned(values)))).toEqual(learned(values));
      }),
      { numRuns: 30 },
    );
  });

  it('comes in pieces of less than a few megabytes, and is the same together', () => {
    const many = learned([1, 2, 3], 150);
    const pieces = [...writeLearned(many)];
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map((one) => one.byteLength))).toBeLessThan(2 ** 21);
    expect(readLearned(new Uint8Array(Buffer.concat(pieces)))).toEqual(many);
  });

  it.each([
    ['15 kB for a series with eight days, four weekends and two hours of samples', {}, 11_000, 15_500],
    ['3 kB where the past was given back', { marks: createMarks().kept() }, 2_000, 3_000],
  ])('takes %s', (_what, over, least, most) => {
    const values = Array.from({ length: 120 }, (_, at) => 0.18 + Math.sin(at) / 100);
    const one = aSeries(values, { era: { adoptedMs: null, trial: null }, besideWanted: null, ...over });
    const without = bytesOf({ ...learned([]), series: [] }).byteLength;
    const each = (bytesOf({ ...learned([]), series: Array<LearnedSeries>(64).fill(one) }).byteLength - without) / 64;
    expect(each).toBeGreaterThan(least);
    expect(each).toBeLessThan(most);
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
    const bytes = bytesOf(learned([1, 2, 3]));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
        const broken = bytes.slice();
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        expect(readLearned(broken)).toHaveProperty('why');
      }),
    );
  });

  it('is refused when it ends early, also between two pieces', () => {
    const pieces = [...writeLearned(learned([1, 2, 3], 150))];
    for (let kept = 1; kept < pieces.length; kept += 1)
      expect(readLearned(new Uint8Array(Buffer.concat(pieces.slice(0, kept))))).toHaveProperty('why');
    expect(readLearned(new Uint8Array(Buffer.concat(pieces.toSpliced(3, 1))))).toEqual({ why: 'its end is missing' });
  });

  it.each([
    ['nothing', new Uint8Array(0), 'it is too short'],
    ['something else', new Uint8Array(64), 'it is no file of baselines'],
    ['half of it', bytesOf(learned([1])).subarray(0, 200), 'its checksum does not hold'],
  ])('is refused when it is %s', (_what, bytes, why) => {
    expect(readLearned(bytes)).toEqual({ why });
  });
});
