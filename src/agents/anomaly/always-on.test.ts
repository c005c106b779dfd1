import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { normal } from '../../../test/builders/signals.ts';
import { aPod, aView, deployment } from '../../diagnosis/testing/view.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { type History, seriesId, type Sample, type SeriesKey } from '../../model/signal.ts';
import type { Worker } from 'node:worker_threads';
import { steppedClock, wallClock } from '../../clock.ts';
import { createAlwaysOn, threadedSeries, type AlwaysOn, type TierOneMachine, type TierOneStep } from './always-on.ts';
import { startWorkerThread } from './stream/pool-thread.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 0, 5);
const traitsOf = (id: SignalTraits['id'], family: SignalTraits['family']): SignalTraits => ({
  id,
  title: id,
  unit: 'cores',
  family,
  direction: 'up',
  floor: { absolute: 0.1, relative: 1.25 },
  severity: 'warning',
  seasonality: 'daily',
});
const signals = [traitsOf('cpu.usage', 'cpu'), traitsOf('sli.err', 'errors')];
const web = deployment('web');
const cart = deployment('cart');
const calm: SeriesKey = { signal: 'cpu.usage', of: cart };
const moved: SeriesKey = { signal: 'cpu.usage', of: web };
const podOfWeb: SeriesKey = { signal: 'cpu.usage', of: web, pod: 'web-1' };
const nobody = (): boolean => false;

const fresh = (): AlwaysOn => createAlwaysOn({ stepMs: minuteMs, forgetMs: 24 * 60 * minuteMs, signals });
const at = (cycle: number): number => startMs + cycle * minuteMs;

/** Noise around one core; `moved` and its pod rise to five from `stepAt` on. */
function samplesOf(cycle: number, noise: () => number, stepAt = Number.POSITIVE_INFINITY): Sample[] {
  const level = cycle >= stepAt ? 5 : 1;
  return [
    { key: calm, atMs: at(cycle), value: 1 + 0.02 * noise() },
    { key: moved, atMs: at(cycle), value: level + 0.02 * noise() },
    { key: podOfWeb, atMs: at(cycle), value: level + 0.02 * noise() },
  ];
}
function run(tier: AlwaysOn, from: number, to: number, noise: () => number, stepAt?: number): void {
  for (let cycle = from; cycle < to; cycle += 1) tier.cycle(samplesOf(cycle, noise, stepAt), at(cycle));
}
const suspectsOf = (tier: AlwaysOn): string[] => [...tier.suspects(nobody, nobody).ids].toSorted();

describe('the always-on tier', () => {
  it('hands every series of a workload on while it is not warm, and none of its pods', () => {
    const tier = fresh();
    run(tier, 0, 20, normal(1));
    expect(suspectsOf(tier)).toEqual([seriesId(calm), seriesId(moved)]);
  });

  it('is warm at once where a source has a past, and stands by what it knows', () => {
    const tier = fresh();
    const noise = normal(3);
    const past = (key: SeriesKey, level: number): History => ({
      key,
      stepMs: 5 * minuteMs,
      points: Array.from({ length: 8 * 288 }, (_, index) => ({
        atMs: startMs - (8 * 288 - index) * 5 * minuteMs,
        value: level + 0.02 * noise(),
      })),
    });
    tier.learn([past(calm, 1), past(moved, 1), past(podOfWeb, 1), { ...past(calm, 1), points: [] }]);
    expect(tier.size).toBe(2);
    run(tier, 1, 2, noise, 1);
    expect(suspectsOf(tier)).toEqual([seriesId(moved)]);
    expect(tier.recentSurprise(seriesId(moved))).toBeGreaterThan(8);
    const before = tier.snapshot();
    tier.learn([past(calm, 5), past(moved, 5)]);
    expect(tier.snapshot()).toEqual(before);
  });

  it('learns a past that comes day by day as one that comes whole', () => {
    const noise = normal(4);
    const day = 288;
    const whole: History = {
      key: moved,
      stepMs: 5 * minuteMs,
      points: Array.from({ length: 3 * day }, (_, index) => ({
        atMs: startMs - (3 * day - index) * 5 * minuteMs,
        value: 1 + 0.02 * noise(),
      })),
    };
    const part = (first: number, last: number): History => ({ ...whole, points: whole.points.slice(first, last) });
    const [once, daily] = [fresh(), fresh()];
    once.learn([whole]);
    daily.learn([part(0, day)]);
    daily.learn([part(day, 2 * day)]);
    // What it knows already is not learned twice.
    daily.learn([part(day, 3 * day)]);
    expect(daily.snapshot()).toEqual(once.snapshot());
    daily.forgetGone(aView({}), startMs + 23 * 60 * minuteMs);
    expect(daily.size).toBe(1);
  });

  it('learns nothing more of a series that it remembers from before a restart', () => {
    const [before, after] = [fresh(), fresh()];
    run(before, 0, 200, normal(2));
    after.restore(before.snapshot(), at(200));
    const points = Array.from({ length: 50 }, (_, index) => ({ atMs: at(201 + index), value: 5 }));
    after.learn([{ key: moved, stepMs: minuteMs, points }]);
    expect(after.snapshot()).toEqual(before.snapshot());
  });

  it('hands on what moved once it is warm, workload and pod, and leaves what is calm', () => {
    const tier = fresh();
    const noise = normal(2);
    run(tier, 0, 1_000, noise);
    expect(suspectsOf(tier)).toEqual([]);
    run(tier, 1_000, 1_004, noise, 1_000);
    expect(suspectsOf(tier)).toEqual([seriesId(moved), seriesId(podOfWeb)]);
    expect(tier.votes(seriesId(moved))?.last).toBeGreaterThanOrEqual(0);
    expect(tier.recentSurprise(seriesId(moved))).toBeGreaterThan(8);
  });

  it('always hands on what users feel, what is under a finding, and what was rolled out', () => {
    const tier = fresh();
    const noise = normal(3);
    const errors: SeriesKey = { signal: 'sli.err', of: cart };
    for (let cycle = 0; cycle < 900; cycle += 1)
      tier.cycle(
        [...samplesOf(cycle, noise), { key: errors, atMs: at(cycle), value: 0.5 + 0.01 * noise() }],
        at(cycle),
      );
    expect(suspectsOf(tier)).toEqual([seriesId(errors)]);
    expect(tier.suspects((id) => id === seriesId(calm), nobody).ids).toContain(seriesId(calm));
    expect(tier.suspects(nobody, (of) => of.name === 'web').ids).toContain(seriesId(moved));
  });

  it('learns nothing of a fault while its series is frozen', () => {
    const [held, free] = [fresh(), fresh()];
    run(held, 0, 700, normal(4));
    run(free, 0, 700, normal(4));
    held.freeze(seriesId(moved), true);
    run(held, 700, 2_700, normal(5), 700);
    run(free, 700, 2_700, normal(5), 700);
    expect(held.recentSurprise(seriesId(moved))).toBeGreaterThan(free.recentSurprise(seriesId(moved)) ?? 0);
  });

  it('goes on after a restart as if it had never stopped', () => {
    const [stopped, whole] = [fresh(), fresh()];
    run(stopped, 0, 600, normal(6));
    run(whole, 0, 600, normal(6));
    const again = fresh();
    expect(again.restore(stopped.snapshot(), at(600))).toEqual({ restored: true });
    run(again, 600, 640, normal(7), 620);
    run(whole, 600, 640, normal(7), 620);
    expect(again.size).toBe(3);
    expect(suspectsOf(again)).toEqual(suspectsOf(whole));
    expect(again.recentSurprise(seriesId(moved))).toBe(whole.recentSurprise(seriesId(moved)));
  });

  it('begins anew with a signal whose bad side changed over a restart', () => {
    const before = fresh();
    run(before, 0, 300, normal(6));
    const turned = signals.map((one) => ({ ...one, direction: 'down' as const }));
    const after = createAlwaysOn({ stepMs: minuteMs, forgetMs: 24 * 60 * minuteMs, signals: turned });
    expect(after.restore(before.snapshot(), at(300))).toEqual({ restored: true });
    expect(after.size).toBe(0);
  });

  it('takes up a signal that was declared while it runs', () => {
    const custom = { ...traitsOf('cpu.usage', 'cpu'), id: 'custom.queue' as const };
    const tier = createAlwaysOn({
      stepMs: minuteMs,
      forgetMs: 24 * 60 * minuteMs,
      signals,
      declared: (id) => (id === custom.id ? custom : undefined),
    });
    tier.cycle([{ key: { signal: 'custom.queue', of: web }, atMs: at(0), value: 1 }], at(0));
    expect(tier.size).toBe(1);
  });

  it('says why a damaged snapshot is not taken, and keeps what it has', () => {
    const tier = fresh();
    run(tier, 0, 10, normal(8));
    const bytes = tier.snapshot();
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] ?? 0) ^ 0xff;
    expect(tier.restore(bytes, at(10))).toMatchObject({ restored: false });
    expect(tier.size).toBe(3);
  });

  it('forgets a pod that was replaced at once, and what is not seen for a day', () => {
    const tier = fresh();
    run(tier, 0, 3, normal(9));
    tier.forgetGone(aView({ pods: [aPod(web, 'web-1')] }), at(3));
    expect(tier.size).toBe(3);
    tier.forgetGone(aView({}), at(3));
    expect(tier.size).toBe(2);
    tier.forgetGone(aView({}), at(3 + 24 * 60 + 1));
    expect(tier.size).toBe(0);
  });

  it('leaves samples out that are old, twice there, or of no known signal', () => {
    const tier = fresh();
    const twice: Sample[] = [
      { key: calm, atMs: at(0), value: 1 },
      { key: calm, atMs: at(0), value: 99 },
      { key: { signal: 'node.cpu', of: web }, atMs: at(0), value: 1 },
    ];
    tier.cycle(twice, at(0));
    expect(tier.size).toBe(1);
  });

  it('says the same whatever the order of samples is', () => {
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    fc.assert(
      fc.property(order, fc.integer({ min: 1, max: 1_000 }), (places, seed) => {
        const [plain, shuffled] = [fresh(), fresh()];
        const [one, other] = [normal(seed), normal(seed)];
        for (let cycle = 0; cycle < 450; cycle += 1) {
          plain.cycle(samplesOf(cycle, one, 440), at(cycle));
          const samples = samplesOf(cycle, other, 440);
          shuffled.cycle(
            places.flatMap((place) => samples[place] ?? []),
            at(cycle),
          );
        }
        expect(suspectsOf(shuffled)).toEqual(suspectsOf(plain));
        expect(shuffled.recentSurprise(seriesId(moved))).toBe(plain.recentSurprise(seriesId(moved)));
      }),
      { numRuns: 10 },
    );
  });
});

const shardSeries = 16;
const hundred = Array.from({ length: 100 }, (_one, number): SeriesKey => ({
  signal: 'cpu.usage',
  of: deployment(`w-${number % 9}`),
  pod: `p-${number}`,
}));
const jumpAt = 215;
const idOf = (number: number): string => seriesId(hundred[number] ?? calm);

describe('the always-on tier on worker threads', () => {
  const opened: AlwaysOn[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (one) => await one.close()));
  });

  function onThreads(workers: number, more: Partial<TierOneMachine> = {}) {
    const lost: string[] = [];
    const steps: TierOneStep[] = [];
    const tier = createAlwaysOn({
      stepMs: minuteMs,
      forgetMs: 24 * 60 * minuteMs,
      signals,
      machine: {
        wall: wallClock(false),
        workers,
        fewestSeries: 0,
        shardSeries,
        onLost: (why) => lost.push(why),
        onStep: (step) => steps.push(step),
        ...more,
      },
    });
    opened.push(tier);
    return { tier, lost, steps };
  }
  /** Series 7 jumps late; the others scatter around their levels. */
  const valueOf = (number: number, cycle: number): number =>
    (number % 10) +
    (((number * 31 + cycle) * 0.618_033_988_749_894_9) % 1) +
    (number === 7 && cycle >= jumpAt ? 90 : 0);
  /** As `run` does it: stepped ahead, then taken in. */
  async function runAhead(tier: AlwaysOn, from: number, to: number, keys = hundred): Promise<void> {
    for (let cycle = from; cycle < to; cycle += 1) {
      const samples = keys.map((key, number) => ({ key, atMs: at(cycle), value: valueOf(number, cycle) }));
      await tier.ahead(samples, at(cycle));
      tier.cycle(samples, at(cycle));
    }
  }

  it('says the same, bit for bit, with any number of threads and without any', async () => {
    const tiers = [onThreads(0), onThreads(1), onThreads(2), onThreads(3)];
    const plain = fresh();
    await runAhead(plain, 0, 220);
    for (const { tier } of tiers) await runAhead(tier, 0, 220);
    expect(tiers.map(({ steps }) => steps.at(-1)?.threads)).toEqual([0, 1, 2, 3]);
    expect(suspectsOf(plain)).toContain(idOf(7));
    for (const { tier } of tiers) {
      expect(suspectsOf(tier)).toEqual(suspectsOf(plain));
      expect(tier.votes(idOf(7))).toEqual(plain.votes(idOf(7)));
      expect(tier.snapshot()).toEqual(plain.snapshot());
    }
  });

  it('starts no thread for fewer series than are worth it, and says so', async () => {
    const { tier, steps } = onThreads(2, { fewestSeries: 60 });
    await runAhead(tier, 0, 1, hundred.slice(0, 59));
    await runAhead(tier, 1, 2, hundred.slice(0, 60));
    expect(steps.map(({ series, threads }) => [series, threads])).toEqual([
      [59, 0],
      [60, 2],
    ]);
  });

  it('leaves clusters of two hundred thousand series to the thread that asks', async () => {
    const { tier, steps } = onThreads(2, { fewestSeries: threadedSeries });
    await runAhead(tier, 0, 1);
    expect([threadedSeries, steps[0]?.threads]).toEqual([262_144, 0]);
  });

  it('goes on after a restart with another number of threads as if it had never stopped', async () => {
    const [before, after, whole] = [onThreads(2), onThreads(1), onThreads(0)];
    await runAhead(before.tier, 0, 150);
    expect(after.tier.restore(before.tier.snapshot(), at(150))).toEqual({ restored: true });
    await runAhead(after.tier, 150, 220);
    await runAhead(whole.tier, 0, 220);
    expect(after.steps.at(-1)?.threads).toBe(1);
    expect(after.tier.snapshot()).toEqual(whole.tier.snapshot());
    expect(suspectsOf(after.tier)).toEqual(suspectsOf(whole.tier));
  });

  it('loses nothing with a thread that is lost, and tells it once', async () => {
    const workers: Worker[] = [];
    const start = (): Worker => {
      const worker = startWorkerThread();
      workers.push(worker);
      return worker;
    };
    const [broken, whole] = [onThreads(2, { start }), onThreads(0)];
    await runAhead(broken.tier, 0, 1);
    await workers[0]?.terminate();
    await runAhead(broken.tier, 1, 4);
    await runAhead(whole.tier, 0, 4);
    expect(broken.lost).toEqual(['a worker thread of tier one ended with code 1']);
    expect(broken.steps.map((one) => one.threads)).toEqual([2, 1, 1, 1]);
    expect(broken.tier.snapshot()).toEqual(whole.tier.snapshot());
  });

  it('steps a cycle once, whether it was stepped ahead or not', async () => {
    const { tier, steps } = onThreads(0);
    const samples: Sample[] = [{ key: calm, atMs: at(0), value: 1 }];
    await tier.ahead(samples, at(0));
    await tier.ahead(samples, at(0));
    tier.cycle(samples, at(0));
    tier.cycle([{ key: calm, atMs: at(1), value: 1 }], at(1));
    expect(steps).toHaveLength(2);
  });

  it('tells how long a step took', async () => {
    const clock = steppedClock(0);
    const wall = { ...clock, monotonic: () => (clock.advance(250), clock.monotonic()) };
    const { tier, steps } = onThreads(0, { wall });
    await tier.ahead([{ key: calm, atMs: at(0), value: 1 }], at(0));
    expect(steps).toEqual([{ seconds: 0.25, series: 1, threads: 0 }]);
  });

  it('has no thread left when it is closed, and goes on in process', async () => {
    const workers: Worker[] = [];
    const start = (): Worker => {
      const worker = startWorkerThread();
      workers.push(worker);
      return worker;
    };
    const { tier, steps, lost } = onThreads(2, { start });
    await runAhead(tier, 0, 1);
    await tier.close();
    expect(workers.map((one) => one.threadId)).toEqual([-1, -1]);
    await runAhead(tier, 1, 2);
    expect([steps.at(-1)?.threads, lost]).toEqual([0, []]);
  });
});

describe('a series that is known by its key', () => {
  const keysOf = (cycle: number, anew: boolean): Sample[] =>
    samplesOf(cycle, normal(cycle + 1)).map((one) => (anew ? { ...one, key: { ...one.key } } : one));

  it('is the same to a source that keeps its keys and to one that makes them anew', () => {
    const [kept, anew, mixed] = [fresh(), fresh(), fresh()];
    for (let cycle = 0; cycle < 130; cycle += 1) {
      kept.cycle(keysOf(cycle, false), at(cycle));
      anew.cycle(keysOf(cycle, true), at(cycle));
      mixed.cycle(keysOf(cycle, cycle % 3 === 0), at(cycle));
    }
    expect(anew.snapshot()).toEqual(kept.snapshot());
    expect(mixed.snapshot()).toEqual(kept.snapshot());
  });

  it('is not another when its key once named one that was forgotten', () => {
    const tier = fresh();
    tier.cycle([{ key: podOfWeb, atMs: at(0), value: 1 }], at(0));
    tier.forgetGone(aView({}), at(0));
    tier.cycle([{ key: calm, atMs: at(1), value: 1 }], at(1));
    tier.cycle([{ key: podOfWeb, atMs: at(2), value: 7 }], at(2));
    expect(tier.size).toBe(2);
    expect(tier.votes(seriesId(podOfWeb))).not.toBeNull();
  });
});
