import { describe, expect, it } from 'vitest';
import { aSignalFinding } from '../../../test/builders/findings.ts';
import { paceOf } from '../../model/pace.ts';
import { createAppearances } from './appearances.ts';

const minute = 60_000;
const id = 'signal:sli.latency@shop/Deployment/checkout';
const seen = (onset: number, delay = 4) =>
  aSignalFinding({ id, onsetMs: onset * minute, firstSeenMs: (onset + delay) * minute });

describe('the least observation of a repair', () => {
  it('is 15 minutes for what was never seen and for what was found at once', () => {
    const appearances = createAppearances(paceOf(1));
    expect(appearances.observationMs(id)).toBe(15 * minute);
    appearances.note([seen(0)]);
    expect(appearances.observationMs(id)).toBe(15 * minute);
  });

  it('is three times as long as it went unseen, and leaves room for a verdict', () => {
    const appearances = createAppearances(paceOf(1));
    appearances.note([seen(0, 8)]);
    expect(appearances.observationMs(id)).toBe(24 * minute);
    appearances.note([seen(0, 40)]);
    expect(appearances.observationMs(id)).toBe(45 * minute);
  });

  it('is two periods of what comes back by the clock', () => {
    const appearances = createAppearances(paceOf(1));
    for (const onset of [0, 30, 62]) appearances.note([seen(onset)]);
    expect(appearances.observationMs(id)).toBe(64 * minute);
  });

  it('takes no period from two beginnings, from uneven ones, or from one that lasts', () => {
    const twice = createAppearances(paceOf(1));
    for (const onset of [0, 30]) twice.note([seen(onset)]);
    const uneven = createAppearances(paceOf(1));
    for (const onset of [0, 30, 300]) uneven.note([seen(onset)]);
    const lasting = createAppearances(paceOf(1));
    for (let cycle = 0; cycle < 200; cycle += 1) lasting.note([seen(0)]);
    for (const one of [twice, uneven, lasting]) expect(one.observationMs(id)).toBe(15 * minute);
  });

  it('is 20 minutes for restarts, whose back-off reaches five', () => {
    expect(createAppearances(paceOf(1)).observationMs('signal:restarts@shop/Deployment/cart')).toBe(20 * minute);
  });

  it('shrinks with the pace of the cluster', () => {
    expect(createAppearances(paceOf(20)).observationMs(id)).toBe((15 * minute) / 20);
  });

  it('forgets what was not seen for longest', () => {
    const appearances = createAppearances(paceOf(1));
    appearances.note([seen(0, 8)]);
    appearances.note(Array.from({ length: 2_000 }, (_, at) => aSignalFinding({ id: `signal:${at}` })));
    expect(appearances.observationMs(id)).toBe(15 * minute);
  });
});
