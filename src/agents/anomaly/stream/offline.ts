// One recorded series through tier one: the product's kernel with the product's parameters, row by row.
import { createBank, type StreamPoint } from './bank.ts';
import { createHabituation } from './habituation.ts';
import type { Channel } from './layout.ts';

export type OfflineRow = StreamPoint & {
  /** E of this row. */
  readonly surprise: number;
  /** E after habituation. */
  readonly shown: number;
  /** The channel that says most; null when none says anything. */
  readonly loudest: Channel | null;
  /** The running median before this row. */
  readonly usual: number;
};

/** Scores points that are in time order. `stepMs` is the usual time between them. */
export function scoreSeries(points: readonly StreamPoint[], stepMs: number): OfflineRow[] {
  const bank = createBank({ shardSeries: 1 });
  const slot = bank.add({ id: 'series', direction: 'both', stepMs, deltaMin: 0, profile: 'series' });
  const habituation = createHabituation();
  const values = new Float64Array(1);
  return points.map((point) => {
    const usual = bank.level(slot);
    values[slot] = point.value;
    bank.step(point.atMs, values);
    const surprise = bank.surprise(slot);
    const shown = habituation(point.atMs, surprise);
    return { ...point, surprise, shown, loudest: surprise > 0 ? loudestOf(bank.votes(slot)) : null, usual };
  });
}

/** The median time between neighbours, in ms; 0 for fewer than two points. */
export function stepOf(points: readonly StreamPoint[]): number {
  const steps = points.slice(1).map((point, index) => point.atMs - (points[index]?.atMs ?? 0));
  return steps.toSorted((left, right) => left - right)[steps.length >> 1] ?? 0;
}

function loudestOf(votes: Readonly<Record<Channel, number>>): Channel {
  let best: Channel = 'med';
  for (const channel of ['env', 'mean', 'vr', 'last', 'cus'] as const) if (votes[channel] > votes[best]) best = channel;
  return best;
}
