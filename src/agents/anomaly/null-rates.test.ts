import { describe, expect, it } from 'vitest';
import {
  aRig,
  autocorrelated,
  dayMs,
  deployment,
  type Level,
  minuteMs,
  normal,
  raised,
  type Series,
} from '../../../test/builders/signals.ts';

const series = 12;
/** Twelve hours of twelve series at the promised two false alarms in a thousand series-days are none. */
const cycles = 720;

const rps = (level: Level, index: number): Series => ({ signal: 'sli.rps', of: deployment(`w${index}`), level });

const falseAlarms = (levelOf: (index: number) => Level): string[] => {
  const list = Array.from({ length: series }, (_, index) => rps(levelOf(index), index));
  return raised(aRig(list, { stepMs: 5 * minuteMs }).run(cycles, list));
};

/** Student's t with three degrees of freedom, deviation one. */
const heavy = (seed: number): (() => number) => {
  const next = normal(seed);
  return () => next() / Math.sqrt((next() ** 2 + next() ** 2 + next() ** 2) / 3) / Math.sqrt(3);
};

describe('alarms where nothing is wrong', () => {
  it('raises none on independent noise', () => {
    expect(
      falseAlarms((index) => {
        const noise = normal(200 + index);
        return () => 60 + 9 * noise();
      }),
    ).toEqual([]);
  });

  it('raises none on heavy tails', () => {
    expect(
      falseAlarms((index) => {
        const noise = heavy(300 + index);
        return () => Math.max(0, 60 + 9 * noise());
      }),
    ).toEqual([]);
  });

  it('raises none on noise that is remembered for an hour and a half', () => {
    expect(
      falseAlarms((index) => {
        const noise = autocorrelated(400 + index, 0.99);
        return () => 60 + 4 * noise();
      }),
    ).toEqual([]);
  });

  it('raises none when a weekend is quieter', () => {
    expect(
      falseAlarms((index) => {
        const noise = normal(500 + index);
        return (atMs) => ([0, 6].includes(new Date(atMs).getUTCDay()) ? 40 : 90) + 4 * noise();
      }),
    ).toEqual([]);
  });

  it('raises none for a job of six minutes each hour that no quarter of an hour sees', () => {
    const job: Level = (atMs) =>
      Math.floor(atMs / minuteMs) % 60 >= 19 && Math.floor(atMs / minuteMs) % 60 < 25 ? 60 : 0;
    expect(
      falseAlarms((index) => {
        const noise = normal(600 + index);
        return (atMs) => 60 + job(atMs) + 2 * noise();
      }),
    ).toEqual([]);
  });

  it('raises none when counters start again and a sample is zero', () => {
    expect(
      falseAlarms((index) => {
        const noise = normal(700 + index);
        return (atMs) => (Math.floor(atMs / minuteMs) % 97 === index ? 0 : 60 + 3 * noise());
      }),
    ).toEqual([]);
  });

  it('still finds a step in the hour of a job that is larger than the job', () => {
    const job: Level = (atMs) =>
      Math.floor((atMs % dayMs) / minuteMs) % 60 >= 19 && Math.floor(atMs / minuteMs) % 60 < 25 ? 30 : 0;
    const rig = aRig([rps(job, 0), rps((atMs) => 60 + job(atMs), 1)]);
    expect(raised(rig.run(12, [rps((atMs) => 200 + job(atMs), 1)]))).toEqual(['signal:sli.rps@shop/Deployment/w1']);
  });
});
