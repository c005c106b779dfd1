import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { steppedClock } from './clock.ts';
import { watchSenses } from './senses-watch.ts';
import { createSensesMetrics } from './telemetry/senses-metrics.ts';

function aWatch(cores: number) {
  const registry = new Registry();
  const faults: [message: string, about: string][] = [];
  const log = {
    fault: (error: unknown, about: string) => void faults.push([error instanceof Error ? error.message : '', about]),
  };
  return { registry, faults, watch: watchSenses(createSensesMetrics(registry), steppedClock(0), log, cores) };
}

describe('what a running advisor gives its senses', () => {
  it.each([
    [1, 1],
    [2, 2],
    [64, 4],
  ])('are, of %i cores, at most %i threads', (cores, workers) => {
    expect(aWatch(cores).watch.machine?.workers).toBe(workers);
  });

  it('are ears that count bytes, time, series and threads', async () => {
    const { registry, watch } = aWatch(2);
    watch.onRead?.(1_000);
    watch.onRead?.(24);
    watch.onPasts?.({ held: 40_000, released: 7 });
    watch.machine?.onStep({ seconds: 0.2, series: 200_000, threads: 2 });
    watch.machine?.onStep({ seconds: 0.1, series: 200_001, threads: 1 });
    const text = await registry.metrics();
    expect(text).toContain('advisor_prometheus_read_bytes_total 1024');
    expect(text).toContain('advisor_tier_one_seconds_count 2');
    expect(text).toContain('advisor_tier_one_series 200001');
    expect(text).toContain('advisor_tier_one_threads 1');
    expect(text).toContain('advisor_tier_one_threads_lost_total 0');
    expect(text).toContain('advisor_pasts 40000');
    expect(text).toContain('advisor_pasts_released 7');
  });

  it('tell a lost thread in the log and count it', async () => {
    const { registry, faults, watch } = aWatch(2);
    watch.machine?.onLost('a worker thread of tier one ended with code 1');
    expect(faults).toEqual([
      ['a worker thread of tier one ended with code 1; its share is done without it', 'tier one'],
    ]);
    expect(await registry.metrics()).toContain('advisor_tier_one_threads_lost_total 1');
  });

  it('tell what was declared and cannot be watched', () => {
    const { faults, watch } = aWatch(2);
    watch.tell?.({ what: 'an objective of shop/cart is not counted', why: 'w', next: 'n' });
    expect(faults).toEqual([['an objective of shop/cart is not counted', 'an objective of shop/cart is not counted']]);
  });
});
