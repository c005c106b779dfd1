import { describe, expect, it } from 'vitest';
import { problemIn } from '../cli/testing/problem.ts';
import { pastStepMs } from '../model/past.ts';
import { judgedWindow } from './window.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const toMs = Date.UTC(2026, 5, 10, 12, 0);
const stepMs = 60_000;

describe('the window of a backtest', () => {
  it('is what was asked, with eight days of learning before it', () => {
    const window = judgedWindow({ oldestMs: toMs - 60 * dayMs, toMs, sinceMs: 14 * dayMs, stepMs });
    expect(window).toMatchObject({ askedFromMs: toMs - 14 * dayMs, fromMs: toMs - 14 * dayMs });
    expect(window.learnedFromMs).toBe(toMs - 22 * dayMs);
  });

  it('learns from what there is when there is less', () => {
    const window = judgedWindow({ oldestMs: toMs - 17 * dayMs, toMs, sinceMs: 14 * dayMs, stepMs });
    expect(window.fromMs).toBe(toMs - 14 * dayMs);
    expect(window.learnedFromMs).toBe(toMs - 17 * dayMs);
  });

  it('begins a day after the history does when that is later than asked', () => {
    const window = judgedWindow({ oldestMs: toMs - 3 * dayMs, toMs, sinceMs: 14 * dayMs, stepMs });
    expect(window.askedFromMs).toBe(toMs - 14 * dayMs);
    expect(window.fromMs).toBe(toMs - 2 * dayMs);
  });

  it('lies on the grid of its step', () => {
    const window = judgedWindow({ oldestMs: toMs - 3 * dayMs + 61_234, toMs, sinceMs: 14 * dayMs, stepMs: 300_000 });
    expect(window.fromMs % 300_000).toBe(0);
    expect(window.learnedFromMs % pastStepMs).toBe(0);
  });

  it('refuses a history of which nothing is left to judge, and says when to come back', () => {
    const problem = problemIn(() => judgedWindow({ oldestMs: toMs - 20 * hourMs, toMs, sinceMs: dayMs, stepMs }));
    expect(problem).toMatchObject({ code: 'history-too-short', exitCode: 3 });
    expect(problem?.what).toContain('20 h of history');
    expect(problem?.next).toContain('try again in 5 h');
  });
});
