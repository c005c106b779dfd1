// How each family of signals behaves when nothing is wrong: its usual level, its noise, and how it is read.
import type { SignalId } from '../../src/model/signal.ts';
import { type Chance, wandering } from './chance.ts';
import { dayToDay, type Season } from './season.ts';

/** One minute of a series: `amount` over `base` for ratios, else the value itself. */
type Minute = { readonly amount: number; readonly base: number };

/** What the workload does in a minute; `rps` now, `usualRps` without noise, `sinceRollout` in minutes. */
export type Load = { readonly rps: number; readonly usualRps: number; readonly sinceRollout: number };

/** How a scrape and a range query read the minutes: over two and five of them, or as they are. */
type Reading = 'rate' | 'ratio' | 'gauge' | 'count in 10 min';

export type Behaviour = {
  readonly signal: SignalId;
  readonly reading: Reading;
  readonly cpuRequest: number;
  /** Noise-free level that an operator would call usual. */
  usual(minute: number, usualRps: number): number;
  /** The minute as it was drawn, `shift` away from where it would have been. */
  draw(minute: number, load: Load, shift: number): Minute;
  /** Replicas that the newest minute asks for, of what counts them. */
  wanted?(): number;
};

export type Make = (chance: Chance, season: Season, meanRps: number) => Behaviour;

const plain = (amount: number): Minute => ({ amount: Math.max(0, amount), base: 1 });

/** Noise from minute to minute: remembered for a while, with tails that may be heavy. */
function jitter(chance: Chance, low: number, high: number): () => number {
  return wandering(
    chance,
    chance.pick([0, 0.5, 0.8, 0.9, 0.95, 0.98]),
    chance.scale(low, high),
    chance.pick([null, null, 4, 6]),
  );
}

/** What drives the load of a workload, requests a second. */
export function traffic(chance: Chance, season: Season, meanRps: number): Behaviour {
  const days = dayToDay(chance);
  const noise = jitter(chance, 0.01, 0.08);
  return {
    signal: 'sli.rps',
    reading: 'rate',
    cpuRequest: 0,
    usual: (minute) => meanRps * season(minute),
    draw(minute, _load, shift) {
      const level = meanRps * season(Math.max(0, minute + days.shift(minute))) + shift;
      return plain(chance.poisson(Math.max(0, level * days.factor() * Math.exp(noise())) * 60) / 60);
    },
  };
}

/** Load that follows requests, with a share that is there without any. */
const served =
  (signal: SignalId, low: number, high: number): Make =>
  (chance, _season, meanRps) => {
    const base = chance.scale(low, high);
    const idle = chance.between(0.05, 0.4);
    const slow = wandering(chance, Math.exp(-1 / (chance.scale(4, 24) * 60)), chance.scale(0.01, 0.05));
    const noise = jitter(chance, 0.02, 0.12);
    const levelAt = (rps: number): number => base * (idle + (1 - idle) * (rps / meanRps));
    return {
      signal,
      reading: 'rate',
      cpuRequest: signal === 'cpu.usage' ? base * chance.between(1, 2) : 0,
      usual: (_minute, usualRps) => levelAt(usualRps),
      draw(_minute, load, shift) {
        const start = signal === 'cpu.usage' && load.sinceRollout < 5 ? 0.6 * base : 0;
        return plain((levelAt(load.rps) + shift + start) * Math.exp(slow() + noise()));
      },
    };
  };

/** Load with a season of its own and no requests that could explain it. */
const unserved =
  (signal: SignalId, low: number, high: number): Make =>
  (chance, season) => {
    const base = chance.scale(low, high);
    const days = dayToDay(chance);
    const noise = jitter(chance, 0.02, 0.15);
    return {
      signal,
      reading: 'rate',
      cpuRequest: signal === 'cpu.usage' ? base * chance.between(1, 2) : 0,
      usual: (minute) => base * season(minute),
      draw(minute, load, shift) {
        const start = signal === 'cpu.usage' && load.sinceRollout < 5 ? 0.6 * base : 0;
        const level = base * season(Math.max(0, minute + days.shift(minute))) + shift + start;
        return plain(level * days.factor() * Math.exp(noise()));
      },
    };
  };

const throttling: Make = (chance, season) => {
  const base = chance.is(0.3) ? 0 : chance.scale(0.005, 0.12);
  const slow = wandering(chance, Math.exp(-1 / (chance.scale(2, 12) * 60)), chance.between(0.05, 0.3));
  const noise = jitter(chance, 0.1, 0.4);
  return {
    signal: 'cpu.throttling',
    reading: 'rate',
    cpuRequest: 0,
    usual: (minute) => base * season(minute),
    draw: (minute, _load, shift) =>
      plain(Math.min(1, Math.max(0, base * season(minute) * Math.exp(slow()) + shift) * Math.exp(noise()))),
  };
};

const memory: Make = (chance) => {
  const base = chance.between(0.3, 0.75);
  const slow = wandering(chance, Math.exp(-1 / (chance.scale(3, 24) * 60)), chance.scale(0.002, 0.025));
  const noise = wandering(chance, 0.8, chance.scale(0.0005, 0.006));
  const saw = chance.is(0.5) ? chance.between(0.005, 0.06) : 0;
  const period = chance.scale(10, 90);
  let filled = chance.next();
  return {
    signal: 'memory.share',
    reading: 'gauge',
    cpuRequest: 0,
    usual: () => base,
    draw(_minute, load, shift) {
      // Garbage is collected after about as long, never after exactly as long.
      filled += chance.between(0.5, 1.5) / period;
      if (filled >= 1) filled = 0;
      const fresh = 1 - 0.25 * Math.exp(-load.sinceRollout / 90);
      return plain((base + slow() + saw * (filled - 0.5)) * fresh + shift + noise());
    },
  };
};

const restarts: Make = (chance) => {
  const perMinute = 1 / chance.scale(1440, 10_080);
  return {
    signal: 'restarts',
    reading: 'count in 10 min',
    cpuRequest: 0,
    usual: () => 10 * perMinute,
    draw: (_minute, _load, shift) => plain(chance.poisson(perMinute + Math.max(0, shift) / 10)),
  };
};

const ready: Make = (chance, season) => {
  const replicas = Math.round(chance.between(2, 12));
  const scales = replicas >= 4 && chance.is(0.5);
  const days = dayToDay(chance);
  let held = replicas;
  const wanted = (minute: number): number => (scales ? Math.max(2, replicas * season(minute)) : replicas);
  return {
    signal: 'ready',
    reading: 'gauge',
    cpuRequest: 0,
    usual: (minute) => Math.round(wanted(minute)),
    wanted: () => held,
    draw(minute, load, shift) {
      const now = scales ? wanted(Math.max(0, minute + days.shift(minute))) * days.factor() : replicas;
      // Like an autoscaler: up at once, down only when clearly fewer are enough.
      if (now > held || now < held - 1) held = Math.ceil(now);
      const rolling = load.sinceRollout < 3 ? 1 : 0;
      return plain(Math.max(0, held - rolling - Math.ceil(Math.max(0, -shift) - 1e-9)));
    },
  };
};

const networkErrors: Make = (chance) => {
  const packets = chance.scale(100, 8_000);
  const share = chance.is(0.4) ? 0 : chance.scale(1e-6, 4e-4);
  const noise = wandering(chance, chance.pick([0, 0.8, 0.95]), chance.between(0.1, 0.7));
  const burstRate = chance.is(0.3) ? 1 / chance.scale(300, 1440) : 0;
  return {
    signal: 'network.errors',
    reading: 'ratio',
    cpuRequest: 0,
    usual: () => share,
    draw(_minute, _load, shift) {
      const sent = chance.poisson(60 * packets);
      const burst = burstRate > 0 && chance.is(burstRate) ? chance.scale(0.001, 0.008) : 0;
      const failing = share * Math.exp(noise()) + burst + Math.max(0, shift);
      return { amount: Math.min(sent, chance.poisson(sent * failing)), base: sent };
    },
  };
};

const errors: Make = (chance) => {
  const share = chance.scale(0.0002, 0.008);
  const slow = wandering(chance, Math.exp(-1 / chance.scale(20, 600)), chance.between(0.1, 0.5));
  return {
    signal: 'sli.err',
    reading: 'ratio',
    cpuRequest: 0,
    usual: () => share,
    draw(_minute, load, shift) {
      const requests = Math.round(load.rps * 60);
      const failing = Math.min(1, Math.max(0, share * Math.exp(slow()) + shift));
      return { amount: Math.min(requests, chance.poisson(requests * failing)), base: requests };
    },
  };
};

const latency: Make = (chance, _season, meanRps) => {
  const base = chance.scale(0.04, 0.6);
  const slope = chance.between(0, 0.4);
  const slow = wandering(chance, Math.exp(-1 / (chance.scale(3, 24) * 60)), chance.scale(0.01, 0.06));
  const noise = jitter(chance, 0.02, 0.15);
  const levelAt = (rps: number): number => base * Math.max(0.5, 1 + slope * (rps / meanRps - 1));
  return {
    signal: 'sli.latency',
    reading: 'gauge',
    cpuRequest: 0,
    usual: (_minute, usualRps) => levelAt(usualRps),
    draw(_minute, load, shift) {
      const start = load.sinceRollout < 4 ? 0.8 * base : 0;
      // A p99 of fewer requests hangs on fewer of them.
      const few = chance.normal() * Math.min(0.3, 1.2 / Math.sqrt(Math.max(1, load.rps * 120 * 0.01)));
      const amount = (levelAt(load.rps) + shift + start) * Math.exp(slow() + noise() + few);
      return { amount, base: load.rps * 60 };
    },
  };
};

/** Of a workload whose requests are measured, traffic aside. */
export const ofServices: readonly Make[] = [
  errors,
  latency,
  served('cpu.usage', 0.3, 8),
  throttling,
  served('network.receive', 1e6, 8e7),
];

/** Of a workload without measured requests. */
export const ofWorkers: readonly Make[] = [
  unserved('cpu.usage', 0.3, 8),
  memory,
  unserved('network.transmit', 1e6, 8e7),
  restarts,
  ready,
  networkErrors,
];
