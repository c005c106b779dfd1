// What the agent is measured against: a rolling z score, and the minimum effect without any test.
import type { SimulatedSeries } from './world.ts';
import { minimumEffect } from '../../src/model/signal-traits.ts';

export interface Baseline {
  readonly name: string;
  /** Whether it alarms in this minute. */
  alarms(series: SimulatedSeries): boolean;
}

const windowMinutes = 60;
const mostDeviations = 4;
const inARow = 3;

/** |z| > 4 against the last hour, three minutes in a row. */
export function rollingZ(): Baseline {
  const values = new Float64Array(windowMinutes);
  let count = 0;
  let run = 0;
  let sum = 0;
  let squares = 0;
  return {
    name: 'rolling |z| > 4, 3 in a row',
    alarms({ value }) {
      if (Number.isNaN(value)) return run >= inARow;
      const length = Math.min(count, windowMinutes);
      const mean = sum / length;
      const deviation = Math.sqrt(Math.max(0, squares / length - mean * mean));
      const isFar = length === windowMinutes && Math.abs(value - mean) > mostDeviations * deviation && deviation > 0;
      run = isFar ? run + 1 : 0;
      const place = count % windowMinutes;
      if (count >= windowMinutes) {
        sum -= values[place] ?? 0;
        squares -= (values[place] ?? 0) ** 2;
      }
      values[place] = value;
      sum += value;
      squares += value ** 2;
      count += 1;
      return run >= inARow;
    },
  };
}

const medianOf = 5;

/** The median of five minutes further from the same time yesterday than what matters, on a bad side. */
export function floorAlone(): Baseline {
  const day = new Float64Array(1440).fill(Number.NaN);
  const newest: number[] = [];
  let minute = 0;
  return {
    name: 'minimum effect alone, against yesterday',
    alarms({ value, traits, cpuRequest }) {
      const place = minute % day.length;
      const yesterday = day[place] ?? Number.NaN;
      minute += 1;
      if (!Number.isNaN(value)) newest.push(value);
      if (newest.length > medianOf) newest.shift();
      const x = newest.toSorted((left, right) => left - right)[Math.floor(newest.length / 2)] ?? Number.NaN;
      day[place] = x;
      if (Number.isNaN(x) || Number.isNaN(yesterday)) return false;
      const side = x >= yesterday ? 'up' : 'down';
      if (traits.direction !== 'both' && traits.direction !== side) return false;
      return Math.abs(x - yesterday) > minimumEffect(traits, yesterday, side, cpuRequest);
    },
  };
}
