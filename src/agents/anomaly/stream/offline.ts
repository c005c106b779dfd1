// One recorded series through tier one: the product's kernel with the product's parameters, row by row, and beside it the two
// kinds of series whose moves the channels cannot measure: constants and rare events.
import { createBank, type StreamPoint } from './bank.ts';
import { isAway, moveSurprise } from './first-moves.ts';
import { createHabituation } from './habituation.ts';
import type { Channel } from './layout.ts';
import { createSparseEvents } from './sparse-events.ts';
import { surpriseSteps } from './standing.ts';

/** What says most of a row: a channel, a constant that moved, or events that are rare. */
export type Reason = Channel | 'constant' | 'events';

export type OfflineRow = StreamPoint & {
  /** E of this row. */
  readonly surprise: number;
  /** E after habituation. */
  readonly shown: number;
  /** What says most; null when nothing says anything. */
  readonly loudest: Reason | null;
  /** The running median before this row, the constant that it left, or events per row. */
  readonly usual: number;
};

type Told = Pick<OfflineRow, 'surprise' | 'loudest' | 'usual'>;
type Move = { readonly told: Told; readonly value: number };

/** Scores points that are in time order. `stepMs` is the usual time between them. */
export function scoreSeries(points: readonly StreamPoint[], stepMs: number): OfflineRow[] {
  const bank = createBank({ shardSeries: 1 });
  const slot = bank.add({ id: 'series', direction: 'both', stepMs, deltaMin: 0, profile: 'series' });
  const habituation = createHabituation();
  const countEvents = createSparseEvents();
  const values = new Float64Array(1);
  let move: Move | null = null;
  return points.map((point, index) => {
    const level = bank.level(slot);
    const wasConstant = bank.state(slot) === 'constant';
    values[slot] = point.value;
    bank.step(point.atMs, values);
    const isWarmUp = bank.state(slot) === 'warm-up';
    const surprise = bank.surprise(slot);
    const channels: Told = { surprise, loudest: surprise > 0 ? loudestOf(bank.votes(slot)) : null, usual: level };
    const events = inSteps({ loudest: 'events', ...countEvents(point.value) });
    let told = events.surprise > surprise ? events : channels;
    // Only a constant that moves speaks in a warm-up.
    if (wasConstant && isWarmUp && surprise > 0) {
      const constant = points[index - 1]?.value ?? level;
      const moved = inSteps({ surprise: moveSurprise(points, index), loudest: 'constant', usual: constant });
      move = { told: moved, value: point.value };
      told = events.surprise > moved.surprise ? events : moved;
    } else if (move !== null && !(isWarmUp && isAway(point.value, move.told.usual, move.value))) move = null;
    const row = { ...point, ...told, shown: habituation(point.atMs, told.surprise) };
    // Where it moved to is not known yet: until it is, the move goes on, but is not shown again.
    return move !== null && move.told.surprise > told.surprise ? { ...row, ...move.told } : row;
  });
}

/** The median time between neighbours, in ms; 0 for fewer than two points. */
export function stepOf(points: readonly StreamPoint[]): number {
  const steps = points.slice(1).map((point, index) => point.atMs - (points[index]?.atMs ?? 0));
  return steps.toSorted((left, right) => left - right)[steps.length >> 1] ?? 0;
}

/** E as the kernel tells it: equal surprises are then equal to the last bit. */
function inSteps(told: Told): Told {
  return { ...told, surprise: Math.round(told.surprise * surpriseSteps) / surpriseSteps };
}

function loudestOf(votes: Readonly<Record<Channel, number>>): Channel {
  let best: Channel = 'med';
  for (const channel of ['env', 'mean', 'vr', 'last', 'cus'] as const) if (votes[channel] > votes[best]) best = channel;
  return best;
}
