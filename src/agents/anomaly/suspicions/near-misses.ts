// What moved and stayed below every bar: a short list for a leader to think about, not a word about anything being wrong.
import { minimumEffect } from '../../../model/signal-traits.ts';
import type { NearMiss } from '../../../model/suspicion.ts';
import { keyOf } from '../../../model/target.ts';
import type { SeriesTable } from '../series-table.ts';
import { usualAt } from '../series-state.ts';
import { median } from '../kernels/order-statistics.ts';
import { isFresh } from './joint-test.ts';
import { shownBand, shownValue } from '../sentence/wording.ts';

/** Least standard errors from the usual level, before any margin, that are worth a line. */
const leastDeviations = 2.5;

/** Series off their usual level to their bad side by less than opens a finding, furthest first, then by id. */
export function nearMisses(table: SeriesTable, cycleMs: number, most: number): readonly NearMiss[] {
  const found = table.all().flatMap((state) => {
    if (state.open !== null || state.key.pod !== undefined || !isFresh(state, table.nowMs - 2.5 * cycleMs)) return [];
    const level = usualAt(state, table.nowMs);
    if (level === null || level.weaker === 2) return [];
    const { traits, key, cpuRequest } = state;
    const x = median(state.window.map((one) => one.value));
    const side = x >= level.location ? 'up' : 'down';
    if (traits.direction !== 'both' && traits.direction !== side) return [];
    const away = Math.abs(x - level.location);
    const deviations = away / (level.spread * Math.sqrt(1 + 1 / level.days));
    if (deviations < leastDeviations) return [];
    const miss: NearMiss = {
      of: key.of,
      signal: key.signal,
      value: x,
      usual: [level.low, level.high],
      effects: Number((away / minimumEffect(traits, level.location, side, cpuRequest)).toPrecision(2)),
      sentence: `${traits.title} ${shownValue(x, traits.unit)}${traits.suffix ?? ''}, usual ${shownBand(level.low, level.location, level.high, traits.unit)}`,
    };
    return [{ miss, deviations, id: `${keyOf(key.of)} ${key.signal}` }];
  });
  return found
    .toSorted((left, right) => right.deviations - left.deviations || (left.id < right.id ? -1 : 1))
    .slice(0, most)
    .map((one) => one.miss);
}
