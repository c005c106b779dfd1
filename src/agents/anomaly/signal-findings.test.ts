import { describe, expect, it } from 'vitest';
import {
  aRig,
  deployment,
  type Level,
  minuteMs,
  raised,
  type Series,
  shippedSignals,
  startMs,
} from '../../../test/builders/signals.ts';
import { paceOf } from '../../model/pace.ts';
import {
  createSeriesState,
  type CycleResult,
  type OwnPast,
  pushCycle,
  pushResult,
  type SeriesState,
} from './series-state.ts';
import { windowsOf } from './settings.ts';
import { moveSignal } from './signal-findings.ts';
import { levelOf, windowTest, withP } from './window/window-test.ts';

const traffic = (level: Level): Series[] => [{ signal: 'sli.rps', level }];
const found = ['signal:sli.rps@shop/Deployment/cart'];
const minutesIn = (atMs: number): number => Math.round((atMs - startMs) / minuteMs);

describe('what opens a finding', () => {
  it('is three cycles on one side', () => {
    const past = traffic(() => 60);
    expect(
      raised(
        aRig(past).run(
          6,
          traffic(() => 140),
        ),
      ),
    ).toEqual(found);
  });

  it('is never three far samples that are over when the third cycle tests them', () => {
    const burst: Level = (atMs) => ([11, 12, 13].includes(minutesIn(atMs)) ? 140 : 60);
    expect(raised(aRig(traffic(() => 60)).run(40, traffic(burst)))).toEqual([]);
  });

  it('is a fourth far sample, because then it is still so', () => {
    const burst: Level = (atMs) => ([11, 12, 13, 14, 15].includes(minutesIn(atMs)) ? 140 : 60);
    expect(raised(aRig(traffic(() => 60)).run(40, traffic(burst)))).toEqual(found);
  });
});

/** Cycles of a series that usually reads 60 and now `value`, tested with the probability `p`; null for a cycle without a test. */
type Stretch = {
  readonly cycles: number;
  readonly p: number | null;
  readonly value?: number;
  /** The newest sample, where it differs from what was tested. */
  readonly newest?: number;
  readonly q?: number;
};

const windows = windowsOf(paceOf(1));

const openedBy = (...stretches: readonly Stretch[]): boolean[] => openedBeside(null, stretches);

/** `past` is what the own days of the series show above. */
const openedBeside = (past: OwnPast | null, stretches: readonly Stretch[]): boolean[] =>
  shippedSignals
    .filter((one) => one.id === 'sli.rps')
    .map((traits) => {
      const state = createSeriesState({ signal: 'sli.rps', of: deployment() }, traits);
      state.ownPast = { hour: Math.floor(startMs / 3_600_000), side: 'up', found: past };
      const level = levelOf(
        {
          values: Float64Array.from({ length: 133 }, (_, index) => 60 + (index % 7)),
          daysBack: Uint8Array.from({ length: 133 }, (_, index) => 1 + Math.floor(index / 19)),
          chosen: [1, 2, 3, 4, 5, 6, 7],
          like: [],
          excursions: () => [],
          days: 7,
          weaker: 0,
        },
        { range: 0, quantum: 0 },
        traits,
        0,
      );
      const resultOf = ({ p, value = 140, q = 0.01 }: Stretch): CycleResult =>
        p === null ? null : { test: withP(windowTest(value, level, traits, 0), p), level, q, family: 1 };
      let nowMs = startMs;
      for (const one of stretches)
        for (let cycle = 0; cycle < one.cycles; cycle += 1) nowMs = step(state, nowMs, resultOf(one), one.newest);
      return state.open !== null;
    });

const step = (state: SeriesState, beforeMs: number, result: CycleResult, newest?: number): number => {
  const nowMs = beforeMs + minuteMs;
  const value = newest ?? result?.test.x ?? 60;
  pushCycle(state, { key: state.key, atMs: nowMs, value }, windows.longGapMs);
  pushResult(state, result);
  moveSignal(state, nowMs, false, windows);
  return nowMs;
};

describe('a stray that is over', () => {
  const far: Stretch = { cycles: 3, p: 1e-6, newest: 60 };

  it('does not open when a single sample is far again', () => {
    expect(openedBy(far, { cycles: 1, p: 0.6, newest: 140 })).toEqual([false]);
  });

  it('opens when the cycle is as surprising as those before', () => {
    expect(openedBy(far, { cycles: 1, p: 1e-6, newest: 140 })).toEqual([true]);
  });
});

describe('what lasts', () => {
  const nearly = 10 ** -2.7;

  it('opens after half an hour with a little less surprise than a step needs', () => {
    expect(openedBy({ cycles: 29, p: nearly })).toEqual([false]);
    expect(openedBy({ cycles: 30, p: nearly })).toEqual([true]);
  });

  it('never opens with less than that', () => {
    expect(openedBy({ cycles: 300, p: 10 ** -2.4 })).toEqual([false]);
  });

  it('begins to count anew after a cycle that could not be tested', () => {
    expect(openedBy({ cycles: 29, p: nearly }, { cycles: 1, p: null }, { cycles: 29, p: nearly })).toEqual([false]);
  });

  it('begins to count anew after a cycle like the usual', () => {
    const calm: Stretch = { cycles: 1, p: 0.5 };
    expect(openedBy({ cycles: 29, p: nearly }, calm, { cycles: 29, p: nearly })).toEqual([false]);
    expect(openedBy({ cycles: 29, p: nearly }, calm, { cycles: 30, p: nearly })).toEqual([true]);
  });

  it('begins to count anew on the other side', () => {
    expect(openedBy({ cycles: 29, p: nearly }, { cycles: 29, p: nearly, value: 5 })).toEqual([false]);
  });

  it('needs the test for false discoveries as a step does', () => {
    expect(openedBy({ cycles: 60, p: nearly, q: 0.06 })).toEqual([false]);
  });
});

describe('what the own past of a series asks for', () => {
  const calm: OwnPast = { highest: 6, second: -0.6, days: 5 };
  const ordinary: OwnPast = { highest: 1, second: 0.2, days: 5 };
  const nearly: Stretch = { cycles: 5, p: 10 ** -2.7 };
  /** 140 where 60 is usual lies more than 20 standard errors beyond what matters, and 96 lies 4.4. */
  const far: Stretch = { cycles: 5, p: 1e-6 };
  const near: Stretch = { cycles: 5, p: 1e-4, value: 96 };

  it('is less where no two days came near the edge, whatever one day did', () => {
    expect(openedBeside(calm, [nearly])).toEqual([true]);
    expect(openedBeside(ordinary, [nearly])).toEqual([false]);
    expect(openedBeside(null, [nearly])).toEqual([false]);
  });

  it('is more than its furthest day by half of that and four standard errors', () => {
    expect(openedBeside({ ...ordinary, highest: 0.2 }, [near])).toEqual([true]);
    expect(openedBeside({ ...ordinary, highest: 5 }, [near])).toEqual([false]);
    expect(openedBeside({ ...ordinary, highest: 5 }, [far])).toEqual([true]);
  });

  it('holds for what lasts, too', () => {
    const lasting: Stretch = { cycles: 40, p: 10 ** -2.7, value: 96 };
    expect(openedBeside({ ...ordinary, highest: 5 }, [lasting])).toEqual([false]);
    expect(openedBeside(null, [lasting])).toEqual([true]);
  });

  it('says nothing of the other side', () => {
    const other = { cycles: 5, p: 10 ** -2.7, value: 5 };
    expect(openedBeside(calm, [other])).toEqual([false]);
  });
});
