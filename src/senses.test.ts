import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder } from '../test/builders/folder.ts';
import { historiesOf } from '../test/builders/past.ts';
import { aView } from '../test/builders/view.ts';
import { steppedClock, wallClock, type Clock } from './clock.ts';
import { readConfig, type Config } from './config/config.ts';
import { exitCodes } from './model/failure.ts';
import { paceOf } from './model/pace.ts';
import type { SignalId } from './model/signal.ts';
import { type SandboxApi, startApiServer } from './sandbox/api/server.ts';
import { createSenses, openCluster, type OpenedCluster } from './senses.ts';

const never = new AbortController().signal;
const hourMs = 3_600_000;

describe('a cluster that is opened', () => {
  const wall = wallClock(false);
  let api: SandboxApi;
  let opened: OpenedCluster[];
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
    await api.close();
  });

  const anApi = async (clock: Clock): Promise<Config> => {
    api = await startApiServer({ clock, clusterUid: 'uid-of-kube-system' });
    const { token } = api.addIdentity('advisor');
    return readConfig({
      flags: { clusterUrl: api.url },
      env: { K8S_CLUSTER_TOKEN: token },
      folder: import.meta.dirname,
    });
  };
  const open = async (config: Config, clusterClock?: Clock): Promise<OpenedCluster> => {
    const cluster = await openCluster(config, wall, never, clusterClock);
    opened.push(cluster);
    return cluster;
  };
  const ahead = (ms: number): Clock => steppedClock(wallClock().now() + ms);

  it('says which version answers and which cluster it is', async () => {
    const cluster = await open(await anApi(ahead(0)));
    expect(cluster.version).toMatch(/^v1\.37\./);
    expect(cluster.clusterId).toBe('uid-of-kube-system');
    expect(cluster.clusterName).toBe(new URL(api.url).host);
  });

  it('has a name for this opening alone', async () => {
    const config = await anApi(ahead(0));
    const [first, second] = [await open(config), await open(config)];
    expect(first.instance).not.toBe(second.instance);
    expect(first.instance).toContain(`_${process.pid}_`);
  });

  it.each([
    ['ahead', hourMs],
    ['behind', -hourMs],
  ])('runs on the time of a server that is an hour %s', async (_where, byMs) => {
    const { clock } = await open(await anApi(ahead(byMs)));
    expect(Math.abs(clock.now() - wallClock().now() - byMs)).toBeLessThan(5_000);
  });

  it('keeps the time of the machine where the difference is no more than a Date header can tell', async () => {
    const { clock } = await open(await anApi(ahead(-2_000)));
    expect(clock).toBe(wall);
  });

  it('keeps the clock that it is given, whatever the server says', async () => {
    const given = steppedClock(5);
    const { clock } = await open(await anApi(ahead(hourMs)), given);
    expect(clock).toBe(given);
  });

  it('compares the server with the clock that it is given', async () => {
    const simulated = steppedClock(Date.UTC(2026, 5, 9, 14));
    const cluster = await open(await anApi(simulated), simulated);
    expect(Math.abs(cluster.transport.clockSkewMs() ?? hourMs)).toBeLessThan(1_000);
  });

  it('rejects where the credentials are refused', async () => {
    const config = await anApi(ahead(0));
    await expect(open({ ...config, clusterToken: 'of-somebody-else' })).rejects.toMatchObject({
      problem: { exitCode: exitCodes.forbidden },
    });
  });

  it('rejects where nobody answers', async () => {
    const config = await anApi(ahead(0));
    await api.close();
    await expect(open(config)).rejects.toMatchObject({ problem: { exitCode: exitCodes.unreachable } });
  });

  it('looks by the kubelets alone where there is no Prometheus', async () => {
    const config = await anApi(ahead(0));
    const { connection, clock } = await open(config);
    const { metrics } = await createSenses(config, connection, { wall, cluster: clock }, paceOf(1));
    const seen = await metrics.observe(aView({}), never);
    expect(seen.sources.map((one) => one.source)).toEqual(['api', 'kubelet']);
    expect(await historiesOf(metrics.past(aView({}), 0, hourMs, 60_000, never))).toEqual([]);
  });

  it('asks Prometheus first, and the kubelets where it does not answer', async () => {
    const config = { ...(await anApi(ahead(0))), prometheusUrl: api.url };
    const { connection, clock } = await open(config);
    const { metrics } = await createSenses(config, connection, { wall, cluster: clock }, paceOf(1));
    const seen = await metrics.observe(aView({}), never);
    expect(seen.sources.map((one) => one.source)).toEqual(['api', 'prometheus', 'kubelet']);
    expect(seen.missing.map((one) => one.reason).join('\n')).toMatch(/^Prometheus: /m);
  });

  it('takes up the signals of a file, one that is added while it runs too, and does not start on a broken one', async () => {
    const heat = '- { name: heat, query: t, of: { node: node }, unit: count, direction: up, floor: { absolute: 5 } }';
    const folder = aFolder({ 'signals.yaml': `signals:\n  ${heat}\n` });
    const config = { ...(await anApi(ahead(0))), signalsFile: join(folder.path, 'signals.yaml') };
    const { connection, clock } = await open(config);
    const { metrics, anomaly } = await createSenses(config, connection, { wall, cluster: clock }, paceOf(1));
    const of = { kind: 'Node', namespace: '', name: 'node-1' };
    const known = (signal: SignalId): number | null => {
      anomaly.note({
        atMs: hourMs,
        samples: [{ key: { signal, of }, atMs: hourMs, value: 60 }],
        sources: [],
        missing: [],
      });
      return anomaly.book().value(signal, of);
    };
    expect([known('custom.heat'), known('custom.cold')]).toEqual([60, null]);
    folder.write('signals.yaml', `signals:\n  ${heat}\n  ${heat.replace('heat', 'cold')}\n`);
    await metrics.observe(aView({}), never);
    expect(known('custom.cold')).toBe(60);
    folder.write('signals.yaml', 'signals: 3\n');
    await expect(createSenses(config, connection, { wall, cluster: clock }, paceOf(1))).rejects.toMatchObject({
      problem: { code: 'signals-invalid', exitCode: exitCodes.usage },
    });
    folder.remove();
  });
});
