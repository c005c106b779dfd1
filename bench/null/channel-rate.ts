// How often each channel of tier one is surer than it promises.
import { createBank } from '../../src/agents/anomaly/stream/bank.ts';
import type { Noise } from './noise.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 5, 1);
const settleMinutes = 2 * 1440;
/** One in a thousand. */
const surprise = 3;

/** Share of minutes with L ≥ 3 over one in a thousand, by channel, and how often E reaches ten, per series and day. */
export type ChannelRates = { readonly byChannel: ReadonlyMap<string, number>; readonly episodes: number };

export function channelRates(noise: Noise, series: number, days: number, seed: number): ChannelRates {
  const bank = createBank();
  const slots = Array.from({ length: series }, (_, index) =>
    bank.add({ id: `s${index}`, direction: 'both', stepMs: minuteMs, deltaMin: 0, profile: `s${index}` }),
  );
  const makers = slots.map((_, index) => noise.make(seed * 1_000 + index));
  const values = new Float64Array(bank.slots()).fill(Number.NaN);
  const counts = new Map<string, number>();
  const lastHigh = slots.map(() => Number.NEGATIVE_INFINITY);
  let episodes = 0;
  let scored = 0;
  for (let minute = 0; minute < days * 1440; minute += 1) {
    for (const [index, slot] of slots.entries()) values[slot] = makers[index]?.(minute) ?? Number.NaN;
    bank.step(startMs + minute * minuteMs, values);
    if (minute < settleMinutes) continue;
    for (const [index, slot] of slots.entries()) {
      scored += 1;
      const total = bank.surprise(slot);
      if (total < surprise) continue;
      for (const [channel, votes] of Object.entries(bank.votes(slot)))
        if (votes >= surprise) counts.set(channel, (counts.get(channel) ?? 0) + 1);
      if (total < 10) continue;
      if (minute - (lastHigh[index] ?? 0) > 30) episodes += 1;
      lastHigh[index] = minute;
    }
  }
  return {
    byChannel: new Map(
      ['med', 'env', 'mean', 'vr', 'last', 'cus'].map((one) => [one, (counts.get(one) ?? 0) / scored / 0.001]),
    ),
    episodes: episodes / (scored / 1440),
  };
}
