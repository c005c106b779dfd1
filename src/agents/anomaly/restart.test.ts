import { describe, expect, it } from 'vitest';
import {
  aRig,
  autocorrelated,
  deployment,
  historyOf,
  type Level,
  minuteMs,
  normal,
  observationOf,
  shippedSignals,
  startMs,
  type Series,
} from '../../../test/builders/signals.ts';
import { aSignalFinding } from '../../../test/builders/findings.ts';
import { paceOf } from '../../model/pace.ts';
import type { Finding } from '../../model/finding.ts';
import { createAnomalyAgent } from './anomaly-agent.ts';
import type { AnomalyAgent } from './anomaly-agent-port.ts';

const names = ['sli.latency', 'cpu.usage', 'memory.share'] as const;

/** Three signals whose noise is a function of time, so that two runs see the same; latency is four times as high from `fromMs` to `toMs`. */
function world(fromMs: number, toMs = Number.POSITIVE_INFINITY): readonly Series[] {
  return names.map((signal, at) => {
    const noise = autocorrelated(at + 1, 0.6);
    const seen = new Map<number, number>();
    const level: Level = (atMs) => {
      const known = seen.get(atMs) ?? noise();
      seen.set(atMs, known);
      const usual = [0.18, 0.4, 0.5][at] ?? 1;
      return usual * (1 + 0.02 * known) * (at === 0 && atMs >= fromMs && atMs < toMs ? 4 : 1);
    };
    return { signal, level };
  });
}

const restarted = (agent: AnomalyAgent): AnomalyAgent => {
  const again = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
  expect(again.recall(Buffer.concat([...agent.learned()]), startMs + 24 * 60 * minuteMs)).toEqual({ restored: true });
  return again;
};

/** Runs without a break, and beside it a process that was restarted after each of these cycles; all of them must say the same in every cycle. */
function besideRestarts(series: readonly Series[], cycles: number, restarts: readonly number[]): readonly Finding[][] {
  const whole = aRig(series, { openFindings: [] });
  const others: AnomalyAgent[] = [];
  const told: Finding[][] = [];
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const openFindings = told.at(-1) ?? [];
    const [assessment] = whole.run(1, series);
    const findings = [...(assessment?.findings ?? [])];
    const at = observationOf(whole.nowMs(), series);
    for (const other of others) expect(other.assess(at, whole.view, { openFindings }).findings).toEqual(findings);
    told.push(findings);
    if (restarts.includes(cycle)) others.push(restarted(whole.agent));
  }
  return told;
}

const from = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at);

describe('a restart in the middle', () => {
  it('changes no finding, its onset or its words, whichever cycle near a step it follows', () => {
    const stepMs = startMs + 180 * minuteMs;
    const told = besideRestarts(world(stepMs), 200, [60, 120, ...from(176, 190)]);
    const first = told.findIndex((findings) => findings.length > 0) + 1;
    expect(first).toBeGreaterThan(180);
    expect(first).toBeLessThanOrEqual(185);
    expect(told.at(-1)).toMatchObject([{ id: 'signal:sli.latency@shop/Deployment/cart', onsetMs: stepMs }]);
  });

  it('closes what it took over in the cycle in which it would have closed', () => {
    const told = besideRestarts(
      world(startMs + 40 * minuteMs, startMs + 70 * minuteMs),
      100,
      from(68, 84).filter((cycle) => cycle % 2 === 0),
    );
    expect(told[60]).toHaveLength(1);
    expect(told.at(-1)).toEqual([]);
  });

  it('opens again within half an hour under the same beginning', () => {
    const [once, twice] = [
      world(startMs + 40 * minuteMs, startMs + 50 * minuteMs),
      world(startMs + 75 * minuteMs),
    ] as const;
    const both = once.map((one, at) => ({
      ...one,
      level: (atMs: number) => (atMs < startMs + 70 * minuteMs ? one : twice[at]!).level(atMs),
    }));
    const told = besideRestarts(both, 90, [66, 72, 76]);
    expect(told.at(-1)).toMatchObject([{ onsetMs: startMs + 40 * minuteMs }]);
  });

  it('goes through cycles that nobody saw, not again through those that it kept, and takes over what was open', () => {
    const stepMs = startMs + 50 * minuteMs;
    const series = world(stepMs);
    const whole = aRig(series, { openFindings: [] });
    whole.run(48, series);
    const again = restarted(whole.agent);
    const missed = from(40, 52).map((minute) => observationOf(startMs + minute * minuteMs, series));
    const [newest] = whole.run(6, series).slice(-1);
    for (const one of missed) again.replay(one, whole.view, []);
    expect(again.assess(observationOf(startMs + 53 * minuteMs, series), whole.view).findings).toEqual([]);
    const found = again.assess(observationOf(whole.nowMs(), series), whole.view).findings;
    expect(found).toEqual(newest?.findings);
    expect(found).toMatchObject([{ onsetMs: stepMs }]);
  });

  it('keeps the beginning of what was open where nothing was kept, though the minutes that it goes through are later', () => {
    const openFindings = [aSignalFinding({ of: deployment(), onsetMs: startMs - 60 * minuteMs })];
    const rig = aRig([{ signal: 'sli.latency', level: () => 0.24 }]);
    const series = [{ signal: 'sli.latency', level: () => 0.84 }] as const;
    for (const minute of from(1, 12))
      rig.agent.replay(observationOf(startMs + minute * minuteMs, series), rig.view, openFindings);
    const last = rig.agent.assess(observationOf(startMs + 13 * minuteMs, series), rig.view, { openFindings });
    expect(last.findings).toMatchObject([{ onsetMs: startMs - 60 * minuteMs, value: 0.84 }]);
  });

  it.each([6, 7])('keeps open what began %s days ago, though its past is read only later', (days) => {
    const noise = normal(3);
    const onsetMs = startMs - days * 24 * 60 * minuteMs;
    const level: Level = (atMs) => (atMs < onsetMs ? 1 : 4) + 0.02 * noise();
    const series = [{ signal: 'cpu.usage', level }] as const;
    const { view } = aRig(series);
    const openFindings = [
      aSignalFinding({ id: 'signal:cpu.usage@shop/Deployment/cart', signal: 'cpu.usage', of: deployment(), onsetMs }),
    ];
    const agent = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    const cycle = (minute: number) =>
      agent.assess(observationOf(startMs + minute * minuteMs, series), view, { openFindings }).findings;
    cycle(1);
    agent.learn([historyOf(series[0], startMs, 8, 5 * minuteMs)]);
    expect(from(2, 60).filter((minute) => cycle(minute).length === 0)).toEqual([]);
  });

  it('does not count cycles from before it beside those after a long silence', () => {
    const series = world(startMs + 57 * minuteMs);
    const whole = aRig(series);
    whole.run(60, series);
    const again = restarted(whole.agent);
    const late = whole.nowMs() + 20 * minuteMs;
    expect(again.assess(observationOf(late, series), whole.view).findings).toEqual([]);
  });

  it('leaves closed what was closed after the past was kept', () => {
    const series = world(startMs + 20 * minuteMs, startMs + 40 * minuteMs);
    const whole = aRig(series);
    whole.run(30, series);
    const again = restarted(whole.agent);
    const later = observationOf(whole.nowMs() + 25 * minuteMs, series);
    expect(again.assess(later, whole.view, { openFindings: [] }).findings).toEqual([]);
  });

  it('forgets nothing for one absurd value in the past', () => {
    const absurdMs = startMs - 60 * minuteMs;
    const past: Series = { signal: 'cpu.usage', level: (atMs) => (atMs === absurdMs ? Number.MAX_VALUE : 1) };
    const whole = aRig([past]);
    whole.run(20, [past]);
    const again = restarted(whole.agent);
    const risen = from(21, 40).flatMap(
      (cycle) =>
        again.assess(observationOf(startMs + cycle * minuteMs, [{ ...past, level: () => 4 }]), whole.view).findings,
    );
    expect(risen.map((one) => one.id)).toContain('signal:cpu.usage@shop/Deployment/cart');
  });

  it('says why a damaged past is not taken', () => {
    const agent = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    expect(agent.recall(new Uint8Array(40), startMs)).toEqual({
      restored: false,
      why: 'it is no file of baselines',
    });
  });

  it('takes no past that is of a later time than now, as after a clock that was set back', () => {
    const rig = aRig([{ signal: 'cpu.usage', level: () => 1 }]);
    rig.run(1, [{ signal: 'cpu.usage', level: () => 1 }]);
    const kept = Buffer.concat([...rig.agent.learned()]);
    const again = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    expect(again.recall(kept, rig.nowMs() - 60 * minuteMs)).toEqual({
      restored: false,
      why: 'it is of 2026-06-09T14:01:00.000Z, which is yet to come',
    });
    expect(again.recall(kept, rig.nowMs())).toEqual({ restored: true });
  });
});
