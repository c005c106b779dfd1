// Which series run into a wall, where it stands, and how far ahead it is worth a word (detection.md 11).
import { parseQuantity } from '../../../model/quantity.ts';
import type { SeriesKey } from '../../../model/signal.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import type { ClusterView } from '../../../model/view.ts';

export type Capacity = {
  /** In the unit of the signal. */
  readonly limit: number;
  readonly horizonHours: number;
  /** Collected garbage makes a sawtooth: what counts is the floor below it. */
  readonly isSawtooth: boolean;
};

const memoryHours = 6;
const diskHours = 24;

/** Shares of a capacity that no daily rhythm fills and empties, and the memory of nodes; null for everything else. */
export function capacityOf(traits: SignalTraits, { of }: SeriesKey, view: ClusterView): Capacity | null {
  if (traits.direction !== 'up') return null;
  if (traits.unit === 'ratio' && traits.family === 'memory')
    return { limit: 1, horizonHours: memoryHours, isSawtooth: true };
  // Connections and threads come and go with the day: half a day of them is no trend.
  if (traits.unit === 'ratio' && traits.family === 'saturation' && traits.seasonality === 'none')
    return { limit: 1, horizonHours: diskHours, isSawtooth: false };
  if (traits.id !== 'node.memory') return null;
  const node = view.nodes.find((one) => one.metadata.name === of.name);
  const limit = parseQuantity(node?.status?.allocatable?.['memory'] ?? '');
  return limit === null || !(limit > 0) ? null : { limit, horizonHours: memoryHours, isSawtooth: true };
}
