import { describe, expect, it } from 'vitest';
import { aSignalFinding } from '../../test/builders/findings.ts';
import type { Finding, SignalFinding } from '../model/finding.ts';
import type { SignalBook } from '../model/signal.ts';
import { createEpisodes } from './episodes.ts';

const stepMs = 60_000;

/** A book in which the value of each minute is its number, and the last three minutes are remembered. */
function aBook(minute: number): SignalBook {
  return {
    atMs: minute * stepMs,
    value: () => minute,
    byPod: () => new Map(),
    usual: () => null,
    recent: () => [3, 2, 1].map((before) => ({ atMs: (minute - before) * stepMs, value: minute - before })),
    peak: () => null,
  };
}

const latency = (over: Partial<SignalFinding> = {}) => aSignalFinding({ firstSeenMs: 600_000, ...over });

/** Runs minutes 10, 11, … with these findings each. */
function played(cycles: readonly (readonly Finding[])[]) {
  const episodes = createEpisodes();
  for (const [at, findings] of cycles.entries()) {
    const minute = 10 + at;
    episodes.cycle(minute * stepMs, findings, aBook(minute));
  }
  return episodes;
}

const times = (count: number, ...findings: readonly Finding[]) => Array.from({ length: count }, () => findings);

describe('episodes of a backtest', () => {
  it('begin in the cycle that opened the finding and end in the first without it', () => {
    const [one] = played([...times(5, latency()), ...times(2)]).all();
    expect(one).toMatchObject({ openedAtMs: 10 * stepMs, closedAtMs: 15 * stepMs });
  });

  it('have no end while the finding still holds', () => {
    expect(played(times(3, latency())).all()[0]?.closedAtMs).toBeNull();
  });

  it('keep the sentence of the largest deviation', () => {
    const low = latency({ value: 0.5, sentence: 'low' });
    const high = latency({ value: 2, sentence: 'high' });
    const [one] = played([[low], [high], [low], []]).all();
    expect(one?.finding).toMatchObject({ value: 2, sentence: 'high' });
  });

  it('draw points before, during and after, each once', () => {
    const [one] = played([...times(2, latency()), ...times(25)]).all();
    const minutes = one?.chart.map(([ms]) => ms / stepMs);
    expect(minutes?.slice(0, 6)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(minutes).toHaveLength(3 + 2 + 20);
    expect(new Set(minutes).size).toBe(25);
  });

  it('draw what the agent drew of what is no series of a workload', () => {
    const pod = latency({ id: 'peer:sli.latency@shop/Deployment/checkout#a', chart: [[5 * stepMs, 0.2]] });
    expect(played(times(1, pod)).all()[0]?.chart[0]).toEqual([5 * stepMs, 0.2, 0.19, 0.26]);
  });

  it('draw the value of the finding itself when it is none of the series of its workload', () => {
    const pod = latency({ id: 'peer:sli.latency@shop/Deployment/checkout#a', value: 0.9 });
    expect(played(times(1, pod)).all()[0]?.chart.at(-1)?.[1]).toBe(0.9);
  });

  it('go on when the finding comes back with the age it had', () => {
    const all = played([...times(3, latency()), ...times(2), ...times(3, latency())]).all();
    expect(all).toHaveLength(1);
    expect(all[0]?.closedAtMs).toBeNull();
  });

  it('are two when it comes back as a new one', () => {
    const again = latency({ firstSeenMs: 900_000 });
    const episodes = played([...times(3, latency()), ...times(2), ...times(3, again)]);
    expect(episodes.all().map((one) => one.openedAtMs / stepMs)).toEqual([10, 15]);
    expect(episodes.count()).toBe(2);
  });

  it('thin the points of one that lasts, and keep its newest', () => {
    const [one] = played(times(2_000, latency())).all();
    expect(one?.chart.length).toBeLessThan(600);
    expect(one?.chart.at(-1)?.[0]).toBe(2_009 * stepMs);
  });

  it('leave facts out: no history tells them', () => {
    const fact: Finding = {
      kind: 'fact',
      id: 'fact:oom-killed@shop/Deployment/cart',
      of: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      severity: 'critical',
      onsetMs: 0,
      firstSeenMs: 0,
      lastSeenMs: 0,
      sentence: 'OOMKilled ×1',
      fact: 'oom-killed',
      objects: [],
      count: 1,
    };
    const episodes = played(times(2, fact));
    expect(episodes.all()).toEqual([]);
    expect(episodes.open()).toEqual([fact]);
  });
});
