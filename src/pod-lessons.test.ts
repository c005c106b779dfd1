import { describe, expect, it, vi } from 'vitest';
import { aDeployment, aPod, aView } from '../test/builders/view.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { steppedClock } from './clock.ts';
import type { History } from './model/signal.ts';
import { learnPods } from './pod-lessons.ts';

const nowMs = 20 * 86_400_000;
const dayMs = 86_400_000;
const never = new AbortController().signal;

/** A StatefulSet of so many pods for each number. */
function viewOf(...replicas: readonly number[]) {
  const owners = replicas.map((_, at) => aDeployment({ name: `w${at}` }));
  const pods = owners.flatMap((owner, at) =>
    Array.from({ length: replicas[at] ?? 0 }, (_, index) => aPod({ owner, name: `w${at}-${index}` })),
  );
  return aView({ StatefulSet: owners, Pod: pods });
}

function aSource(answer: MetricsAgent['podHistory']) {
  const podHistory = vi.fn<MetricsAgent['podHistory']>(answer);
  const learn = vi.fn<(past: readonly History[]) => void>();
  const wall = steppedClock(0);
  const senses = { metrics: { podHistory }, anomaly: { learn } };
  return { podHistory, learn, wall, senses, clocks: { wall, cluster: steppedClock(nowMs) } };
}

const twoPods: MetricsAgent['podHistory'] = async (_view, of, signal) =>
  await Promise.resolve(
    [0, 1].map((pod) => ({ key: { signal, of, pod: `${of.name}-${pod}` }, stepMs: 300_000, points: [] })),
  );

describe('the past of replicas at a start', () => {
  it('is a day of what one of them goes wrong by, of workloads that have siblings to compare', async () => {
    const source = aSource(twoPods);
    const view = viewOf(2, 1, 3);
    expect(await learnPods(source.senses, view, source.clocks, never)).toBe(16);
    expect(source.podHistory.mock.calls.map(([, of, signal]) => `${of.name} ${signal}`)).toEqual(
      ['w0', 'w2'].flatMap((name) =>
        ['sli.err', 'sli.latency', 'cpu.usage', 'memory.working_set'].map((signal) => `${name} ${signal}`),
      ),
    );
    expect(source.podHistory.mock.calls[0]?.slice(3, 6)).toEqual([nowMs - dayMs, nowMs, 300_000]);
    expect(source.learn).toHaveBeenCalledTimes(2);
    expect(source.wall.pending()).toBe(0);
  });

  it('is what was read when its time is up', async () => {
    const source = aSource(async (view, of, ...rest) => {
      if (of.name === 'w0') return await twoPods(view, of, ...rest);
      source.wall.advance(30_000);
      return await Promise.reject(new Error('no answer within 30000 ms'));
    });
    expect(await learnPods(source.senses, viewOf(2, 2, 2), source.clocks, never)).toBe(8);
    expect(source.learn).toHaveBeenCalledOnce();
  });

  it('is told to be missing where the source fails at once, and ends with the start', async () => {
    const source = aSource(async () => await Promise.reject(new Error('gone')));
    await expect(learnPods(source.senses, viewOf(2), source.clocks, never)).rejects.toThrow('gone');
    const ended = AbortSignal.abort(new Error('stopped'));
    await expect(learnPods(source.senses, viewOf(2), source.clocks, ended)).rejects.toThrow('stopped');
  });

  it('is not read of more pods than are followed', async () => {
    const source = aSource(twoPods);
    expect(await learnPods(source.senses, viewOf(2, 5_000, 2), source.clocks, never)).toBe(8);
  });
});
