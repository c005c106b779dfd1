import { describe, expect, it } from 'vitest';
import { aRig, autocorrelated, minuteMs, normal, type Series } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import type { SignalId } from '../../../model/signal.ts';

const constant = (signal: SignalId, value: number): Series => ({ signal, level: () => value });
const id = (signal: SignalId): string => `signal:${signal}@shop/Deployment/cart`;

describe('recovered', () => {
  it('needs three windows of five minutes within what matters of the usual', () => {
    const rig = aRig([constant('sli.latency', 0.18)]);
    rig.run(10, [constant('sli.latency', 0.9)]);
    const writtenAtMs = rig.nowMs();
    rig.run(14, [constant('sli.latency', 0.19)]);
    expect(rig.agent.recovered([id('sli.latency')], writtenAtMs).word).toBe('undecided');
    rig.run(1, [constant('sli.latency', 0.19)]);
    expect(rig.agent.recovered([id('sli.latency')], writtenAtMs)).toEqual({
      word: 'recovered',
      sentence: 'p99 190 ms, usual 180 ms',
    });
  });

  it('is not claimed at the margin, where the level may still be worse by what matters', () => {
    const words = Array.from({ length: 20 }, (_, seed) => {
      const noise = normal(seed + 1);
      const rig = aRig([{ signal: 'sli.latency', level: () => 0.18 + 0.02 * noise() }]);
      const writtenAtMs = rig.nowMs();
      rig.run(15, [{ signal: 'sli.latency', level: () => 0.18 + 0.054 + 0.02 * noise() }]);
      return rig.agent.recovered([id('sli.latency')], writtenAtMs).word;
    });
    expect(words.filter((word) => word === 'recovered')).toEqual([]);
  });

  it('is seen for a series that is truly clean', () => {
    const words = Array.from({ length: 20 }, (_, seed) => {
      const noise = autocorrelated(seed + 1, 0.5);
      const level = () => 0.18 + 0.008 * noise();
      const rig = aRig([{ signal: 'sli.latency', level }]);
      const writtenAtMs = rig.nowMs();
      rig.run(15, [{ signal: 'sli.latency', level }]);
      return rig.agent.recovered([id('sli.latency')], writtenAtMs).word;
    });
    expect(words.filter((word) => word === 'recovered').length).toBeGreaterThanOrEqual(19);
  });

  it('says not fixed when the signal is still bad after the time to settle', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(10, [constant('sli.err', 0.06)]);
    const writtenAtMs = rig.nowMs();
    rig.run(4, [constant('sli.err', 0.06)]);
    expect(rig.agent.recovered([id('sli.err')], writtenAtMs).word).toBe('undecided');
    rig.run(2, [constant('sli.err', 0.06)]);
    expect(rig.agent.recovered([id('sli.err')], writtenAtMs)).toEqual({
      word: 'not fixed',
      sentence: 'errors 6 %, usual 0.1 %, 6 min after the write',
    });
  });

  it('is undecided while nobody calls', () => {
    const rig = aRig([constant('sli.err', 0.001), constant('sli.rps', 50)]);
    const writtenAtMs = rig.nowMs();
    rig.run(20, [constant('sli.err', 0), constant('sli.rps', 20)]);
    expect(rig.agent.recovered([id('sli.err')], writtenAtMs)).toEqual({
      word: 'undecided',
      sentence: 'traffic is 40 % of the usual, errors says nothing',
    });
  });

  it('does not wait for a surge of traffic, or for the CPU that it costs, to end', () => {
    const rig = aRig([constant('sli.latency', 0.18), constant('sli.rps', 60), constant('cpu.usage', 0.6)]);
    const surge = [constant('sli.rps', 120), constant('cpu.usage', 1.2)];
    rig.run(10, [constant('sli.latency', 0.9), ...surge]);
    const writtenAtMs = rig.nowMs();
    rig.run(16, [constant('sli.latency', 0.19), ...surge]);
    const ids = [id('sli.latency'), id('sli.rps'), id('cpu.usage')];
    expect(rig.agent.recovered(ids, writtenAtMs).word).toBe('recovered');
  });

  it('asks traffic that was lost to come back, and no further', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 5)]);
    const writtenAtMs = rig.nowMs();
    rig.run(16, [constant('sli.rps', 40)]);
    expect(rig.agent.recovered([id('sli.rps')], writtenAtMs).word).toBe('not fixed');
    rig.run(16, [constant('sli.rps', 61)]);
    expect(rig.agent.recovered([id('sli.rps')], writtenAtMs).word).toBe('recovered');
  });

  it('needs all of several signals', () => {
    const rig = aRig([constant('sli.latency', 0.18), constant('sli.err', 0.001)]);
    const writtenAtMs = rig.nowMs();
    rig.run(16, [constant('sli.latency', 0.18), constant('sli.err', 0.011)]);
    expect(rig.agent.recovered([id('sli.latency')], writtenAtMs).word).toBe('recovered');
    expect(rig.agent.recovered([id('sli.latency'), id('sli.err')], writtenAtMs).word).toBe('undecided');
  });

  it('never defaults to fixed: unknown series, gaps and no signals are undecided', () => {
    const rig = aRig([constant('sli.latency', 0.18)]);
    const writtenAtMs = rig.nowMs();
    rig.run(20, []);
    expect(rig.agent.recovered([id('sli.latency')], writtenAtMs).word).toBe('undecided');
    expect(rig.agent.recovered([id('sli.rps')], writtenAtMs).word).toBe('undecided');
    expect(rig.agent.recovered([], writtenAtMs).word).toBe('undecided');
  });

  it('judges by the same windows twenty times faster on the lab', () => {
    const rig = aRig([constant('sli.latency', 0.18)], { pace: paceOf(20) });
    rig.run(10, [constant('sli.latency', 0.9)]);
    const writtenAtMs = rig.nowMs();
    rig.run(15, [constant('sli.latency', 0.19)]);
    expect(rig.nowMs() - writtenAtMs).toBe((15 * minuteMs) / 20);
    expect(rig.agent.recovered([id('sli.latency')], writtenAtMs).word).toBe('recovered');
  });
});
