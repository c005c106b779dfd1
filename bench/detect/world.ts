// The simulated cluster: workloads with their series, stepped minute by minute, and the labels of what is wrong with them.
import { median } from '../../src/agents/anomaly/kernels/order-statistics.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import type { SeriesKey } from '../../src/model/signal.ts';
import { minimumEffect, type SignalTraits } from '../../src/model/signal-traits.ts';
import { type Chance, createChance } from './chance.ts';
import { type Behaviour, type Load, type Make, ofServices, ofWorkers, traffic } from './families.ts';
import { type Incident, incidentOf, strengthAt } from './incident.ts';
import { type Nuisances, nuisancesOf } from './nuisance.ts';
import { seasonOf } from './season.ts';

export const dayMinutes = 1440;

export type SimulatedSeries = {
  readonly key: SeriesKey;
  readonly traits: SignalTraits;
  readonly cpuRequest: number;
  readonly incident: Incident | null;
  /** Stretches in which the series moves because of an incident of another one. */
  readonly follows: Incident | null;
  /** What a scrape of this minute shows; NaN where there is none. */
  value: number;
  /** Requests behind it; 0 where there are none to count. */
  weight: number;
  /** How far the value lies from the noise-free usual, and how much of that is a job or a level change that does not matter, in minimum effects. */
  away: number;
  nuisance: number;
  /** What a range query shows for the five minutes before this one. */
  past(): { readonly value: number; readonly weight: number };
};

export type SimulatedWorkload = {
  readonly name: string;
  /** As the newest minute asks for. */
  replicas(): number;
  readonly cpuRequest: number;
  readonly rollouts: readonly number[];
  readonly series: readonly SimulatedSeries[];
  step(minute: number): void;
};

export type Plan = {
  readonly seed: number;
  readonly series: number;
  readonly learnMinutes: number;
  readonly minutes: number;
};

/** Services and workers in turn until there are as many series as wanted; the weekday of the first day is part of the seed. */
export function worldOf(plan: Plan): { readonly startMs: number; readonly workloads: readonly SimulatedWorkload[] } {
  const chance = createChance(plan.seed);
  const startDay = Math.floor(chance.next() * 7);
  const startMs = Date.UTC(2026, 5, 1) + startDay * 86_400_000;
  const isWeekend = (day: number): boolean => (startDay + day + 7) % 7 >= 5;
  const workloads: SimulatedWorkload[] = [];
  for (let left = plan.series; left > 0;) {
    const isService = workloads.length % 2 === 0;
    const own = createChance(Math.floor(chance.next() * 2 ** 31));
    const made = workloadOf(plan, `w${String(workloads.length).padStart(3, '0')}`, isService, left, own, isWeekend);
    workloads.push(made);
    left -= made.series.length;
  }
  return { startMs, workloads };
}

function workloadOf(
  plan: Plan,
  name: string,
  isService: boolean,
  most: number,
  chance: Chance,
  isWeekend: (day: number) => boolean,
): SimulatedWorkload {
  const season = seasonOf(chance, isWeekend);
  const meanRps = chance.scale(15, 800);
  const makes: readonly Make[] = isService ? [traffic, ...ofServices] : ofWorkers;
  const rollouts = rolloutsOf(chance, plan.minutes);
  const calls = isService ? traffic(createChance(Math.floor(chance.next() * 2 ** 31)), season, meanRps) : null;
  const drivers: Driven[] = [];
  for (const make of makes.slice(0, most)) {
    const own = createChance(Math.floor(chance.next() * 2 ** 31));
    const behaviour = make === traffic && calls !== null ? calls : make(own, season, meanRps);
    drivers.push(drivenOf(plan, name, behaviour, own));
  }
  const surge = drivers.find((one) => one.behaviour === calls)?.series.incident ?? null;
  const cpuRequest = drivers.reduce((sum, one) => sum + one.behaviour.cpuRequest, 0);
  const counted = drivers.find((one) => one.behaviour.wanted !== undefined);
  const series = drivers.map((one) => one.series);
  for (const one of drivers) if (one.behaviour !== calls) one.setFollows(surge);
  return {
    name,
    replicas: () => counted?.behaviour.wanted?.() ?? 3,
    cpuRequest,
    rollouts,
    series,
    step(minute) {
      const last = rollouts.findLast((one) => one <= minute) ?? Number.NEGATIVE_INFINITY;
      const usualRps = calls?.usual(minute, 0) ?? 0;
      let load: Load = { rps: usualRps, usualRps, sinceRollout: minute - last };
      for (const one of drivers) {
        const drawn = one.step(minute, load);
        if (one.behaviour === calls) load = { ...load, rps: drawn };
      }
    },
  };
}

function rolloutsOf(chance: Chance, minutes: number): number[] {
  const every = chance.scale(2, 14) * dayMinutes;
  const found: number[] = [];
  for (let at = chance.between(0, every); at < minutes; at += chance.between(0.5, 1.5) * every)
    found.push(Math.floor(at));
  return found;
}

type Driven = {
  readonly behaviour: Behaviour;
  readonly series: SimulatedSeries;
  setFollows(incident: Incident | null): void;
  /** Draws a minute and answers its value before it is read. */
  step(minute: number, load: Load): number;
};

const kept = 10;

function drivenOf(plan: Plan, name: string, behaviour: Behaviour, chance: Chance): Driven {
  const traits = catalogue.find((one) => one.id === behaviour.signal);
  if (traits === undefined) throw new Error(`the catalogue has no signal ${behaviour.signal}`);
  const { cpuRequest, reading } = behaviour;
  const usualStart = behaviour.usual(plan.learnMinutes, 100);
  const deepest = usualStart / minimumEffect(traits, usualStart, 'down', cpuRequest);
  const incident = incidentOf(traits, plan.learnMinutes, plan.minutes, deepest, chance);
  const nuisances: Nuisances = nuisancesOf(chance, plan.minutes, {
    withJobs: ['cpu', 'network', 'throttling'].includes(traits.family),
    withGlitches: reading === 'rate' || traits.family === 'latency',
  });
  const amounts = new Float64Array(kept);
  const bases = new Float64Array(kept);
  let count = 0;
  let follows: Incident | null = null;
  let stuckAt: number | null = null;

  /** The newest `width` minutes read as one. */
  const read = (width: number): { value: number; weight: number } => {
    const length = Math.min(width, count);
    let amount = 0;
    let base = 0;
    for (let back = 1; back <= length; back += 1) {
      amount += amounts[(count - back) % kept] ?? 0;
      base += bases[(count - back) % kept] ?? 0;
    }
    if (reading === 'ratio') return { value: base > 0 ? amount / base : Number.NaN, weight: base };
    if (reading === 'count in 10 min') return { value: amount, weight: 0 };
    return { value: reading === 'gauge' ? middleOf(length) : amount / length, weight: base };
  };
  const middleOf = (length: number): number =>
    median(Float64Array.from({ length }, (_, back) => amounts[(count - 1 - back) % kept] ?? 0));
  const series = {
    key: { signal: behaviour.signal, of: { kind: 'Deployment', namespace: 'shop', name } },
    traits,
    cpuRequest,
    incident,
    get follows() {
      return follows;
    },
    value: Number.NaN,
    weight: 0,
    away: 0,
    nuisance: 0,
    past: () => read(reading === 'count in 10 min' ? kept : 5),
  };
  return {
    behaviour,
    series,
    setFollows(other) {
      follows = other;
    },
    step(minute, load) {
      const usual = behaviour.usual(minute, load.usualRps);
      const isPlain = traits.family === 'ready' || traits.family === 'restarts';
      series.nuisance = isPlain ? 0 : nuisances.level(minute);
      let shift = isPlain ? 0 : series.nuisance * minimumEffect(traits, usual, 'up', cpuRequest);
      const strength = incident === null ? 0 : strengthAt(incident, minute);
      const size =
        incident === null ? 0 : incident.floors * minimumEffect(traits, usual, incident.side, cpuRequest) * strength;
      shift += incident?.side === 'down' ? -size : size;
      const drawn = behaviour.draw(minute, load, shift);
      const stuck = incident?.kind === 'stuck' && strength > 0;
      if (stuck) stuckAt ??= Math.max(0, usual + shift);
      const amount = stuck ? (stuckAt ?? 0) : drawn.amount;
      amounts[count % kept] = amount;
      bases[count % kept] = drawn.base;
      count += 1;
      const width = reading === 'gauge' ? 1 : reading === 'count in 10 min' ? kept : 2;
      const { value, weight } = read(width);
      const glitch = stuck ? 1 : nuisances.glitch();
      series.value = nuisances.isMissing(minute) ? Number.NaN : value * glitch;
      const side = value >= usual ? 'up' : 'down';
      series.away = (value - usual) / minimumEffect(traits, usual, side, cpuRequest);
      series.weight = reading === 'gauge' ? 2 * drawn.base : weight;
      return amount;
    },
  };
}
