// The daily and weekly shape of load: two harmonics, quieter weekends, and days that are not quite alike.
import { type Chance, wandering } from './chance.ts';

const dayMinutes = 1440;

/** Share of the mean load at a minute, noise-free; `isWeekend` tells of a day since the start. */
export type Season = (minute: number) => number;

export function seasonOf(chance: Chance, isWeekend: (day: number) => boolean): Season {
  const first = chance.is(0.25) ? 0 : chance.between(0.1, 0.6);
  const second = first * chance.between(0, 0.4);
  const phase = chance.between(0, 1);
  const phaseOfSecond = chance.between(0, 1);
  const weekend = chance.is(0.5) ? 1 : chance.between(0.5, 0.95);
  return (minute) => {
    const day = Math.floor(minute / dayMinutes);
    const at = (minute % dayMinutes) / dayMinutes;
    const shape =
      1 + first * Math.sin(2 * Math.PI * (at - phase)) + second * Math.sin(4 * Math.PI * (at - phaseOfSecond));
    return Math.max(0.08, shape) * weekendFactor(day, at, weekend, isWeekend);
  };
}

/** Midnight is no cliff: the change takes the first two hours of a day. */
function weekendFactor(day: number, at: number, weekend: number, isWeekend: (day: number) => boolean): number {
  const today = isWeekend(day) ? weekend : 1;
  const before = isWeekend(day - 1) ? weekend : 1;
  const share = Math.min(1, at * 12);
  return before + (today - before) * share;
}

/** How days differ from each other: a slow wandering over hours and a shift of the clock of some minutes a day. */
export function dayToDay(chance: Chance): {
  readonly factor: () => number;
  readonly shift: (minute: number) => number;
} {
  const spread = chance.scale(0.02, 0.09);
  const hours = chance.scale(4, 24);
  const slow = wandering(chance, Math.exp(-1 / (hours * 60)), spread);
  const minutes = chance.between(0, 20);
  let day = -1;
  let from = 0;
  let to = 0;
  return {
    factor: () => Math.exp(slow()),
    shift(minute) {
      if (Math.floor(minute / dayMinutes) !== day) {
        day = Math.floor(minute / dayMinutes);
        from = to;
        to = minutes * chance.normal();
      }
      return from + (to - from) * ((minute % dayMinutes) / dayMinutes);
    },
  };
}
