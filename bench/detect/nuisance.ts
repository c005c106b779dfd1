// What is no incident and looks like one: glitches, gaps, jobs by the clock, rollouts, level changes that do not matter.
import type { Chance } from './chance.ts';

const dayMinutes = 1440;

export type Nuisances = {
  /** Added to the level, in minimum effects. */
  readonly level: (minute: number) => number;
  /** Factor of a single sample; 1 nearly always. */
  readonly glitch: () => number;
  readonly isMissing: (minute: number) => boolean;
};

export type NuisanceTraits = { readonly withJobs: boolean; readonly withGlitches: boolean };

/** Nuisances of one series over `minutes`; which ones it has is its own luck. */
export function nuisancesOf(chance: Chance, minutes: number, traits: NuisanceTraits): Nuisances {
  const parts: ((minute: number) => number)[] = [];
  if (traits.withJobs && chance.is(0.15)) parts.push(dailyJob(chance));
  if (traits.withJobs && chance.is(0.15)) parts.push(hourlyJob(chance));
  if (chance.is(0.15)) parts.push(smallLevelChange(chance, minutes));
  const glitchRate = traits.withGlitches && chance.is(0.35) ? 1 / chance.scale(180, 1440) : 0;
  const isMissing = chance.is(0.3) ? gaps(chance) : () => false;
  return {
    level: (minute) => parts.reduce((sum, part) => sum + part(minute), 0),
    glitch: () => (glitchRate > 0 && chance.is(glitchRate) ? chance.scale(2, 10) : 1),
    isMissing,
  };
}

/** The same hour every day, up to twenty minutes early or late, ten minutes to half an hour long. */
function dailyJob(chance: Chance): (minute: number) => number {
  const hour = Math.floor(chance.between(0, dayMinutes));
  const size = chance.between(0.8, 3);
  const lasts = chance.between(10, 30);
  const jitter = chance.pick([0, 5, 10, 20]);
  let day = -1;
  let start = 0;
  return (minute) => {
    if (Math.floor(minute / dayMinutes) !== day) {
      day = Math.floor(minute / dayMinutes);
      start = day * dayMinutes + hour + chance.between(-jitter, jitter);
    }
    return minute >= start && minute < start + lasts ? size : 0;
  };
}

/** Every hour or every few hours at the same minute, give or take three. */
function hourlyJob(chance: Chance): (minute: number) => number {
  const every = chance.pick([60, 60, 120, 360]);
  const offset = Math.floor(chance.between(5, every - 15));
  const size = chance.between(0.8, 3);
  const lasts = chance.between(2, 8);
  let turn = -1;
  let start = 0;
  return (minute) => {
    if (Math.floor(minute / every) !== turn) {
      turn = Math.floor(minute / every);
      start = turn * every + offset + chance.between(-3, 3);
    }
    return minute >= start && minute < start + lasts ? size : 0;
  };
}

function smallLevelChange(chance: Chance, minutes: number): (minute: number) => number {
  const from = chance.between(0.2, 0.95) * minutes;
  const size = chance.between(0.2, 0.8) * (chance.is(0.5) ? 1 : -1);
  return (minute) => (minute >= from ? size : 0);
}

/** A few minutes now and then, three quarters of an hour at times. */
function gaps(chance: Chance): (minute: number) => boolean {
  const rate = 1 / chance.scale(300, 2880);
  let until = -1;
  return (minute) => {
    if (minute >= until && chance.is(rate)) until = minute + (chance.is(0.1) ? 45 : chance.between(1, 12));
    return minute < until;
  };
}
