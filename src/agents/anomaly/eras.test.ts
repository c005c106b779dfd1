import { describe, expect, it } from 'vitest';
import { dayMs, deployment, minuteMs, startMs, shippedSignals } from '../../../test/builders/signals.ts';
import { paceOf } from '../../model/pace.ts';
import type { SignalId } from '../../model/signal.ts';
import type { Change, Changes } from './changes.ts';
import { createEras } from './eras.ts';
import { markMs, slotOf } from './marks.ts';
import { createSeriesTable } from './series-table.ts';
import { windowsOf } from './settings.ts';

const id = 'sli.latency@shop/Deployment/cart';

/** A series with a past of eight days at 180 ms and a rollout; time is told in minutes after the rollout. */
function aRollout(signal: SignalId = 'sli.latency', pastDays = 8) {
  const table = createSeriesTable(shippedSignals);
  const eras = createEras(windowsOf(paceOf(1)));
  const change: Change = { what: 'rollout', name: 'b', atMs: startMs, words: [] };
  const changes: Changes = {
    see: () => undefined,
    of: () => [change],
    newestRollout: () => change,
    before: () => null,
  };
  const key = { signal, of: deployment() };
  const length = pastDays * 288;
  table.learn([
    {
      key,
      stepMs: markMs,
      points: Array.from({ length }, (_, index) => ({ atMs: startMs - (length - index) * markMs, value: 0.18 })),
    },
  ]);
  const series = `${signal}@shop/Deployment/cart`;
  return {
    eras,
    /** Learns one value of a cycle as the window test does, then follows. */
    at(minutes: number, value: number) {
      const nowMs = startMs + minutes * minuteMs;
      table.note({ atMs: nowMs, samples: [{ key, atMs: nowMs, value }], sources: [], missing: [] });
      table.get(series)?.marks.set(Math.floor(nowMs / markMs), value);
      eras.follow(table, changes);
    },
    learned: (minutes: number) => table.get(series)?.marks.at(slotOf(startMs + minutes * minuteMs)),
  };
}

/** Every five minutes. */
const run = (rig: ReturnType<typeof aRollout>, toMinutes: number, value: (minutes: number) => number): void => {
  for (let minutes = 5; minutes <= toMinutes; minutes += 5) rig.at(minutes, value(minutes));
};

describe('the usual after a rollout', () => {
  it('is that from before it, while the new level is on trial', () => {
    const rig = aRollout();
    run(rig, 6 * 60, () => 0.18);
    expect(rig.learned(60)).toBeNaN();
    expect(rig.learned(-60)).toBeCloseTo(0.18, 6);
    expect(rig.eras.waiting(id)).toBeGreaterThan(20);
  });

  it('takes in a level that was the same for a day, without its start', () => {
    const rig = aRollout();
    run(rig, 24 * 60 + 15, (minutes) => (minutes <= 5 ? 0.2 : 0.19));
    expect(rig.learned(60)).toBeCloseTo(0.19, 6);
    expect(rig.learned(5)).toBeNaN();
    expect(rig.eras.waiting(id)).toBe(0);
    rig.at(24 * 60 + 20, 0.19);
    expect(rig.learned(24 * 60 + 20)).toBeCloseTo(0.19, 6);
  });

  it('takes in a better level after a day, so that a return of the old one is seen', () => {
    const rig = aRollout();
    run(rig, 24 * 60 + 15, () => 0.05);
    expect(rig.learned(60)).toBeCloseTo(0.05, 6);
  });

  it('never takes in a worse level by waiting', () => {
    const rig = aRollout();
    run(rig, 3 * 24 * 60, () => 0.3);
    expect(rig.learned(60)).toBeNaN();
    expect(rig.learned(2 * 24 * 60)).toBeNaN();
    expect(rig.eras.waiting(id)).toBeLessThanOrEqual(dayMs / markMs + 1);
  });

  it('forgives a few values by noise, and leaves them out', () => {
    const rig = aRollout();
    run(rig, 24 * 60 + 15, (minutes) => (minutes % 240 >= 225 ? 0.3 : 0.18));
    expect(rig.learned(210)).toBeCloseTo(0.18, 6);
    expect(rig.learned(225)).toBeNaN();
  });

  it('takes both sides of traffic for a change', () => {
    const rig = aRollout('sli.rps');
    run(rig, 24 * 60 + 15, () => 50);
    expect(rig.learned(60)).toBeNaN();
  });

  it('is the new level at once where nothing was known before', () => {
    const rig = aRollout('sli.latency', 0);
    run(rig, 60, () => 0.3);
    expect(rig.learned(40)).toBeCloseTo(0.3, 6);
  });

  it('does not wait for counts of the API', () => {
    const rig = aRollout('ready');
    run(rig, 60, () => 3);
    expect(rig.learned(30)).toBeCloseTo(3, 6);
  });
});
