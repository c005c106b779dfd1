import { describe, expect, it } from 'vitest';
import {
  aRig,
  autocorrelated,
  deployment,
  type Level,
  minuteMs,
  type Series,
  startMs,
} from '../../../../test/builders/signals.ts';
import { aDeployment, aPod, aView } from '../../../../test/builders/view.ts';
import type { Assessment, SignalFinding } from '../../../model/finding.ts';
import { paceOf } from '../../../model/pace.ts';

const hourMs = 60 * minuteMs;
const id = 'trend:memory.share@shop/Deployment/cart';
const share = (level: Level): Series => ({ signal: 'memory.share', level });
const trends = (assessments: readonly Assessment[]): SignalFinding[] =>
  assessments.flatMap((one) =>
    one.findings.filter((found): found is SignalFinding => found.kind === 'signal' && found.level === 'trend'),
  );
/** 30 % until the leak begins, then 8 points each hour. */
const leak =
  (fromMs: number): Level =>
  (atMs) =>
    0.3 + 0.08 * Math.max(0, (atMs - fromMs) / hourMs);

describe('the trend lane', () => {
  it('opens when a leak surely meets its limit within six hours, and says between when and when', () => {
    const noise = autocorrelated(5, 0.5);
    const leaking: Level = (atMs) => leak(startMs)(atMs) + 0.002 * noise();
    const rig = aRig([share(leaking)]);
    const found = trends(rig.run(240, [share(leaking)])).at(-1);
    expect(found).toMatchObject({ id, level: 'trend', severity: 'warning', direction: 'up', unit: 'ratio' });
    expect(found?.exhaustion?.limit).toBe(1);
    expect(found?.chart).toHaveLength(found?.test.windows ?? 0);
    // 70 points at 8 an hour.
    const truthMs = startMs + 8.75 * hourMs;
    expect(found?.exhaustion?.fromMs).toBeLessThan(truthMs + 0.5 * hourMs);
    expect(found?.exhaustion?.toMs ?? 0).toBeGreaterThan(truthMs - 0.5 * hourMs);
    expect(found?.sentence).toMatch(
      /^working set [56]\d(\.\d)? % of limit, [78](\.\d)? points more each hour for [3-5](\.\d)? h: the limit is met between \d\d:\d\d and \d\d:\d\d UTC, in \d(\.\d)? h to \d(\.\d)? h$/,
    );
  });

  it.each([1, 4])('sees what grew over three days in a past that is learned in %i parts', (parts) => {
    const grown: Level = (atMs) => 0.9 + 0.008 * ((atMs - startMs) / hourMs);
    const points = Array.from({ length: 72 }, (_, at) => startMs - (71 - at) * hourMs).map((atMs) => ({
      atMs,
      value: grown(atMs),
    }));
    const filled = { signal: 'volume.used', level: grown } as const;
    const rig = aRig([{ ...filled, level: () => Number.NaN }]);
    const each = points.length / parts;
    for (let part = 0; part < parts; part += 1)
      rig.agent.learn([
        {
          key: { signal: 'volume.used', of: deployment() },
          stepMs: hourMs,
          points: points.slice(part * each, (part + 1) * each),
        },
      ]);
    const starts = trends(rig.run(130, [filled])).map((one) => one.chart?.[0]?.[0] ?? startMs);
    expect(Math.min(...starts)).toBeLessThan(startMs - 48 * hourMs);
  });

  it.each([
    ['takes in a past whose series has no sample in the first cycles', 5, true],
    ['has forgotten a past whose series has no sample for an hour', 65, false],
  ])('%s', (_what, without, isSeen) => {
    const grown: Level = (atMs) => 0.9 + 0.008 * ((atMs - startMs) / hourMs);
    const filled = { signal: 'volume.used', level: grown } as const;
    const rig = aRig([filled], { days: 3, stepMs: hourMs });
    rig.run(without, [{ ...filled, level: () => Number.NaN }]);
    const starts = trends(rig.run(130, [filled])).map((one) => one.chart?.[0]?.[0] ?? startMs);
    expect(Math.min(startMs, ...starts) < startMs - 48 * hourMs).toBe(isSeen);
  });

  it('is tested among both spans of all that are watched', () => {
    const still = Array.from({ length: 20 }, (_, at): Series => {
      const noise = autocorrelated(at, 0.5);
      return { ...share(() => 0.5 + 0.01 * noise()), of: deployment(`still-${at}`) };
    });
    const all = [...still, share(leak(startMs - 5 * hourMs))];
    const found = trends(aRig(all).run(20, all));
    expect(found.map((one) => one.id)).toContain(id);
    expect(new Set(found.map((one) => one.test.m))).toEqual(new Set([42]));
    expect(Math.max(...found.map((one) => one.test.q))).toBeLessThanOrEqual(0.05);
  });

  it('takes in a past that is read only while it runs', () => {
    /** Up by five points each six hours: what is live stands still. */
    const grown: Level = (atMs) => 0.9 + 0.048 * Math.floor((atMs - startMs) / (6 * hourMs));
    const filled = { signal: 'volume.used', level: grown } as const;
    const rig = aRig([{ ...filled, level: () => Number.NaN }]);
    rig.run(70, [filled]);
    const points = Array.from({ length: 72 }, (_, at) => startMs - (71 - at) * hourMs).map((atMs) => ({
      atMs,
      value: grown(atMs),
    }));
    rig.agent.learn([{ key: { signal: 'volume.used', of: deployment() }, stepMs: hourMs, points }]);
    const starts = trends(rig.run(130, [filled])).map((one) => one.chart?.[0]?.[0] ?? startMs);
    expect(Math.min(...starts)).toBeLessThan(startMs - 48 * hourMs);
  });

  it('needs two runs', () => {
    const rig = aRig([share(leak(startMs - 5 * hourMs))]);
    const counts = rig.run(16, [share(leak(startMs - 5 * hourMs))]).map((one) => trends([one]).length);
    expect(counts.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(counts.at(-1)).toBe(1);
  });

  it('leaves a level alone that stands, and one that ends far below its limit', () => {
    const rig = aRig([share(() => 0.8)]);
    expect(trends(rig.run(120, [share(() => 0.8)]))).toEqual([]);
    const slow: Level = (atMs) => 0.3 + 0.01 * ((atMs - startMs) / hourMs + 9 * 24);
    expect(trends(aRig([share((atMs) => slow(atMs) / 10)]).run(60, [share((atMs) => slow(atMs) / 10)]))).toEqual([]);
  });

  it('leaves signals alone that run into no wall', () => {
    const latency: Series = { signal: 'sli.latency', level: leak(startMs - 5 * hourMs) };
    expect(trends(aRig([latency]).run(60, [latency]))).toEqual([]);
  });

  it('closes when the level falls back', () => {
    const rig = aRig([share(leak(startMs - 5 * hourMs))]);
    rig.run(20, [share(leak(startMs - 5 * hourMs))]);
    const after = rig.run(20, [share(() => 0.3)]);
    expect(trends(after.slice(0, 1))).toHaveLength(1);
    expect(trends(after.slice(-1))).toEqual([]);
    expect(rig.agent.recovered([id], rig.nowMs()).word).toBe('recovered');
  });

  it('is undecided after a write while it is open', () => {
    const rig = aRig([share(leak(startMs - 5 * hourMs))]);
    rig.run(20, [share(leak(startMs - 5 * hourMs))]);
    expect(rig.agent.recovered([id], rig.nowMs()).word).toBe('undecided');
  });

  it('counts nothing of containers that are gone', () => {
    const started = new Date(startMs - hourMs).toISOString();
    const owner = aDeployment();
    const pod = aPod({ name: 'cart-1', owner });
    const running = (pod.status?.containerStatuses ?? []).map((one) => ({
      ...one,
      state: { running: { startedAt: started } },
    }));
    const fresh = { ...pod, status: { ...pod.status, containerStatuses: running } };
    const bare = aView({ Deployment: [owner], Pod: [fresh] });
    const view = { ...bare, podsOf: () => [fresh] };
    const leaking = share(leak(startMs - 2 * hourMs));
    const rig = aRig([leaking], { view });
    expect(trends(rig.run(100, [leaking]))).toEqual([]);
    expect(trends(rig.run(110, [leaking])).length).toBeGreaterThan(0);
  });

  it('keeps a finding from before a restart, with its age', () => {
    const first = aRig([share(leak(startMs - 5 * hourMs))]);
    const found = trends(first.run(20, [share(leak(startMs - 5 * hourMs))])).at(-1);
    const second = aRig([share(leak(startMs - 5 * hourMs))], {
      openFindings: found === undefined ? [] : [found],
      fromMs: startMs + 20 * minuteMs,
    });
    const kept = trends(second.run(12, [share(leak(startMs - 5 * hourMs))]));
    expect(kept[0]?.firstSeenMs).toBe(found?.firstSeenMs);
    expect(kept.at(-1)?.firstSeenMs).toBe(found?.firstSeenMs);
  });

  it('divides its windows by the pace', () => {
    const pace = paceOf(20);
    const fast: Level = (atMs) => 0.3 + 1.6 * Math.max(0, (atMs - startMs) / hourMs);
    const rig = aRig([], { pace, view: aView({ Deployment: [aDeployment()] }) });
    expect(trends(rig.run(240, [share(fast)])).length).toBeGreaterThan(0);
  });
});
