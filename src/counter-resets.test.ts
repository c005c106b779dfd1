// Counters that start again, from the page of a kubelet through the metrics agent to the anomaly agent: resets are no alarm.
import { MockAgent } from 'undici';
import { describe, expect, it } from 'vitest';
import { aRig, deployment, minuteMs, normal, type Series, startMs } from '../test/builders/signals.ts';
import { aDeployment, aNode, aPod, aView, replicaSetOf } from '../test/builders/view.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import { createKubeletSource } from './agents/metrics/kubelet.ts';
import { createMetricsAgent } from './agents/metrics/metrics-agent.ts';
import { wallClock } from './clock.ts';
import { paceOf } from './model/pace.ts';

describe('counters of containers that start again', () => {
  const halfDay = 720;
  const names = Array.from({ length: 12 }, (_, index) => `w${index}`);
  const owners = names.map((name) => aDeployment({ name, replicas: 1 }));
  const sets = owners.map((owner) => replicaSetOf(owner));
  const view = aView({
    Deployment: owners,
    ReplicaSet: sets,
    Pod: sets.map((owner, index) => aPod({ owner, name: `w${index}-1` })),
    Node: [aNode('node-1')],
  });

  /** Seconds of CPU since each container started, which each does again every hour and a half; two cores, and whatever `extra` adds. */
  function aKubelet(extra: number) {
    const mock = new MockAgent();
    mock.disableNetConnect();
    const counters = names.map((_, index) => ({ seconds: 0, noise: normal(1_100 + index) }));
    let minute = 0;
    const page = (): string => {
      minute += 1;
      return counters
        .map((one, index) => {
          const used = 60 * Math.max(0, 2 + extra + 0.2 * one.noise());
          one.seconds = (minute + index * 7) % 91 === 0 ? used / 3 : one.seconds + used;
          return `container_cpu_usage_seconds_total{container="app",namespace="shop",pod="w${index}-1"} ${one.seconds}\n`;
        })
        .join('');
    };
    const pool = mock.get('http://node-1.test');
    pool.intercept({ path: '/metrics/resource' }).reply(200, page).persist();
    pool.intercept({ path: /.*/ }).reply(200, '').persist();
    return createKubeletSource({
      wall: wallClock(false),
      dispatcher: mock,
      readMs: minuteMs,
      addressOf: () => 'http://node-1.test',
    });
  }

  const alarmsOf = async (extra: number, cycles: number): Promise<string[]> => {
    const clock = { ...wallClock(false), now: () => nowMs };
    const pace = { ...paceOf(1), scrapeMs: minuteMs };
    let nowMs = startMs;
    const metrics = createMetricsAgent({ sources: [aKubelet(extra)], catalogue, clock, pace });
    const noise = normal(1_099);
    const usual = names.map((name): Series => ({
      signal: 'cpu.usage',
      of: deployment(name),
      level: () => 2 + 0.2 * noise(),
    }));
    const rig = aRig(usual, { view, stepMs: 5 * minuteMs });
    const told: string[] = [];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      nowMs += minuteMs;
      const observation = await metrics.observe(view, new AbortController().signal);
      told.push(...rig.agent.assess(observation, view).findings.map((one) => one.id));
    }
    return [...new Set(told)].filter((id) => id.startsWith('signal:'));
  };

  it('raise no alarm in half a day', async () => {
    expect(await alarmsOf(0, halfDay)).toEqual([]);
  });

  it('are read as what they count: three cores more are found in each of them', async () => {
    expect(await alarmsOf(3, 12)).toHaveLength(names.length);
  });
});
