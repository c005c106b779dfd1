import { describe, expect, it } from 'vitest';
import { deployment, startMs } from '../../../../test/builders/signals.ts';
import type { Sample } from '../../../model/signal.ts';
import type { Slo } from '../../../model/slo.ts';
import { eventsOf } from './slo-events.ts';

const availability: Slo = {
  name: 'availability',
  signal: 'sli.err',
  objective: 0.999,
  thresholdS: null,
  days: 30,
};
const latency = (thresholdS: number): Slo => ({ ...availability, name: 'latency', signal: 'sli.latency', thresholdS });
const sample = (value: number, more: Partial<Sample> = {}): Sample => ({
  key: { signal: 'sli.err', of: deployment() },
  atMs: startMs,
  value,
  ...more,
});
const buckets = [
  [0.1, 700],
  [0.3, 950],
  [1, 990],
  [Number.POSITIVE_INFINITY, 1000],
] as const;

describe('events of an objective', () => {
  it('are the failed share of the requests behind the ratio', () => {
    expect(eventsOf(availability, sample(0.02, { weight: 500 }))).toEqual({ bad: 10, total: 500 });
  });

  it('cannot be counted without a denominator', () => {
    expect(eventsOf(availability, sample(0.02))).toEqual({
      uncountable: 'sli.err tells no number of events behind it, so no share of them can be promised',
    });
  });

  it('are the requests over the bucket that ends at the threshold', () => {
    expect(eventsOf(latency(0.3), sample(0.4, { buckets }))).toEqual({ bad: 50, total: 1000 });
  });

  it('take the next longer bucket where none ends at the threshold, and say so', () => {
    expect(eventsOf(latency(0.5), sample(0.4, { buckets }))).toEqual({
      bad: 10,
      total: 1000,
      note: 'counted over 1 s: no bucket ends at 0.5 s',
    });
  });

  it('cannot be counted over the longest bucket, or without a histogram', () => {
    expect(eventsOf(latency(2), sample(0.4, { buckets }))).toHaveProperty('uncountable');
    expect(eventsOf(latency(0.3), sample(0.4))).toHaveProperty('uncountable');
    expect(eventsOf(latency(0.3), sample(0.4, { buckets: buckets.slice(0, 3) }))).toHaveProperty('uncountable');
  });
});
