import { describe, expect, it } from 'vitest';
import { parser } from '@prometheus-io/lezer-promql';
import { rowLabels, type RowLabels } from '../agents/metrics/metrics-source.ts';
import { readOwners } from './owners-of-past.ts';
import type { Past, RangeReader } from '../agents/metrics/range-reader.ts';

const stretch = { fromMs: 0, toMs: 600_000, stepMs: 300_000 };
const { signal } = new AbortController();

/** Answers the first entry whose key is a part of the query, else nothing. */
function aReader(answers: Readonly<Record<string, readonly Partial<RowLabels>[] | string>>) {
  const asked: string[] = [];
  const reader: RangeReader = {
    read: async (query) => {
      asked.push(query);
      const found = Object.entries(answers).find(([part]) => query.includes(part))?.[1] ?? [];
      const past: Past =
        typeof found === 'string'
          ? { unreadable: found }
          : {
              rows: found.map((one) => ({ labels: rowLabels(one), points: [{ atMs: 0, value: 2 ** 28 }] })),
              warnings: [],
              isPartial: false,
            };
      return await Promise.resolve(past);
    },
  };
  return { reader, asked };
}

const pods = [{ namespace: 'shop', pod: 'cart-5d-a' }];

describe('owners of the past', () => {
  it('are those that kubernetes-mixin recorded', async () => {
    const { reader } = aReader({
      container_memory_working_set_bytes: pods,
      'kube_pod_owner:relabel': [{ namespace: 'shop', pod: 'cart-5d-a', workload: 'cart', workloadType: 'deployment' }],
    });
    const found = await readOwners(reader, stretch, signal);
    expect(found.pods).toEqual([
      { namespace: 'shop', name: 'cart-5d-a', owner: { kind: 'Deployment', namespace: 'shop', name: 'cart' } },
    ]);
  });

  it('else those of kube-state-metrics, a ReplicaSet followed to its Deployment', async () => {
    const { reader } = aReader({
      container_memory_working_set_bytes: [...pods, { namespace: 'shop', pod: 'db-0' }],
      kube_replicaset_owner: [{ namespace: 'shop', pod: 'cart-5d', workload: 'cart', workloadType: 'Deployment' }],
      kube_pod_owner: [],
      'label_replace(max by (namespace, pod, owner_name': [],
    });
    const direct = aReader({
      container_memory_working_set_bytes: [...pods, { namespace: 'shop', pod: 'db-0' }],
      kube_replicaset_owner: [{ namespace: 'shop', pod: 'cart-5d', workload: 'cart', workloadType: 'Deployment' }],
      'kube_pod_owner{': [
        { namespace: 'shop', pod: 'cart-5d-a', workload: 'cart-5d', workloadType: 'ReplicaSet' },
        { namespace: 'shop', pod: 'db-0', workload: 'db', workloadType: 'StatefulSet' },
      ],
    });
    expect((await readOwners(reader, stretch, signal)).pods.map((one) => one.owner)).toEqual([null, null]);
    expect((await readOwners(direct.reader, stretch, signal)).pods.map((one) => one.owner)).toEqual([
      { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      { kind: 'StatefulSet', namespace: 'shop', name: 'db' },
    ]);
  });

  it('are nobody when no series says who, whatever the name looks like', async () => {
    const { reader } = aReader({ container_memory_working_set_bytes: pods });
    expect((await readOwners(reader, stretch, signal)).pods[0]?.owner).toBeNull();
  });

  it('come with memory limits and nodes', async () => {
    const { reader } = aReader({
      container_memory_working_set_bytes: pods,
      node_cpu_usage_seconds_total: [{ node: 'node-1' }],
      kube_pod_container_resource_limits: [{ namespace: 'shop', pod: 'cart-5d-a', container: 'main' }],
    });
    const found = await readOwners(reader, stretch, signal);
    expect(found.nodes).toEqual(['node-1']);
    expect([...found.memoryLimits]).toEqual([['shop/cart-5d-a/main', 2 ** 28]]);
  });

  it('say which questions could not be answered', async () => {
    const { reader } = aReader({ container_memory_working_set_bytes: pods, kube_pod_owner: 'it answers 500' });
    const found = await readOwners(reader, stretch, signal);
    expect(found.pods).toHaveLength(1);
    expect(found.unreadable).toContain('it answers 500');
  });

  it('ask in PromQL, for the series of this cluster only', async () => {
    const { reader, asked } = aReader({});
    await readOwners(reader, stretch, signal, [{ label: 'cluster', op: '=', value: 'prod' }]);
    expect(asked).toHaveLength(6);
    for (const query of asked) {
      const errors: number[] = [];
      parser.parse(query).iterate({ enter: (node) => void (node.type.isError && errors.push(node.from)) });
      expect(errors).toEqual([]);
      expect(query).toContain('cluster="prod"');
    }
  });
});
