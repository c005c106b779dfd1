import { describe, expect, it } from 'vitest';
import { seriesId, type SeriesKey } from '../../model/signal.ts';
import { createKnownSeries, type KnownOne } from './known-series.ts';

const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const cpu: SeriesKey = { signal: 'cpu.usage', of: cart };
const pod: SeriesKey = { ...cpu, pod: 'cart-1' };
const one = (key: SeriesKey, slot = 0): KnownOne => ({ slot, id: seriesId(key), key, seenMs: 0 });

describe('series that have a slot', () => {
  it('are found by their key, by one that says the same, and by their id', () => {
    const known = createKnownSeries();
    const entry = one(cpu);
    known.add(entry);
    expect(known.find(cpu)).toBe(entry);
    expect(known.find({ ...cpu })).toBe(entry);
    expect(known.get(seriesId(cpu))).toBe(entry);
    expect(known.size).toBe(1);
  });

  it('are known by the key that they had last, and still by those before', () => {
    const known = createKnownSeries();
    const entry = one(cpu);
    const newer = { ...cpu };
    known.add(entry);
    known.find(newer);
    expect(entry.key).toBe(newer);
    expect(known.find(cpu)).toBe(entry);
  });

  it('give the id of one that has none', () => {
    const known = createKnownSeries();
    known.add(one(cpu));
    expect(known.find(pod)).toBe('cpu.usage@shop/Deployment/cart#cart-1');
    expect(known.get(seriesId(pod))).toBeUndefined();
  });

  it('are strangers again once they were deleted, whichever key names them', () => {
    const known = createKnownSeries();
    const entry = one(pod);
    known.add(one(cpu, 1));
    known.add(entry);
    known.find({ ...pod });
    known.delete(entry);
    expect([typeof known.find(pod), typeof known.find({ ...pod })]).toEqual(['string', 'string']);
    expect([...known.all()].map(({ slot }) => slot)).toEqual([1]);
  });

  it('are all gone after a clear', () => {
    const known = createKnownSeries();
    known.add(one(cpu));
    known.clear();
    expect([known.size, typeof known.find(cpu)]).toEqual([0, 'string']);
  });
});
