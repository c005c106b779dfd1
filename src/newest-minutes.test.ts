import { describe, expect, it, vi } from 'vitest';
import { aSignalFinding } from '../test/builders/findings.ts';
import { aRig, deployment, minuteMs, startMs } from '../test/builders/signals.ts';
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import { steppedClock } from './clock.ts';
import { createMetricsAgent } from './agents/metrics/metrics-agent.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import { rowLabels, type MetricsSource, type RangeRow } from './agents/metrics/metrics-source.ts';
import { paceOf } from './model/pace.ts';
import type { History, Observation, PartOfPast, SignalId } from './model/signal.ts';
import { replayNewestMinutes } from './newest-minutes.ts';

const never = new AbortController().signal;
const pace = paceOf(1);
const nowMs = startMs + 14 * minuteMs;
const clocks = { wall: steppedClock(0), cluster: steppedClock(nowMs) };
const times = Array.from({ length: 13 }, (_, at) => nowMs - (13 - at) * minuteMs);

const historyOf = (signal: SignalId, value: number, weight?: number): History => ({
  key: { signal, of: deployment() },
  stepMs: minuteMs,
  points: times.map((atMs) => ({ atMs, value, ...(weight === undefined ? {} : { weight }) })),
});

/** Senses that read these in one part, and nothing of what is `unread`. */
const bringing = (histories: readonly History[], unread: readonly SignalId[] = []) => ({
  past: vi.fn<() => AsyncGenerator<PartOfPast>>(async function* () {
    const signals = [...histories.map(({ key }) => key.signal), ...unread];
    yield await Promise.resolve({ signals, histories, unread: new Map(unread.map((id) => [id, 'it answers 503'])) });
  }),
});

/** A server that counts so many requests a second, some of them failed; of the rest it has nothing. */
const aServer = (perSecond: number, failedPerSecond: number): MetricsSource => {
  const row = (code: string, value: number): RangeRow => ({
    labels: rowLabels({ namespace: 'shop', workload: 'cart', workloadType: 'deployment', code }),
    points: times.map((atMs) => ({ atMs, value })),
  });
  const rows = [row('200', perSecond - failedPerSecond), row('500', failedPerSecond)];
  return {
    name: 'prometheus',
    read: async () => await Promise.resolve(new Map()),
    range: async (measures) =>
      await Promise.resolve(new Map(measures.map(({ id }) => [id, { rows: id === 'requests' ? rows : [] }]))),
  };
};

describe('the newest minutes before a look', () => {
  it.each([
    ['sli.err', 0.001, 0.3],
    ['sli.latency', 0.2, 2],
    ['sli.latency_p50', 0.05, 0.6],
    ['network.drops', 0, 0.2],
  ] as const)('show %s that left its usual level to the one cycle that follows', async (signal, usual, now) => {
    const rig = aRig([{ signal, level: () => usual }]);
    const metrics = bringing([historyOf(signal, now, 100_000)]);
    await replayNewestMinutes({ metrics, anomaly: rig.agent }, rig.view, pace, clocks, never);
    const sample = { key: { signal, of: deployment() }, atMs: nowMs, value: now, weight: 100_000 };
    const looked = rig.agent.assess({ atMs: nowMs, samples: [sample], sources: [], missing: [] }, rig.view);
    expect(looked.findings.map((one) => one.id)).toEqual([`signal:${signal}@shop/Deployment/cart`]);
  });

  it('open nothing on a ratio of which nobody knows how many requests are behind it', async () => {
    const rig = aRig([{ signal: 'sli.err', level: () => 0.001 }]);
    const metrics = bringing([historyOf('sli.err', 0.3)]);
    await replayNewestMinutes({ metrics, anomaly: rig.agent }, rig.view, pace, clocks, never);
    const sample = { key: { signal: 'sli.err', of: deployment() }, atMs: nowMs, value: 0.3, weight: 100_000 } as const;
    const looked = rig.agent.assess({ atMs: nowMs, samples: [sample], sources: [], missing: [] }, rig.view);
    expect(looked.findings).toEqual([]);
  });

  it('are counted as live samples are: requests of the window of a rate stand behind each ratio', async () => {
    const { view } = aRig([{ signal: 'sli.err', level: () => 0 }]);
    const metrics = createMetricsAgent({ sources: [aServer(50, 5)], catalogue, clock: clocks.cluster, pace });
    const replay = vi.fn<(observation: Observation) => void>();
    await replayNewestMinutes({ metrics, anomaly: { replay } }, view, pace, clocks, never);
    const errors = replay.mock.calls.map(([{ samples }]) => samples.find(({ key }) => key.signal === 'sli.err'));
    expect(errors).toHaveLength(13);
    expect(errors[0]).toMatchObject({ value: 0.1, weight: 50 * 120 });
  });

  it('come in the order of time and end a cycle before now', async () => {
    const replay = vi.fn<(observation: Observation) => void>();
    const metrics = bringing([historyOf('sli.rps', 40), historyOf('cpu.usage', 2)]);
    const { view } = aRig([]);
    await replayNewestMinutes({ metrics, anomaly: { replay } }, view, pace, clocks, never);
    expect(metrics.past).toHaveBeenCalledExactlyOnceWith(view, times[0], times[12], minuteMs, expect.any(AbortSignal));
    expect(replay.mock.calls.map(([one]) => one.atMs)).toEqual(times);
    expect(replay.mock.calls[0]?.[0].samples).toHaveLength(2);
    expect(clocks.wall.pending()).toBe(0);
  });

  it('reach back as far as they are asked to, and bring what was open along', async () => {
    const replay = vi.fn<AnomalyAgent['replay']>();
    const metrics = bringing([historyOf('sli.rps', 40)]);
    const { view } = aRig([]);
    const openFindings = [aSignalFinding({})];
    await replayNewestMinutes({ metrics, anomaly: { replay } }, view, pace, clocks, never, {
      minutes: 30,
      openFindings,
    });
    const fromMs = nowMs - 31 * minuteMs;
    expect(metrics.past).toHaveBeenCalledExactlyOnceWith(view, fromMs, times[12], minuteMs, expect.any(AbortSignal));
    expect(replay.mock.calls[0]?.[2]).toBe(openFindings);
  });

  it('are named where they could not be read, and the others are walked through', async () => {
    const replay = vi.fn<(observation: Observation) => void>();
    const metrics = bringing([historyOf('sli.rps', 40)], ['sli.err', 'cpu.usage']);
    const { view } = aRig([]);
    const unread = await replayNewestMinutes({ metrics, anomaly: { replay } }, view, pace, clocks, never);
    expect(unread).toEqual([{ signals: ['sli.err', 'cpu.usage'], reason: 'it answers 503' }]);
    expect(replay).toHaveBeenCalledTimes(13);
  });
});
