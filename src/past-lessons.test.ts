import { describe, expect, it, vi } from 'vitest';
import { deployment } from '../test/builders/signals.ts';
import { aView } from '../test/builders/view.ts';
import { steppedClock } from './clock.ts';
import { paceOf } from './model/pace.ts';
import type { History, PartOfPast, SignalId } from './model/signal.ts';
import { weekendStepMs } from './model/past.ts';
import { createPastLessons, keepReading, namedSignals, unreadPast } from './past-lessons.ts';

const minuteMs = 60_000;
const nowMs = 20 * 86_400_000;
const never = new AbortController().signal;
const view = aView({});
const pace = paceOf(1);
const log = {
  fault(error: unknown): void {
    throw error;
  },
};

const historyOf = (signal: SignalId, name = 'cart'): History => ({
  key: { signal, of: deployment(name) },
  stepMs: 300_000,
  points: [{ atMs: 0, value: 12 }],
});
const part = (
  signals: readonly SignalId[],
  unread: readonly SignalId[] = [],
  reason = 'it answers 503',
): PartOfPast => ({
  signals,
  histories: signals.filter((one) => !unread.includes(one)).map((one) => historyOf(one)),
  unread: new Map(unread.map((one) => [one, reason])),
});

/** Senses that read these parts, one list for each time that they are asked. */
function aLesson(...times: readonly (readonly PartOfPast[])[]) {
  const left = [...times];
  const asked: { from: number; to: number; stepMs: number; only: readonly SignalId[] | null }[] = [];
  const weekends: [number, number][] = [];
  const learn = vi.fn<(histories: readonly History[]) => void>();
  const learnWeekends = vi.fn<(histories: readonly History[]) => void>();
  const wall = steppedClock(0);
  const past = async function* (
    _view: unknown,
    from: number,
    to: number,
    stepMs: number,
    _signal: AbortSignal,
    only?: ReadonlySet<SignalId>,
  ) {
    if (stepMs === weekendStepMs) {
      weekends.push([from, to]);
      yield* await Promise.resolve([part(['sli.err'])]);
      return;
    }
    asked.push({ from, to, stepMs, only: only === undefined ? null : [...only] });
    yield* await Promise.resolve(left.shift() ?? []);
  };
  const lessons = createPastLessons(
    { metrics: { past }, anomaly: { learn, learnWeekends } },
    { wall, cluster: steppedClock(nowMs) },
  );
  return {
    lessons,
    asked,
    weekends,
    wall,
    taughtOfWeekends: () => learnWeekends.mock.calls.flatMap(([some]) => some.map(({ key }) => key.signal)),
    taught: () => learn.mock.calls.flatMap(([some]) => some.map(({ key }) => key.signal)),
  };
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

/** A source that brings one part and then nothing until it is stopped. */
async function* stuck(...[, , , , signal]: readonly [unknown, unknown, unknown, unknown, AbortSignal]) {
  yield part(['cpu.usage']);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  yield part(['sli.err'], ['sli.err']);
}

describe('the past that is taught at the start', () => {
  it('is eight days in steps of five minutes, part by part, counted by series', async () => {
    const { lessons, asked, taught, wall } = aLesson([part(['cpu.usage']), part(['sli.rps', 'sli.err'])]);
    await lessons.read(view, never);
    expect(asked).toEqual([{ from: 12 * 86_400_000, to: nowMs, stepMs: 300_000, only: null }]);
    expect(taught()).toEqual(['cpu.usage', 'sli.rps', 'sli.err']);
    expect([lessons.series(), lessons.unread()]).toEqual([3, []]);
    expect(wall.pending()).toBe(0);
  });

  it('is nothing of a source without one, and nothing is unread then', async () => {
    const { lessons } = aLesson([]);
    await lessons.read(view, never);
    expect([lessons.series(), lessons.unread()]).toEqual([0, []]);
  });

  it('teaches what came and names what did not, by its reason', async () => {
    const { lessons, taught } = aLesson([
      part(['cpu.usage', 'memory.share'], ['memory.share']),
      part(['sli.rps', 'sli.err'], ['sli.rps', 'sli.err'], 'there was no time left to read it'),
    ]);
    await lessons.read(view, never);
    expect(taught()).toEqual(['cpu.usage']);
    expect(lessons.unread()).toEqual([
      { signals: ['memory.share'], reason: 'it answers 503' },
      { signals: ['sli.rps', 'sli.err'], reason: 'there was no time left to read it' },
    ]);
  });

  it('ends after two minutes, whatever the server does', async () => {
    const wall = steppedClock(0);
    const learn = vi.fn<(histories: readonly History[]) => void>();
    const lessons = createPastLessons(
      { metrics: { past: stuck }, anomaly: { learn, learnWeekends: learn } },
      { wall, cluster: wall },
    );
    const reading = lessons.read(view, never);
    await settled();
    wall.advance(2 * minuteMs);
    await reading;
    expect([lessons.series(), lessons.unread().length]).toEqual([1, 1]);
  });

  it('is given up with its caller', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(aLesson([]).lessons.read(view, stop.signal)).rejects.toThrow('enough');
  });
});

describe('a past that could not be read', () => {
  it('is asked for again alone, and nothing is taught twice', async () => {
    const halfRead: PartOfPast = { ...part(['sli.err'], ['sli.err']), histories: [historyOf('sli.err')] };
    const whole: PartOfPast = { ...part(['sli.err']), histories: [historyOf('sli.err'), historyOf('sli.err', 'pay')] };
    const { lessons, asked, wall, taught } = aLesson([part(['cpu.usage']), halfRead], [whole]);
    await lessons.read(view, never);
    keepReading(lessons, () => view, { wall, pace, log });
    await settled();
    wall.advance(minuteMs);
    await settled();
    expect(asked.map((one) => one.only)).toEqual([null, ['sli.err']]);
    expect(asked[1]).toMatchObject({ from: asked[0]?.from, to: nowMs });
    expect(taught()).toEqual(['cpu.usage', 'sli.err', 'sli.err']);
    expect([lessons.series(), lessons.unread()]).toEqual([3, []]);
  });

  it('is given more time than at the start, since nobody waits for it', async () => {
    const wall = steppedClock(0);
    const learn = vi.fn<(histories: readonly History[]) => void>();
    const lessons = createPastLessons(
      { metrics: { past: stuck }, anomaly: { learn, learnWeekends: learn } },
      { wall, cluster: wall },
    );
    const first = lessons.read(view, never);
    await settled();
    wall.advance(2 * minuteMs);
    await first;
    const later = keepReading(lessons, () => view, { wall, pace, log });
    await settled();
    wall.advance(minuteMs);
    await settled();
    const taughtBefore = learn.mock.calls.length;
    wall.advance(19 * minuteMs);
    await settled();
    expect(wall.pending()).toBe(1);
    expect(learn.mock.calls.length).toBe(taughtBefore);
    await later.end();
    expect(wall.pending()).toBe(0);
  });

  it('is asked for after longer and longer waits, and not for ever', async () => {
    const { lessons, asked, wall } = aLesson(...Array.from({ length: 20 }, () => [part(['sli.err'], ['sli.err'])]));
    await lessons.read(view, never);
    keepReading(lessons, () => view, { wall, pace, log });
    const counts: number[] = [];
    for (const minutes of [1, 1, 1, 5, 10, 20, 30, 60, 60, 600]) {
      await settled();
      wall.advance(minutes * minuteMs);
      await settled();
      counts.push(asked.length - 1);
    }
    expect(counts).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 8]);
    expect(lessons.unread()).toEqual([{ signals: ['sli.err'], reason: 'it answers 503' }]);
    expect(wall.pending()).toBe(0);
  });

  it('is not waited for when everything was read', async () => {
    const { lessons, wall, asked } = aLesson([part(['sli.err'])]);
    await lessons.read(view, never);
    keepReading(lessons, () => view, { wall, pace, log });
    await settled();
    expect([asked.length, wall.pending()]).toEqual([1, 0]);
  });

  it('is let go at the end, without a fault and without a timer', async () => {
    const faults = vi.fn<(error: unknown, about: string) => void>();
    const { lessons, wall, asked } = aLesson([part(['sli.err'], ['sli.err'])]);
    await lessons.read(view, never);
    const later = keepReading(lessons, () => view, { wall, pace, log: { fault: faults } });
    await settled();
    await later.end();
    expect([asked.length, wall.pending(), faults.mock.calls.length]).toEqual([1, 0, 0]);
  });

  it('is told as a part of it where another name had something, whenever that was read', async () => {
    const halfRead: PartOfPast = {
      ...part(['sli.err', 'sli.rps'], ['sli.err', 'sli.rps']),
      histories: [historyOf('sli.err')],
    };
    const { lessons } = aLesson([halfRead], [part(['sli.err', 'sli.rps'], ['sli.err', 'sli.rps'])]);
    const told = [
      { signals: ['sli.rps'], reason: 'it answers 503' },
      { signals: ['sli.err'], reason: 'it answers 503', isInPart: true },
    ];
    await lessons.read(view, never);
    expect(lessons.unread()).toEqual(told);
    await lessons.read(view, never);
    expect(lessons.unread()).toEqual(told);
  });

  it('is not said to be unknown where a part was read', () => {
    const told = unreadPast({ signals: ['sli.err'], reason: 'it answers 422', isInPart: true });
    expect(told.capability).toBe('a part of the past of sli.err: it answers 422');
    expect(told.cost).toContain('for some workloads what is usual may not be known');
  });

  it('says what it costs', () => {
    const told = unreadPast({ signals: ['sli.err', 'sli.rps'], reason: 'it answers 503' });
    expect(told.capability).toBe('the past of sli.err, sli.rps: it answers 503');
    expect(told.cost).toContain('what is usual for them is not known');
  });
});

describe('the names of signals', () => {
  it('are the first few, and how many more', () => {
    expect(namedSignals(['cpu.usage', 'sli.err'])).toBe('cpu.usage, sli.err');
    expect(namedSignals(['cpu.usage', 'sli.err', 'sli.rps', 'pids', 'queue', 'node.cpu'])).toBe(
      'cpu.usage, sli.err, sli.rps, pids and 2 more',
    );
  });
});

describe('the weekends before', () => {
  const day = (ms: number): number => ms / 86_400_000;

  it('are read in quarters of an hour when everything else was read, newest first, and taught apart', async () => {
    // Day 20 of the epoch was a Wednesday; the eight days begin on day 12, a Tuesday, and the weekends before lie at 9, 2 and -5.
    const { lessons, weekends, taught, taughtOfWeekends } = aLesson([part(['cpu.usage'])]);
    await lessons.read(view, never);
    keepReading(lessons, () => view, { wall: steppedClock(0), pace, log });
    await settled();
    expect(weekends.map(([from, to]) => [day(from), day(to + weekendStepMs)])).toEqual([
      [9, 11],
      [2, 4],
      [-5, -3],
    ]);
    expect(taught()).toEqual(['cpu.usage']);
    expect(taughtOfWeekends()).toEqual(['sli.err', 'sli.err', 'sli.err']);
  });
});
