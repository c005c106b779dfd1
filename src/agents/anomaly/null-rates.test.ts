// At the promised two false alarms in a thousand series-days the 210 of this file raise none in two of three runs. None in them refutes
// seven times the promise at 95 %; what is nearer to it takes the thousands of `npm run bench:detect` and `npm run bench:null`. Noise that
// wanders for an hour and a half by as much as what matters is not among them: it raises one alarm in thirty series-days (5 in 144, two of them
// trends).
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
  startMs,
} from '../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../test/builders/view.ts';
import type { SignalId } from '../../model/signal.ts';
import type { ClusterView, Revision } from '../../model/view.ts';

const series = 24;
const cyclesOfDay = 1_440;

/** What is usual and what a deviation of noise is: about as large as the least change that matters, so that noise decides and not that floor. */
const kinds: readonly (readonly [signal: SignalId, usual: number, deviation: number])[] = [
  ['sli.rps', 400, 100],
  ['sli.latency', 0.5, 0.12],
  ['cpu.usage', 2, 0.45],
  ['memory.share', 0.5, 0.05],
];

/** `levelOf` answers in deviations from the usual. */
const worldOf = (levelOf: (index: number) => Level): readonly Series[] =>
  Array.from({ length: series }, (_, index) => {
    const [signal, usual, deviation] = kinds[index % kinds.length] ?? ['sli.rps', 400, 100];
    const level = levelOf(index);
    return { signal, of: deployment(`w${index}`), level: (atMs) => Math.max(0, usual + deviation * level(atMs)) };
  });

type Options = { readonly view?: ClusterView; readonly fromMs?: number; readonly cycles?: number };

const falseAlarms = (
  levelOf: (index: number) => Level,
  { cycles = cyclesOfDay, ...options }: Options = {},
): string[] => {
  const list = worldOf(levelOf);
  const rig = aRig(list, { stepMs: 5 * minuteMs, ...options });
  return raised(rig.run(cycles, list));
};

/** Student's t with three degrees of freedom, deviation one. */
const heavy = (seed: number): (() => number) => {
  const next = normal(seed);
  return () => next() / Math.sqrt((next() ** 2 + next() ** 2 + next() ** 2) / 3) / Math.sqrt(3);
};

const season = (seed: number): Level => {
  const noise = autocorrelated(seed, 0.8);
  return (atMs) => 1.5 * Math.sin((2 * Math.PI * atMs) / dayMs) + noise();
};

/** Six minutes of each hour, which no quarter of an hour sees. */
const isJob = (atMs: number): boolean =>
  Math.floor(atMs / minuteMs) % 60 >= 19 && Math.floor(atMs / minuteMs) % 60 < 25;

/** From when its last rollout was, six hours apart and at another time for each workload. */
const sinceRollout = (index: number, atMs: number): number => (atMs + index * 13 * minuteMs) % (6 * 60 * minuteMs);

/** Every workload is rolled out four times a day; the view is that of `nowMs`. */
const rolledOut = (nowMs: () => number): ClusterView => {
  const view = aView({ Deployment: Array.from({ length: series }, (_, index) => aDeployment({ name: `w${index}` })) });
  const revision = (name: string, number: number, createdAtMs: number, current: boolean): Revision => ({
    number,
    name: `${name}-${number}`,
    uid: `${name}-${number}`,
    hash: String(number),
    template: { spec: { containers: [{ name: 'app', image: `app:${number}` }] } },
    createdAtMs,
    replicas: 2,
    readyReplicas: 2,
    current,
  });
  return {
    ...view,
    revisionsOf: ({ name }) => {
      const newestMs = nowMs() - sinceRollout(Number(name.slice(1)), nowMs());
      const number = Math.round(newestMs / (6 * 60 * minuteMs));
      return [revision(name, number - 1, newestMs - 6 * 60 * minuteMs, false), revision(name, number, newestMs, true)];
    },
  };
};

describe('alarms where nothing is wrong', () => {
  it.each<readonly [string, (index: number) => Level]>([
    ['independent noise', (index) => normal(200 + index)],
    ['heavy tails', (index) => heavy(300 + index)],
    ['noise that is remembered for ten minutes', (index) => autocorrelated(800 + index, 0.9)],
    [
      'noise that is remembered for an hour and a half and half as large',
      (index) => {
        const noise = autocorrelated(400 + index, 0.99);
        return () => 0.5 * noise();
      },
    ],
    ['a day with a rhythm', (index) => season(900 + index)],
  ])('are none on %s', (_what, levelOf) => {
    expect(falseAlarms(levelOf)).toEqual([]);
  });

  it('are none when a weekend begins that is quieter', () => {
    expect(
      falseAlarms(
        (index) => {
          const noise = normal(500 + index);
          return (atMs) => ([0, 6].includes(new Date(atMs).getUTCDay()) ? -2.5 : 0) + 0.5 * noise();
        },
        { fromMs: startMs + 3 * dayMs },
      ),
    ).toEqual([]);
  });

  it('are none for a job of six minutes each hour', () => {
    expect(
      falseAlarms((index) => {
        const noise = normal(600 + index);
        return (atMs) => (isJob(atMs) ? 3 : 0) + 0.3 * noise();
      }),
    ).toEqual([]);
  });

  it('are none when samples are missing or zero', () => {
    expect(
      falseAlarms((index) => {
        const noise = normal(700 + index);
        return (atMs) => {
          const minute = Math.floor(atMs / minuteMs);
          if (minute % 50 < 3) return Number.NaN;
          return minute % 97 === index ? -1_000 : 0.7 * noise();
        };
      }),
    ).toEqual([]);
  });

  it('are none when everything is rolled out each six hours and takes six minutes to start', () => {
    let nowMs = startMs;
    expect(
      falseAlarms(
        (index) => {
          const noise = normal(1_000 + index);
          return (atMs) => {
            nowMs = Math.max(nowMs, atMs);
            // Requests and memory do not jump because pods start; latency and CPU do.
            const isStart = index % 4 !== 0 && index % 4 !== 3 && sinceRollout(index, atMs) < 6 * minuteMs;
            return (isStart && atMs > startMs ? 5 : 0) + 0.7 * noise();
          };
        },
        { view: rolledOut(() => nowMs), cycles: cyclesOfDay / 2 },
      ),
    ).toEqual([]);
  });

  it('still find a step in the hour of a job that is larger than the job', () => {
    const of = deployment('w1');
    const rig = aRig([{ signal: 'sli.rps', of, level: (atMs) => 60 + (isJob(atMs) ? 30 : 0) }]);
    const now: Series = { signal: 'sli.rps', of, level: (atMs) => 200 + (isJob(atMs) ? 30 : 0) };
    expect(raised(rig.run(12, [now]))).toEqual(['signal:sli.rps@shop/Deployment/w1']);
  });
});
