import { describe, expect, it } from 'vitest';
import { dayMs, deployment, minuteMs, startMs, shippedSignals } from '../../../../test/builders/signals.ts';
import { paceOf } from '../../../model/pace.ts';
import type { SignalId } from '../../../model/signal.ts';
import type { Change, Changes } from '../changes/changes.ts';
import { createEras } from './eras.ts';
import { markMs, slotOf } from './marks.ts';
import { recentOf } from './recent.ts';
import { createSeriesTable } from '../series-table.ts';
import { windowsOf } from '../settings.ts';

/** A series with a past of eight days at 180 ms and a rollout; time is told in minutes after the rollout. */
function aRollout(signal: SignalId = 'sli.latency', pastDays = 8, isReadAtStart = true) {
  let table = createSeriesTable(shippedSignals);
  let eras = createEras(windowsOf(paceOf(1)));
  let rolloutMs = startMs;
  const newest = (): Change => ({ what: 'rollout', name: 'b', atMs: rolloutMs, words: [] });
  const changes: Changes = { see: () => undefined, of: () => [newest()], newestRollout: newest, before: () => null };
  const key = { signal, of: deployment() };
  const historyTo = (toMs: number, value: (atMs: number) => number) => ({
    key,
    stepMs: markMs,
    points: Array.from({ length: pastDays * 288 }, (_, index) => toMs - (pastDays * 288 - index) * markMs).map(
      (atMs) => ({ atMs, value: value(atMs) }),
    ),
  });
  if (isReadAtStart) table.learn([historyTo(startMs, () => 0.18)]);
  const series = `${signal}@shop/Deployment/cart`;
  return {
    waiting: () => eras.waiting(series),
    /** Learns one value of a cycle as the window test does, then follows. */
    at(minutes: number, value: number) {
      const nowMs = startMs + minutes * minuteMs;
      table.note({ atMs: nowMs, samples: [{ key, atMs: nowMs, value }], sources: [], missing: [] });
      table.get(series)?.marks.set(Math.floor(nowMs / markMs), value);
      eras.follow(table, changes);
    },
    learned: (minutes: number) => table.get(series)?.marks.at(slotOf(startMs + minutes * minuteMs)),
    /** A new process, to which a source tells the past as it was, faults included. */
    restart(minutes: number, { downMinutes = 0, value }: { downMinutes?: number; value: number }) {
      const state = table.get(series)!;
      const kept = {
        id: series,
        basis: null,
        marks: state.marks.kept(),
        besideWanted: null,
        recent: recentOf(state),
        live: new Float64Array(0),
        era: eras.kept(series),
      };
      const keptMs = startMs + minutes * minuteMs;
      table = createSeriesTable(shippedSignals);
      eras = createEras(windowsOf(paceOf(1)));
      table.recall([kept], keptMs);
      eras.recall([kept], keptMs);
      table.learn([historyTo(keptMs + downMinutes * minuteMs, (atMs) => (atMs < rolloutMs ? 0.18 : value))]);
    },
    follow: () => eras.follow(table, changes),
    /** Nothing of what was before is there for a moment. */
    forgetBefore: () => table.get(series)?.marks.dropFrom(0),
    /** Gives the room of the past back. */
    release: () => table.get(series)?.marks.release(),
    /** Reads it from a source, which tells it as it was, faults included. */
    read(minutes: number, value: number) {
      table.hold(series);
      table.learn([historyTo(startMs + minutes * minuteMs, (atMs) => (atMs < rolloutMs ? 0.18 : value))]);
    },
    rollOut(minutes: number) {
      rolloutMs = startMs + minutes * minuteMs;
    },
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
    expect(rig.waiting()).toBeGreaterThan(20);
  });

  it('takes in a level that was the same for a day, without its start', () => {
    const rig = aRollout();
    run(rig, 24 * 60 + 15, (minutes) => (minutes <= 5 ? 0.2 : 0.19));
    expect(rig.learned(60)).toBeCloseTo(0.19, 6);
    expect(rig.learned(5)).toBeNaN();
    expect(rig.waiting()).toBe(0);
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
    expect(rig.waiting()).toBeLessThanOrEqual(dayMs / markMs + 1);
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

  it('goes on trial when the past before it is read only later', () => {
    const rig = aRollout('sli.latency', 8, false);
    run(rig, 60, () => 0.3);
    expect(rig.learned(40)).toBeCloseTo(0.3, 6);
    rig.read(60, 0.3);
    rig.at(65, 0.3);
    expect(rig.learned(40)).toBeNaN();
    expect(rig.learned(-60)).toBeCloseTo(0.18, 6);
    expect(rig.waiting()).toBeGreaterThan(8);
  });

  it('stays on trial while its past is given back, and when it is read again', () => {
    const rig = aRollout();
    run(rig, 6 * 60, () => 0.3);
    rig.release();
    rig.follow();
    rig.read(6 * 60, 0.3);
    rig.at(6 * 60 + 5, 0.3);
    expect(rig.learned(60)).toBeNaN();
    expect(rig.learned(-60)).toBeCloseTo(0.18, 6);
    expect(rig.waiting()).toBeGreaterThan(60);
  });

  it('is never the worse level for want of a past that is away for a moment, also after a day', () => {
    const rig = aRollout();
    run(rig, 2 * 24 * 60, () => 0.3);
    rig.forgetBefore();
    rig.at(2 * 24 * 60 + 5, 0.3);
    rig.read(2 * 24 * 60 + 5, 0.3);
    rig.at(2 * 24 * 60 + 10, 0.3);
    expect(rig.learned(2 * 24 * 60)).toBeNaN();
    expect(rig.learned(-60)).toBeCloseTo(0.18, 6);
  });

  it('is whatever it is once nothing from before it is within reach', () => {
    const rig = aRollout();
    run(rig, 10 * 24 * 60, () => 0.3);
    expect(rig.learned(10 * 24 * 60)).toBeCloseTo(0.3, 6);
  });

  it('is taken in after a day where nothing was known before', () => {
    const rig = aRollout('sli.latency', 0);
    run(rig, 25 * 60, () => 0.3);
    rig.read(25 * 60, 0.3);
    rig.at(25 * 60 + 5, 0.3);
    expect(rig.learned(60)).toBeCloseTo(0.3, 6);
  });

  it('does not wait for counts of the API', () => {
    const rig = aRollout('ready');
    run(rig, 60, () => 3);
    expect(rig.learned(30)).toBeCloseTo(3, 6);
  });

  it('is held back over a restart as before it, whatever the past of a source shows', () => {
    const rig = aRollout();
    run(rig, 2 * 24 * 60, () => 0.3);
    const waiting = rig.waiting();
    rig.restart(2 * 24 * 60, { value: 0.3 });
    rig.at(2 * 24 * 60 + 5, 0.3);
    expect(rig.learned(2 * 24 * 60 - 60)).toBeNaN();
    expect(rig.learned(-60)).toBeCloseTo(0.18, 6);
    expect(rig.waiting()).toBeGreaterThanOrEqual(waiting);
  });

  it('is taken in over a restart when its day is full', () => {
    const rig = aRollout();
    run(rig, 12 * 60, () => 0.19);
    rig.restart(12 * 60, { value: 0.19 });
    expect(rig.learned(60)).toBeNaN();
    for (let minutes = 12 * 60 + 5; minutes <= 24 * 60 + 15; minutes += 5) rig.at(minutes, 0.19);
    expect(rig.learned(60)).toBeCloseTo(0.19, 6);
    expect(rig.waiting()).toBe(0);
  });

  it('is on trial for a rollout that happened while nobody watched, however long that was', () => {
    const rig = aRollout();
    rig.rollOut(-30 * 24 * 60);
    rig.at(5, 0.18);
    rig.rollOut(60);
    rig.restart(10, { downMinutes: 30 * 60, value: 0.3 });
    rig.at(30 * 60 + 15, 0.3);
    expect(rig.learned(20 * 60)).toBeNaN();
    expect(rig.waiting()).toBeGreaterThan(200);
  });

  it('stays what was taken in of a revision that came back, though the API tells only when that was made', () => {
    const rig = aRollout();
    run(rig, 25 * 60, () => 0.18);
    rig.rollOut(-20 * 24 * 60);
    rig.restart(25 * 60, { value: 0.18 });
    rig.at(25 * 60 + 5, 0.18);
    expect(rig.learned(-6 * 24 * 60)).toBeCloseTo(0.18, 6);
    expect(rig.waiting()).toBe(0);
  });
});
