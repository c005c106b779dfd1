import { describe, expect, it } from 'vitest';
import {
  aRig,
  autocorrelated,
  type Level,
  minuteMs,
  observationOf,
  shippedSignals,
  type Series,
} from '../../../test/builders/signals.ts';
import { paceOf } from '../../model/pace.ts';
import { createAnomalyAgent } from './anomaly-agent.ts';

const names = ['sli.latency', 'cpu.usage', 'memory.share'] as const;

/** Three signals whose noise is a function of time, so that two runs see the same; latency steps up at `stepMs`. */
function world(stepMs: number): readonly Series[] {
  return names.map((signal, at) => {
    const noise = autocorrelated(at + 1, 0.6);
    const seen = new Map<number, number>();
    const level: Level = (atMs) => {
      const known = seen.get(atMs) ?? noise();
      seen.set(atMs, known);
      const usual = [0.18, 0.4, 0.5][at] ?? 1;
      return usual * (1 + 0.02 * known) * (at === 0 && atMs >= stepMs ? 4 : 1);
    };
    return { signal, level };
  });
}

describe('a restart in the middle', () => {
  it('changes no finding, though the sources have no past', () => {
    const stepMs = Date.UTC(2026, 5, 9, 14, 0) + 150 * minuteMs;
    const series = world(stepMs);
    const whole = aRig(series);
    whole.run(120, series);
    const kept = whole.agent.learned();
    const again = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    expect(again.recall(kept)).toEqual({ restored: true });
    const [unbroken, restarted] = [[], []] as [string[], string[]];
    for (let cycle = 0; cycle < 60; cycle += 1) {
      const [assessment] = whole.run(1, series);
      const openFindings = assessment?.findings ?? [];
      unbroken.push(openFindings.map((one) => one.id).join());
      const now = again.assess(observationOf(whole.nowMs(), series), whole.view, { openFindings: [] });
      restarted.push(now.findings.map((one) => one.id).join());
    }
    expect(unbroken.at(-1)).toBe('signal:sli.latency@shop/Deployment/cart');
    expect(restarted).toEqual(unbroken);
  });

  it('says why a damaged past is not taken', () => {
    const agent = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    expect(agent.recall(new Uint8Array(40))).toEqual({ restored: false, why: 'it is no file of baselines' });
  });
});
