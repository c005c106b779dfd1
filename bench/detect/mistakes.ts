// Says of each false alarm and each miss what the simulator knows about it, so that a rule can be found instead of a threshold.
import type { Scored } from './episode.ts';
import type { SimulatedSeries } from './world.ts';
import { quantileOfSorted, sorted } from '../../src/agents/anomaly/kernels/order-statistics.ts';
import type { SignalFinding } from '../../src/model/finding.ts';

/** Distances from the noise-free usual while the incident lasts, in minimum effects. */
export type Aways = readonly number[];

/** What was so when an alarm began; `sinceRollout` in minutes. */
export function describedAlarm(finding: SignalFinding, series: SimulatedSeries, sinceRollout: number): string {
  const { test, value, baseline, floor } = finding;
  return [
    `${finding.level ?? 'workload'} ${finding.direction} ${number(value)} for ${number(baseline)} ± ${number(floor)}`,
    `t ${number(test.stat)} df ${test.df} p ${number(test.p)} over ${test.windows} windows`,
    `truth ${number(series.away)} floors away, nuisance ${number(series.nuisance)}`,
    ...(sinceRollout < 120 ? [`${sinceRollout} min after a rollout`] : []),
  ].join(', ');
}

/** One line for each mistake of a series. */
export function mistakesOf(seed: number, series: SimulatedSeries, score: Scored, aways: Aways): string[] {
  const about = `${seed} ${series.key.of.name} ${series.key.signal}`;
  const found = score.falseAlarms.map((one) => `false  ${about} ${one.from}..${one.to}: ${one.about}`);
  const { incident } = series;
  if (score.isFound !== false || incident === null) return found;
  const ordered = sorted(aways);
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => number(quantileOfSorted(ordered, share)));
  const { kind, side, onset, end, floors, rise } = incident;
  return [
    ...found,
    `missed ${about} ${onset}..${end}: ${kind} ${side} of ${number(floors)} floors, ${end - onset} min, rise ${Math.round(rise)}; lay ${low} / ${middle} / ${high} floors away`,
  ];
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
