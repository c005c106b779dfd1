import { afterEach, describe, expect, it } from 'vitest';
import {
  autocorrelated,
  deployment,
  minuteMs,
  normal,
  observationOf,
  shippedSignals,
  startMs,
} from '../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../test/builders/view.ts';
import { wallClock } from '../../clock.ts';
import type { Finding } from '../../model/finding.ts';
import { paceOf } from '../../model/pace.ts';
import type { History, Observation } from '../../model/signal.ts';
import type { TierOneStep } from './always-on.ts';
import { createAnomalyAgent } from './anomaly-agent.ts';
import type { AnomalyAgent } from './anomaly-agent-port.ts';

const names = Array.from({ length: 40 }, (_one, at) => `w-${at}`);
const view = aView({ Deployment: names.map((name) => aDeployment({ name })) });
const cycles = 130;
const faultAt = 120;

/** CPU of forty workloads; that of w-3 rises late. */
function observed(): Observation[] {
  const noise = names.map((_name, at) => autocorrelated(at + 1, 0.5));
  return Array.from({ length: cycles }, (_one, cycle) =>
    observationOf(
      startMs + (cycle + 1) * minuteMs,
      names.map((name, at) => {
        const fault = at === 3 && cycle >= faultAt ? 3 : 0;
        const value = 1 + 0.05 * (noise[at]?.() ?? 0) + fault;
        return { signal: 'cpu.usage' as const, of: deployment(name), level: () => value };
      }),
    ),
  );
}
function past(): History[] {
  const noise = normal(9);
  return names.map((name) => ({
    key: { signal: 'cpu.usage', of: deployment(name) },
    stepMs: 5 * minuteMs,
    points: Array.from({ length: 8 * 288 }, (_one, at) => ({
      atMs: startMs - (8 * 288 - at) * 5 * minuteMs,
      value: 1 + 0.05 * noise(),
    })),
  }));
}

async function findingsOf(agent: AnomalyAgent, prepares: boolean): Promise<(readonly Finding[])[]> {
  const found: (readonly Finding[])[] = [];
  for (const observation of observed()) {
    if (prepares) await agent.prepare?.(observation);
    found.push(agent.assess(observation, view).findings);
  }
  return found;
}

describe('an agent that is prepared', () => {
  const opened: AnomalyAgent[] = [];
  afterEach(async () => {
    for (const agent of opened.splice(0)) await agent.close?.();
  });

  function anAgent(workers: number): { agent: AnomalyAgent; steps: TierOneStep[] } {
    const steps: TierOneStep[] = [];
    const agent = createAnomalyAgent({
      pace: paceOf(1),
      signals: shippedSignals,
      machine: {
        wall: wallClock(false),
        workers,
        fewestSeries: 0,
        shardSeries: 8,
        onLost: () => undefined,
        onStep: (step) => steps.push(step),
      },
    });
    agent.learn(past());
    opened.push(agent);
    return { agent, steps };
  }
  it('says what it says when it is not, with two threads and with none', async () => {
    const [alone, prepared, threaded] = [anAgent(0), anAgent(0), anAgent(2)];
    const expected = await findingsOf(alone.agent, false);
    expect(expected.at(-1)?.map((one) => one.of.name)).toEqual(['w-3']);
    expect(await findingsOf(prepared.agent, true)).toEqual(expected);
    expect(await findingsOf(threaded.agent, true)).toEqual(expected);
    expect([alone, prepared, threaded].map(({ steps }) => [steps.length, steps.at(-1)?.threads])).toEqual([
      [cycles, 0],
      [cycles, 0],
      [cycles, 2],
    ]);
  });

  it('gives pasts back for which there is no room, and takes them again when they are wanted', () => {
    const told: number[][] = [];
    const agent = createAnomalyAgent({
      pace: paceOf(1),
      signals: shippedSignals,
      mostPasts: 30,
      onPasts: ({ held, released }) => told.push([held, released]),
    });
    const [observation] = observed();
    const usual = (name: string) => agent.book().usual('cpu.usage', deployment(name));
    agent.learn(past());
    agent.assess(observation!, view);
    expect([usual('w-0'), usual('w-9')?.days]).toEqual([null, 6]);
    expect(told).toEqual([[28, 12]]);
    const wanted = agent.pastsWanted?.(5) ?? [];
    expect(wanted.map(({ of }) => of.name)).toEqual(['w-0', 'w-1', 'w-10', 'w-11', 'w-12']);
    agent.readBack?.(wanted.slice(0, 1), past().slice(0, 1));
    expect([usual('w-0')?.days, usual('w-1')]).toEqual([6, null]);
  });

  it('makes no pass over a read that is no cycle', async () => {
    const { agent, steps } = anAgent(2);
    const [first, second] = observed();
    await agent.prepare?.(first!);
    agent.assess(first!, view);
    const early = { ...second!, atMs: first!.atMs + minuteMs / 3 };
    await agent.prepare?.(early);
    agent.assess(early, view);
    expect(steps).toHaveLength(1);
  });
});
