import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../test/builders/folder.ts';
import { aServer } from '../test/builders/history.ts';
import { aDeployment, atMs } from '../test/builders/view.ts';
import { steppedClock, wallClock } from './clock.ts';
import { createCache } from './cluster/cache.ts';
import { writeSnapshot } from './cluster/snapshot/write-snapshot.ts';
import { type Config, readConfig } from './config/config.ts';
import { lookAtCluster, lookAtSnapshot, type Look } from './look.ts';
import type { SignalId } from './model/signal.ts';
import { startApiServer } from './sandbox/api/server.ts';

const minuteMs = 60_000;
const pastMinutes = 8 * 1440;
const { signal } = new AbortController();
const waiting = `signals:
  - { name: waiting, query: orders, of: { namespace: ns, pod: pod }, unit: count, direction: up, floor: { absolute: 5 } }
`;

describe('a look at a snapshot', () => {
  let folder: TestFolder;
  beforeEach(() => {
    folder = aFolder({ 'signals.yaml': waiting });
  });
  afterEach(() => folder.remove());

  /** One series that was `usual` for eight days and is `now` since a quarter of an hour. */
  const looked = async (id: SignalId, usual: number, now: number, env: Record<string, string> = {}): Promise<Look> => {
    const clock = steppedClock(atMs);
    const cache = createCache({ cluster: clock, wall: clock, onError: () => undefined });
    cache.put('Deployment', aDeployment());
    const steps = [
      ...Array.from({ length: pastMinutes / 5 - 3 }, (_, at) => pastMinutes - 5 * at),
      ...Array.from({ length: 16 }, (_, at) => 15 - at),
    ];
    const points = steps.map((minutes) => ({
      atMs: atMs - minutes * minuteMs,
      value: minutes > 15 ? usual : now,
      weight: 100_000,
    }));
    const key = { signal: id, of: { kind: 'Deployment', namespace: 'shop', name: 'cart' } };
    const path = join(folder.path, 'case');
    await writeSnapshot(path, {
      manifest: {
        capturedAtMs: atMs,
        cluster: { id: 'uid-1', name: 'test', version: 'v1.37.2' },
        namespaces: null,
        complete: new Set(['Deployment']),
        logs: 'none',
        missing: [],
      },
      objects: cache.objects(),
      logs: [],
      series: [{ key, unit: '', points }],
    });
    const config = readConfig({ flags: {}, env: { XDG_CONFIG_HOME: folder.path, ...env }, folder: folder.path });
    return await lookAtSnapshot(path, config, { signal });
  };
  const foundIn = ({ state }: Look): string[] => [...state.findings.keys()];

  it.each([
    ['sli.err', 0.001, 0.3],
    ['sli.latency', 0.2, 2],
  ] as const)('finds %s that left its usual level', async (id, usual, now) => {
    expect(foundIn(await looked(id, usual, now))).toEqual([`signal:${id}@shop/Deployment/cart`]);
  });

  it('judges signals of users whose file is named', async () => {
    const look = await looked('custom.waiting', 3, 90, { ADVISOR_SIGNALS: join(folder.path, 'signals.yaml') });
    expect(foundIn(look)).toEqual(['signal:custom.waiting@shop/Deployment/cart']);
    expect(look.blind.filter((one) => one.capability.includes('custom.'))).toEqual([]);
  });

  it('names signals of users of which no file says what is bad', async () => {
    const look = await looked('custom.waiting', 3, 90);
    expect(foundIn(look)).toEqual([]);
    expect(look.blind).toContainEqual({
      capability: 'the signal custom.waiting',
      cost: 'the snapshot holds it, but no file of ADVISOR_SIGNALS says what is bad of it: it is not judged',
      source: 'metrics',
    });
  });
});

describe('a look at a cluster', () => {
  it('goes on without a past that its server refuses, and names it', async () => {
    const api = await startApiServer({ clock: wallClock(false), clusterUid: 'uid-1' });
    const { token } = api.addIdentity('advisor');
    const metrics = await aServer(() => ({ status: 500, body: 'broken' }));
    const config: Config = readConfig({
      flags: { clusterUrl: api.url },
      env: { K8S_CLUSTER_TOKEN: token, PROMETHEUS_URL: metrics.url },
      folder: import.meta.dirname,
    });
    try {
      const { blind } = await lookAtCluster(config, { signal });
      const past = blind.filter((one) => one.capability.startsWith('the past of'));
      expect(past.map((one) => [one.capability.slice(0, 27), one.source])).toEqual([
        ['the past of cpu.usage, cpu.', 'metrics'],
      ]);
      expect(past[0]?.capability).toContain('it answers 500');
    } finally {
      await metrics.close();
      await api.close();
    }
  });
});
