import { describe, expect, it } from 'vitest';
import { deployment, minuteMs } from '../../../../test/builders/signals.ts';
import type { Sample, SignalId } from '../../../model/signal.ts';
import { createSloSight, type SloCycle } from './slo-sight.ts';

const aSample = (signal: SignalId, value: number): Sample => ({ key: { signal, of: deployment() }, atMs: 0, value });
const anObjective = (signal: SignalId) => ({ name: signal, signal, objective: 0.99, thresholdS: null, days: 30 });

function watched(signal: SignalId = 'sli.err') {
  const sight = createSloSight(anObjective(signal), 10 * minuteMs);
  let nowMs = 0;
  return {
    sight,
    nowMs: () => nowMs,
    minutes: (count: number, brought: Partial<SloCycle> = {}): void => {
      for (let minute = 0; minute < count; minute += 1) {
        nowMs += minuteMs;
        const nothing = { sample: undefined, requests: undefined, uncountable: null, isMeasured: true };
        sight.note({ ...nothing, ...brought, nowMs });
      }
    },
  };
}

describe('whether an objective is counted', () => {
  it('is no at once where it never was, and told after ten minutes', () => {
    const { sight, minutes, nowMs } = watched();
    minutes(1);
    expect(sight.why(nowMs())).toBe('no count of its requests by status is read from any source');
    expect(sight.lastingWhy(nowMs())).toBeNull();
    minutes(10);
    expect(sight.lastingWhy(nowMs())).toBe('no count of its requests by status is read from any source');
  });

  it('is yes with each sample that can be counted', () => {
    const { sight, minutes, nowMs } = watched();
    minutes(20);
    minutes(1, { sample: aSample('sli.err', 0) });
    expect([sight.why(nowMs()), sight.lastingWhy(nowMs())]).toEqual([null, null]);
  });

  it('lets a gap of a few minutes pass where it was counted before', () => {
    const { sight, minutes, nowMs } = watched();
    sight.wasSeen();
    minutes(9);
    expect(sight.why(nowMs())).toBeNull();
    minutes(2);
    expect(sight.why(nowMs())).not.toBeNull();
  });

  it('is yes while nobody calls: a share of no requests is none', () => {
    const { sight, minutes, nowMs } = watched('sli.latency');
    minutes(60, { requests: aSample('sli.rps', 0) });
    expect(sight.lastingWhy(nowMs())).toBeNull();
  });

  it('is no for a latency whose requests are counted without a histogram', () => {
    const { sight, minutes, nowMs } = watched('sli.latency');
    minutes(11, { requests: aSample('sli.rps', 40) });
    expect(sight.lastingWhy(nowMs())).toMatch(/^no histogram of the time that its requests take/);
  });

  it('asks for nothing of requests where the share is of something else', () => {
    const { sight, minutes, nowMs } = watched('cpu.throttling');
    minutes(11, { requests: aSample('sli.rps', 0) });
    expect(sight.lastingWhy(nowMs())).toBe('cpu.throttling of it is read from no source');
  });

  it('is not known while no source answers, which is told by itself', () => {
    const { sight, minutes, nowMs } = watched();
    minutes(60, { isMeasured: false });
    expect([sight.why(nowMs()), sight.lastingWhy(nowMs())]).toEqual([null, null]);
  });

  it('is no for a sample that cannot be counted, for as long as none can', () => {
    const { sight, minutes, nowMs } = watched('sli.latency');
    minutes(1, { sample: aSample('sli.latency', 0.2), uncountable: 'no bucket' });
    expect(sight.lastingWhy(nowMs())).toBe('no bucket');
    minutes(1);
    expect(sight.why(nowMs())).toBe('no bucket');
    minutes(1, { sample: aSample('sli.latency', 0.2) });
    expect(sight.lastingWhy(nowMs())).toBeNull();
  });
});
