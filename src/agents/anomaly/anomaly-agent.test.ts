import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aContainer, aDeployment, aPod, aView } from '../../../test/builders/view.ts';
import {
  aRig,
  autocorrelated,
  dayMs,
  deployment,
  type Level,
  minuteMs,
  normal,
  observationOf,
  raised,
  type Series,
  startMs,
} from '../../../test/builders/signals.ts';

const latency = (level: Level, name = 'cart'): Series => ({ signal: 'sli.latency', of: deployment(name), level });
const around =
  (centre: number, noise: () => number, width: number): Level =>
  () =>
    centre + width * noise();
const id = 'signal:sli.latency@shop/Deployment/cart';

describe('findings of signals', () => {
  it('opens when the level leaves the same hour of other days by more than what matters', () => {
    const noise = normal(1);
    const usual = latency(around(0.18, noise, 0.004));
    const rig = aRig([usual]);
    rig.run(10, [usual]);
    const assessments = rig.run(8, [latency(around(0.9, noise, 0.01))]);
    const finding = assessments.at(-1)?.findings[0];
    expect(finding).toMatchObject({
      id,
      kind: 'signal',
      direction: 'up',
      severity: 'critical',
      confidence: 'validated',
    });
    expect(finding?.sentence).toMatch(/^p99 9\d\d ms, usual 18\d ms$|^p99 8\d\d ms, usual 1\d\d ms$/);
  });

  it('opens within six cycles and dates the onset to within two', () => {
    const noise = normal(2);
    const usual = latency(around(0.18, noise, 0.004));
    const rig = aRig([usual]);
    rig.run(60, [usual]);
    const onsetMs = rig.nowMs() + minuteMs;
    const assessments = rig.run(6, [latency(around(0.9, noise, 0.01))]);
    const finding = assessments.find((one) => one.findings.length > 0)?.findings[0];
    expect(Math.abs((finding?.onsetMs ?? 0) - onsetMs)).toBeLessThanOrEqual(2 * minuteMs);
  });

  it('closes when the level is back, though it lasted longer than the days that are kept', () => {
    const noise = normal(7);
    const usual = latency(around(0.18, noise, 0.004));
    const bad = latency(around(0.9, noise, 0.01));
    const rig = aRig([usual]);
    rig.run(10, [usual]);
    const days = 10 * 24 * 60;
    expect(raised(rig.run(days, [bad]).slice(-1))).toEqual([id]);
    expect(raised(rig.run(20, [usual]).slice(-1))).toEqual([]);
  });

  it('takes a working set that grew for a note while it leaves room below the limit, and for a warning when it does not', () => {
    const share = (value: number): Series => ({ signal: 'memory.share', level: () => value });
    const rig = aRig([share(0.45)]);
    expect(rig.run(8, [share(0.78)]).at(-1)?.findings[0]?.severity).toBe('info');
    expect(rig.run(8, [share(0.93)]).at(-1)?.findings[0]?.severity).toBe('warning');
  });

  it('carries the numbers of its test', () => {
    const noise = normal(3);
    const usual = latency(around(0.18, noise, 0.004));
    const rig = aRig([usual]);
    const finding = rig.run(10, [latency(() => 0.9)]).at(-1)?.findings[0];
    expect(finding?.kind === 'signal' && finding.test).toMatchObject({ df: 25, windows: 40, exceeded: 40 });
    expect(finding?.kind === 'signal' && finding.floor).toBeCloseTo(0.054, 2);
  });

  it('leaves a change alone that is sure but smaller than what matters', () => {
    const noise = normal(4);
    const rig = aRig([latency(around(0.18, noise, 0.001))]);
    expect(raised(rig.run(60, [latency(around(0.21, noise, 0.001))]))).toEqual([]);
  });

  it('leaves the good side alone', () => {
    const rig = aRig([latency(() => 0.18)]);
    expect(raised(rig.run(60, [latency(() => 0.02)]))).toEqual([]);
  });

  it('closes after ten clean cycles and not before', () => {
    const usual = latency(() => 0.18);
    const rig = aRig([usual]);
    rig.run(10, [latency(() => 0.9)]);
    const after = rig.run(16, [usual]).map((one) => one.findings.length);
    expect(after.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 1));
    expect(after.at(-1)).toBe(0);
  });

  it('counts a cycle whose samples a guard read brought first', () => {
    const usual = latency(() => 0.18);
    const rig = aRig([usual]);
    rig.run(10, [latency(() => 0.9)]);
    for (let at = 0; at < 20; at += 1) {
      rig.note(minuteMs, [usual]);
      rig.agent.assess(observationOf(rig.nowMs(), [usual]), rig.view);
    }
    expect(rig.agent.assess(observationOf(rig.nowMs(), [usual]), rig.view).findings).toEqual([]);
  });

  it('finds in one cycle what a replay of the last minutes shows, with the onset of then', () => {
    const usual = latency(() => 0.18);
    const slow = latency(() => 0.9);
    const rig = aRig([usual]);
    const { agent, view } = rig;
    const at = rig.nowMs();
    for (let minute = 1; minute <= 12; minute += 1)
      agent.replay(observationOf(at + minute * minuteMs, [minute > 6 ? slow : usual]), view);
    const [finding] = agent.assess(observationOf(at + 13 * minuteMs, [slow]), view).findings;
    expect(finding?.id).toBe(id);
    expect(Math.abs((finding?.onsetMs ?? 0) - (at + 7 * minuteMs))).toBeLessThanOrEqual(minuteMs);
  });

  it('finds a disk that goes from nearly full to fuller, and leaves alone one that has room', () => {
    const disk = (level: number): Series => ({ signal: 'volume.used', level: () => level });
    const full = aRig([disk(0.79)])
      .run(12, [disk(0.86)])
      .at(-1)?.findings;
    const half = aRig([disk(0.5)])
      .run(12, [disk(0.57)])
      .at(-1)?.findings;
    expect(full).toMatchObject([{ signal: 'volume.used', floor: 0.02, severity: 'warning' }]);
    expect(full?.map((one) => (one.kind === 'signal' ? one.notes?.join('; ') : ''))[0]).toContain(
      'what matters is 10 points, less where that leads above 80 % (at least 2 points): here 2 points',
    );
    expect(half).toEqual([]);
  });

  it('stays open for a step of two days, because a fault is never learned', () => {
    const usual = latency(() => 0.18);
    const rig = aRig([usual]);
    const last = rig.run(2 * 1440, [latency(() => 0.9)]).at(-1);
    expect(last?.findings.map((one) => one.id)).toEqual([id]);
    expect(raised(rig.run(30, [usual]).slice(-1))).toEqual([]);
  });

  it('continues the same finding when it returns within half an hour', () => {
    const usual = latency(() => 0.18);
    const rig = aRig([usual]);
    const first = rig.run(10, [latency(() => 0.9)]).at(-1)?.findings[0];
    rig.run(20, [usual]);
    const again = rig.run(8, [latency(() => 0.9)]).at(-1)?.findings[0];
    expect(again?.firstSeenMs).toBe(first?.firstSeenMs);
  });

  it('is corroborated by a second signal of the same workload', () => {
    const errors = (value: number): Series => ({ signal: 'sli.err', level: () => value });
    const rig = aRig([latency(() => 0.18), errors(0.001)]);
    const last = rig.run(12, [latency(() => 0.9), errors(0.2)]).at(-1);
    expect(last?.findings.map((one) => one.kind === 'signal' && one.confidence)).toEqual([
      'corroborated',
      'corroborated',
    ]);
  });

  it('is corroborated by one that is open and less sure, which is not', () => {
    const noise = normal(3);
    const rig = aRig([latency(() => 0.18), { signal: 'sli.err', level: () => 0.02 + 0.004 * noise() }]);
    const last = rig.run(12, [latency(() => 0.9), { signal: 'sli.err', level: () => 0.061 }]).at(-1);
    const told = last?.findings.map((one) => (one.kind === 'signal' ? [one.signal, one.confidence] : []));
    expect(told).toEqual([
      ['sli.err', 'validated'],
      ['sli.latency', 'corroborated'],
    ]);
  });

  it('does not count a cycle that was woken early as a second witness', () => {
    const rig = aRig([latency(() => 0.18)]);
    rig.run(5, [latency(() => 0.18)]);
    const { agent, view } = rig;
    const now = rig.nowMs();
    const assessments = Array.from({ length: 20 }, (_, index) =>
      agent.assess(
        {
          atMs: now + (index + 1) * 1_000,
          samples: [
            {
              key: { signal: 'sli.latency', of: deployment() },
              atMs: now + (index + 1) * 1_000,
              value: 0.9,
              weight: 100_000,
            },
          ],
          sources: [],
          missing: [],
        },
        view,
      ),
    );
    expect(raised(assessments)).toEqual([]);
  });

  it('holds a rise of CPU back while a new revision starts, never one of errors', () => {
    const now = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    const cpu = (value: number): Series => ({ signal: 'cpu.usage', level: () => value });
    const errors = (value: number): Series => ({ signal: 'sli.err', level: () => value });
    const rig = aRig([cpu(0.3), errors(0.001)]);
    rig.run(3, [cpu(0.3), errors(0.001)]);
    rig.agent.markWrite(now, rig.nowMs());
    expect(raised(rig.run(8, [cpu(1.2), errors(0.2)]))).toEqual(['signal:sli.err@shop/Deployment/cart']);
    expect(raised(rig.run(6, [cpu(1.2), errors(0.2)]))).toContain('signal:cpu.usage@shop/Deployment/cart');
  });

  it('holds it back until two minutes after the probes of new pods let them pass', () => {
    const owner = aDeployment({
      name: 'cart',
      containers: [aContainer({ startupProbe: { periodSeconds: 10, failureThreshold: 90 } })],
    });
    const writtenMs = startMs + 3 * minuteMs;
    const slow = aPod({ owner, name: 'cart-1', startMs: writtenMs, sinceMs: writtenMs + 14 * minuteMs });
    const bare = aView({ Deployment: [owner], Pod: [slow] });
    const cpu = (value: number): Series => ({ signal: 'cpu.usage', level: () => value });
    const rig = aRig([cpu(0.3)], { view: { ...bare, podsOf: () => [slow] } });
    rig.run(3, [cpu(0.3)]);
    rig.agent.markWrite(deployment(), writtenMs);
    expect(raised(rig.run(15, [cpu(1.2)]))).toEqual([]);
    expect(raised(rig.run(2, [cpu(1.2)]))).toEqual(['signal:cpu.usage@shop/Deployment/cart']);
  });

  it('keeps a finding from before a restart, with its age, until it is clean', () => {
    const first = aRig([latency(() => 0.18)]);
    const finding = first.run(10, [latency(() => 0.9)]).at(-1)?.findings[0];
    const openFindings = finding === undefined ? [] : [finding];
    const second = aRig([latency(() => 0.18)], { openFindings, fromMs: startMs + 15 * minuteMs });
    const [kept] = second.run(1, [latency(() => 0.9)]).at(-1)?.findings ?? [];
    expect(kept?.firstSeenMs).toBe(finding?.firstSeenMs);
    expect(second.run(20, [latency(() => 0.18)]).at(-1)?.findings).toEqual([]);
  });

  it('closes with its workload', () => {
    const rig = aRig([latency(() => 0.18)]);
    rig.run(10, [latency(() => 0.9)]);
    const gone = aView({ Deployment: [aDeployment({ name: 'other' })] });
    const observation = { atMs: rig.nowMs() + minuteMs, samples: [], sources: [], missing: [] };
    expect(rig.agent.assess(observation, gone).findings).toEqual([]);
  });
});

describe('what opens nothing', () => {
  const seasonal: Level = (atMs) => 40 + 25 * Math.sin((2 * Math.PI * (atMs % dayMs)) / dayMs);
  const traffic = (level: Level, name: string): Series => ({ signal: 'sli.rps', of: deployment(name), level });

  it('raises no false alarm in 60 series-days of autocorrelated noise with a daily season', () => {
    const names = Array.from({ length: 30 }, (_, index) => `w${index}`);
    const series = names.map((name, index) => {
      const noise = autocorrelated(100 + index, 0.9);
      return traffic((atMs) => seasonal(atMs) + 2 * noise(), name);
    });
    const rig = aRig(series);
    expect(raised(rig.run(2 * 1440, series))).toEqual([]);
  });

  it('raises no false alarm when samples are missing', () => {
    const noise = normal(7);
    const gaps = normal(8);
    const usual = latency(around(0.18, noise, 0.02));
    const rig = aRig([usual]);
    const holed = latency((atMs) => (gaps() > 0.5 ? Number.NaN : usual.level(atMs)));
    expect(raised(rig.run(1440, [holed]))).toEqual([]);
  });

  it('lets nothing count that too few requests stand behind', () => {
    const rig = aRig([latency(() => 0.18)]);
    const few: Series = { ...latency(() => 0.9), weight: 40 };
    expect(raised(rig.run(30, [few]))).toEqual([]);
  });

  it('says nothing about a series without a past', () => {
    const rig = aRig([]);
    const view = aView({ Deployment: [aDeployment()] });
    const bare = aRig([], { view });
    expect(raised(bare.run(30, [latency(() => 0.9)]))).toEqual([]);
    expect(bare.agent.book().usual('sli.latency', deployment())).toBeNull();
    expect(rig.agent.book().value('sli.latency', deployment())).toBeNull();
  });

  it('throws nothing and shows no NaN for values that are no measurements', () => {
    const rig = aRig([latency(() => 0.18)]);
    const odd = [Number.POSITIVE_INFINITY, 1e308, -1e308, 0, Number.NEGATIVE_INFINITY, 5e-324];
    let turn = 0;
    const assessments = rig.run(40, [latency(() => odd[(turn += 1) % odd.length] ?? 0)]);
    expect(JSON.stringify(assessments)).not.toMatch(/NaN|null/);
  });
});

describe('invariants', () => {
  const outcome = (series: readonly Series[], order: (list: readonly Series[]) => readonly Series[]): string => {
    const rig = aRig(order(series));
    const assessments = [...rig.run(5, order(series)), ...rig.run(12, order(series.map((one) => higher(one))))];
    return JSON.stringify(assessments);
  };
  const higher = (one: Series): Series => ({ ...one, level: (atMs) => one.level(atMs) * 3 });
  const pure = (index: number): Level => {
    const key = index * 7919;
    return (atMs) => 0.1 + 0.05 * index + 0.004 * Math.sin(atMs / 70_000 + key);
  };

  it('does not depend on the order of the series', () => {
    const series = Array.from({ length: 6 }, (_, index) => latency(pure(index), `w${index}`));
    const straight = outcome(series, (list) => list);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), (order) => {
        const shuffled = outcome(series, (list) => order.flatMap((index) => list[index] ?? []));
        expect(shuffled).toBe(straight);
      }),
      { numRuns: 5 },
    );
  });

  it('never opens more when the change that matters is larger', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (step) => {
        const rig = aRig([latency(pure(1)), { signal: 'sli.err', level: () => 0.001 }]);
        const found = raised(rig.run(12, [latency((atMs) => pure(1)(atMs) + step / 100)]));
        expect(found.length === 0 || step > 5).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('dismissals', () => {
  const cpu = (level: Level): Series => ({ signal: 'cpu.usage', level });

  it('tells a nightly peak once, with numbers, and opens nothing', () => {
    const nightly: Level = (atMs) => (Math.floor((atMs % dayMs) / 3_600_000) === 22 ? 1.5 : 0.25);
    const noise = normal(9);
    const level: Level = (atMs) => nightly(atMs) + 0.01 * noise();
    const rig = aRig([cpu(level)], { fromMs: Date.UTC(2026, 5, 9, 21, 58) });
    const assessments = rig.run(30, [cpu(level)]);
    const told = assessments.flatMap((one) => one.dismissed);
    expect(raised(assessments)).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]?.sentence).toMatch(
      /^CPU (5\.\d|6|6\.\d)×, 1\.\d+ cores, usual for this hour \(2\d\dm–1\.\d+ cores; q /,
    );
    expect(assessments.findIndex((one) => one.dismissed.length > 0)).toBeLessThan(8);
  });

  it('tells a blip of two samples after it is over', () => {
    const memory = (level: Level): Series => ({ signal: 'memory.share', level });
    const rig = aRig([memory(() => 0.5)]);
    rig.run(20, [memory(() => 0.5)]);
    const assessments = [...rig.run(2, [memory(() => 0.68)]), ...rig.run(10, [memory(() => 0.5)])];
    expect(raised(assessments)).toEqual([]);
    expect(assessments.flatMap((one) => one.dismissed.map((dismissal) => dismissal.sentence))).toEqual([
      expect.stringMatching(/^working set 1\.4×, 68 % of limit, over within \d+ (s|min) \(50 %; q 1\)$/),
    ]);
  });

  it('does not tell what becomes a finding', () => {
    const rig = aRig([latency(() => 0.18)]);
    rig.run(20, [latency(() => 0.18)]);
    const assessments = rig.run(20, [latency(() => 0.9)]);
    expect(assessments.flatMap((one) => one.dismissed)).toEqual([]);
    expect(raised(assessments)).toEqual([id]);
  });
});
