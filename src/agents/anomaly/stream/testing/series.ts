// Series for tests of tier one: noise of known law from seeded numbers, and runs of a bank over it.
import { createBank, type Bank, type StreamPoint, type StreamSeries } from '../bank.ts';
import type { Channel } from '../layout.ts';

export const minute = 60_000;
export const monday = Date.UTC(2026, 0, 5);

export function aSeries(over: Partial<StreamSeries> = {}): StreamSeries {
  return { id: 'a', direction: 'both', stepMs: minute, deltaMin: 0, profile: over.id ?? 'a', ...over };
}

/** Uniform numbers in (0, 1), the same for the same seed (mulberry32). */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
}

/** AR(1) of unit variance. */
export function autoregressive(seed: number, memory: number): () => number {
  const noise = normal(seed);
  let value = noise();
  return () => {
    value = memory * value + Math.sqrt(1 - memory * memory) * noise();
    return value;
  };
}

export function points(count: number, next: (index: number) => number, fromMs = monday): StreamPoint[] {
  return Array.from({ length: count }, (_, index) => ({ atMs: fromMs + index * minute, value: next(index) }));
}

/** A whole number of 1/16: sums and halves of such values are exact. */
export function dyadic(value: number): number {
  return Math.round(value * 16) / 16;
}

export type Spoken = { readonly surprise: number; readonly votes: Readonly<Record<Channel, number>> };

/** What a bank says of one series after each point. */
export function spoken(bank: Bank, slot: number, past: readonly StreamPoint[]): Spoken[] {
  const values = new Float64Array(bank.slots()).fill(Number.NaN);
  return past.map((point) => {
    values[slot] = point.value;
    bank.step(point.atMs, values);
    return { surprise: bank.surprise(slot), votes: bank.votes(slot) };
  });
}

export function spokenOf(past: readonly StreamPoint[], over: Partial<StreamSeries> = {}): Spoken[] {
  const bank = createBank({ shardSeries: 4 });
  return spoken(bank, bank.add(aSeries(over)), past);
}

/** Share of minutes at which each channel calls a value rarer than one in a thousand, in thousandths, after the first two days. */
export function promised(past: readonly StreamPoint[]): Record<Channel, number> {
  const said = spokenOf(past).slice(2 * 1440);
  const share = (channel: Channel): number =>
    (1000 * said.filter(({ votes }) => votes[channel] >= 3).length) / said.length;
  return {
    med: share('med'),
    env: share('env'),
    mean: share('mean'),
    vr: share('vr'),
    last: share('last'),
    cus: share('cus'),
  };
}
