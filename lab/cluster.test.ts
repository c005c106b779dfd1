import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { resources } from '../src/sandbox/kubelet/resources.ts';
import { backdate, movedBack } from './backdate.ts';
import { type Lab, startLab } from './cluster.ts';

const run = promisify(execFile);
const dayMs = 86_400_000;
const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: z.tuple([z.number(), z.string()]).optional(),
        values: z.array(z.tuple([z.number(), z.string()])).optional(),
      }),
    ),
  }),
});

describe('the lab', () => {
  let lab: Lab;
  const complaints: unknown[] = [];
  beforeAll(async () => {
    lab = await startLab({ onError: (error) => complaints.push(error) });
  });
  afterAll(async () => await lab.close());

  // Never synchronous: the simulated kubelets live in this process.
  const kubectl = async (...args: string[]): Promise<string> =>
    (await run(lab.binaries.kubectl, ['--kubeconfig', lab.plane.kubeconfigFor('admin'), ...args])).stdout;
  async function query(path: 'query' | 'query_range', params: Record<string, string>) {
    const reply = await fetch(`${lab.prometheus.url}/api/v1/${path}?${new URLSearchParams(params).toString()}`);
    return answer.parse(await reply.json()).data.result;
  }

  it('runs the whole world on nodes that are ready', async () => {
    expect(await lab.unsettled()).toEqual([]);
    expect(
      await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'),
    ).toBe('True True True');
    expect(complaints).toEqual([]);
  });

  it('shows a world that is nine days old and has no events left', async () => {
    const objects = [
      ...(await lab.port.list(resources.nodes)),
      ...(await lab.port.list(resources.deployments)),
      ...(await lab.port.list(resources.replicaSets)),
      ...(await lab.port.list(resources.pods)),
    ];
    const ages = objects.map((one) => Date.now() - Date.parse(one.metadata.creationTimestamp ?? ''));
    expect(objects.length).toBeGreaterThan(40);
    expect(Math.min(...ages)).toBeGreaterThan(8.9 * dayMs);
    expect(Math.max(...ages)).toBeLessThan(9.1 * dayMs);
    expect(await lab.port.list(resources.events, { namespace: 'shop' })).toEqual([]);
  });

  it('answers for the logs of a pod through the API server', async () => {
    expect(await kubectl('-n', 'shop', 'logs', 'deployment/checkout', '--tail=1')).not.toBe('');
  });

  it('has its kubelets, pods and owners scraped', async () => {
    await vi.waitFor(async () => {
      const up = await query('query', { query: 'sum by (job) (up)' });
      expect(Object.fromEntries(up.map(({ metric, value }) => [metric['job'], value?.[1]]))).toMatchObject({
        'kubelet-resource': '3',
        'kubelet-cadvisor': '3',
        'pod-owners': '1',
      });
      expect(await query('query', { query: 'up == 0' })).toEqual([]);
    }, 20_000);
  });

  it('knows the same pods for eight days, joined to their workloads on the server', async () => {
    const nowMs = Date.now();
    const result = await query('query_range', {
      query:
        'sum by (namespace, workload, workload_type) (rate(container_cpu_usage_seconds_total{container!=""}[5m])' +
        ' * on (namespace, pod) group_left (workload, workload_type) namespace_workload_pod:kube_pod_owner:relabel)',
      start: String((nowMs - 8 * dayMs + 3_600_000) / 1000),
      end: String(nowMs / 1000),
      step: '900',
    });
    const catalog = result.find(({ metric }) => metric['workload'] === 'catalog');
    expect(result).toHaveLength(12);
    expect(catalog?.metric).toEqual({ namespace: 'shop', workload: 'catalog', workload_type: 'deployment' });
    expect(catalog?.values?.length).toBeGreaterThan(8 * 24 * 4 - 10);
  });

  it('lets time pass for what runs now', async () => {
    await vi.waitFor(async () => {
      const rates = await query('query', {
        query: 'sum by (namespace, pod) (rate(http_requests_total[6s]))',
      });
      expect(rates.filter(({ value }) => Number(value?.[1]) > 0).length).toBeGreaterThan(10);
    }, 30_000);
  });

  it('brings a fault about that the API and Prometheus then show', async () => {
    await lab.inject('zero-replicas');
    await vi.waitFor(async () => {
      expect(await lab.unsettled()).toEqual(['pay/payments']);
      expect((await lab.port.list(resources.pods, { namespace: 'pay', labelSelector: 'app=payments' })).length).toBe(0);
    }, 60_000);
    await lab.heal('zero-replicas');
    await vi.waitFor(async () => expect(await lab.unsettled()).toEqual([]), 60_000);
  });

  it('keeps its nodes ready when the API server was away', async () => {
    await lab.plane.stopApiServer();
    await lab.plane.startApiServer();
    await lab.inject('liveness-port');
    await vi.waitFor(async () => {
      expect(
        await kubectl('get', 'pods', '-A', '-o', 'jsonpath={.items[*].status.containerStatuses[*].restartCount}'),
      ).toMatch(/[1-9]/);
    }, 90_000);
    await lab.heal('liveness-port');
    await vi.waitFor(async () => expect(await lab.unsettled()).toEqual([]), 60_000);
    expect(await kubectl('get', 'nodes', '--no-headers')).not.toContain('NotReady');
  });
});

describe('backdating', () => {
  it('moves times from a moment on and leaves earlier ones, text and fractions as they are', () => {
    const from = Date.parse('2026-01-10T00:00:00Z');
    expect(
      movedBack(
        '{"a":"2026-01-10T00:00:05Z","b":"2026-01-09T23:59:59Z","c":"2026-01-11T00:00:00.123456Z"}',
        from,
        dayMs,
      ),
    ).toBe('{"a":"2026-01-09T00:00:05Z","b":"2026-01-09T23:59:59Z","c":"2026-01-10T00:00:00.123456Z"}');
    expect(movedBack('{"note":"since 2026-01-10T00:00:05Z"}', from, dayMs)).toBe(
      '{"note":"since 2026-01-10T00:00:05Z"}',
    );
  });

  it('says that etcd refused', async () => {
    const refused = backdate({ etcdUrl: 'http://127.0.0.1:1', kinds: ['pods'], fromMs: 0, byMs: 1 });
    await expect(refused).rejects.toThrow('fetch failed');
  });
});
