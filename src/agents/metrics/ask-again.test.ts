import { describe, expect, it, vi } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { askedAgain } from './ask-again.ts';
import type { RangeRow } from './metrics-source.ts';
import type { Decoded } from './prometheus-answer.ts';

const never = new AbortController().signal;
const fine: Decoded<RangeRow> = { rows: [], dropped: 0, warnings: [], isPartial: false };
const refused = (reason: string): Decoded<RangeRow> => ({ refused: reason });
const aServer = (...answers: readonly Decoded<RangeRow>[]) => {
  const left = [...answers];
  return vi.fn<() => Promise<Decoded<RangeRow>>>(async () => await Promise.resolve(left.shift() ?? fine));
};
/** Lets what is due run, and what that starts. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('a stretch of the past that was refused', () => {
  it.each([
    'it answers 503: says upstream connect error',
    'it answers 502: its answer is empty',
    'it answers 429: says too many outstanding requests',
    'it closed the connection in the middle of its answer',
  ])('is asked for again after a second: %s', async (reason) => {
    const wall = steppedClock(0);
    const ask = aServer(refused(reason), fine);
    const answer = askedAgain(ask, wall, never);
    await settled();
    expect(ask).toHaveBeenCalledTimes(1);
    wall.advance(1_000);
    expect(await answer).toEqual(fine);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('is asked for three times and no more', async () => {
    const wall = steppedClock(0);
    const last = refused('it answers 503: says still away');
    const ask = aServer(refused('it answers 503: says away'), refused('it answers 503: says away'), last);
    const answer = askedAgain(ask, wall, never);
    await settled();
    wall.advance(1_000);
    await settled();
    wall.advance(4_000);
    expect(await answer).toEqual(last);
    expect(ask).toHaveBeenCalledTimes(3);
    expect(wall.pending()).toBe(0);
  });

  it.each([
    'it answers 401: the token or tenant is not accepted',
    'it answers 422: says query processing would load too many samples into memory',
    'it answers 503: says query timed out in expression evaluation',
    'it answers 504: says upstream request timeout',
    'it refuses the connection',
    'no answer within 15 s',
  ])('is not asked for again where another time is no better: %s', async (reason) => {
    const ask = aServer(refused(reason));
    expect(await askedAgain(ask, steppedClock(0), never)).toEqual(refused(reason));
    expect(ask).toHaveBeenCalledOnce();
  });

  it('is given up with the caller, and leaves no timer', async () => {
    const wall = steppedClock(0);
    const stop = new AbortController();
    const answer = askedAgain(aServer(refused('it answers 503: says away')), wall, stop.signal);
    await settled();
    stop.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(wall.pending()).toBe(0);
  });
});
