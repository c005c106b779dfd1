import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normal } from '../../../test/builders/signals.ts';
import { aPod, aView, deployment } from '../../diagnosis/testing/view.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import { seriesId, type Sample, type SeriesKey } from '../../model/signal.ts';
import { createAlwaysOn, type AlwaysOn } from './always-on.ts';

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
