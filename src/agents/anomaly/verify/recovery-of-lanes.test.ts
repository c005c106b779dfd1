import { describe, expect, it } from 'vitest';
import { aTable } from '../../../../test/builders/findings.ts';
import { aRig, minuteMs, observationOf, startMs, type Series } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import type { SignalId } from '../../../model/signal.ts';
import { recoveredSince } from './recovery.ts';
import { windowsOf } from '../settings.ts';

const id = 'replica:cpu.throttling@shop/Deployment/cart';
const windows = windowsOf(paceOf(1));
const at = (value: number, signal: SignalId = 'sli.latency'): Series => ({ signal, level: () => value });

/** Minutes after the write, with the workload's throttling at this value since; null when it is not measured. */
const word = (minutes: number, holds: boolean, value: number | null, leastMs = 15 * minuteMs) => {
  const table = aTable();
  if (value !== null) {
    const points = Array.from({ length: 8 * 96 }, (_, back) => ({ atMs: startMs - back * 15 * minuteMs, value: 0.18 }));
    const key = { signal: 'cpu.throttling', of: { kind: 'Deployment', namespace: 'shop', name: 'cart' } } as const;
    table.learn([{ key, stepMs: 15 * minuteMs, points: points.toReversed() }]);
  }
  for (let minute = 1; minute <= minutes; minute += 1)
    table.note(observationOf(startMs + minute * minuteMs, value === null ? [] : [at(value, 'cpu.throttling')]));
  const others = {
    holds: () => holds,
    ofLane: () => null,
    observationMs: () => leastMs,
    beside: () => '',
  };
  return recoveredSince([id], startMs, table, others, windows).word;
};

describe('recovery of what a lane found', () => {
  it('is not there while the lane holds it, once the write had time to settle', () => {
    expect(word(4, true, 0.18)).toBe('undecided');
    expect(word(6, true, 0.18)).toBe('not fixed');
  });

  it('needs the least observation after the lane let go', () => {
    expect(word(14, false, 0.18)).toBe('undecided');
    expect(word(16, false, 0.18)).toBe('recovered');
    expect(word(16, false, 0.18, 30 * minuteMs)).toBe('undecided');
  });

  it('needs the series behind it to be back as well', () => {
    expect(word(16, false, 0.3)).toBe('undecided');
  });

  it('rests on the lane alone where the workload has no such series', () => {
    expect(word(16, false, null)).toBe('recovered');
  });
});

describe('recovery of what was found late', () => {
  it('is watched for three times as long as it went unseen', () => {
    // A ramp of two hours: it began long before it was further out than what matters.
    let risen = 0;
    const ramp: Series = { signal: 'sli.latency', level: () => 0.18 + 0.0008 * Math.min(120, (risen += 1)) };
    const rig = aRig([at(0.18)]);
    const found = rig.run(150, [ramp]).flatMap((one) => one.findings)[0];
    const delayMs = (found?.firstSeenMs ?? 0) - (found?.onsetMs ?? 0);
    expect(delayMs).toBeGreaterThan(6 * minuteMs);
    const writtenAtMs = rig.nowMs();
    rig.run(16, [at(0.18)]);
    const early = rig.agent.recovered(['signal:sli.latency@shop/Deployment/cart'], writtenAtMs);
    expect(early.word).toBe('undecided');
    expect(early.sentence).toMatch(/it is to be watched for \d+ min$/);
    rig.run(30, [at(0.18)]);
    expect(rig.agent.recovered(['signal:sli.latency@shop/Deployment/cart'], writtenAtMs).word).toBe('recovered');
  });
});
