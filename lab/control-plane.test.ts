import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Binaries, ensureBinaries } from './binaries.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';

const deployments = '/apis/apps/v1/namespaces/default/deployments';

describe('the control plane', () => {
  let binaries: Binaries;
  let plane: ControlPlane;
  const kubectl = (...args: string[]): string =>
    execFileSync(binaries.kubectl, ['--kubeconfig', plane.kubeconfigFor('admin'), ...args], { encoding: 'utf8' });

  beforeAll(async () => {
    binaries = await ensureBinaries();
    plane = await startControlPlane({ binaries });
    await plane.request('admin', { method: 'POST', path: deployments, body: aDeployment('web', 2) });
  });
  afterAll(async () => await plane.close());

  it('answers as Kubernetes 1.37.2', async () => {
    const reply = await plane.request('stranger', { method: 'GET', path: '/version' });
    expect(reply.body).toMatchObject({ major: '1', minor: '37', gitVersion: 'v1.37.2' });
  });

  it('turns a Deployment into a ReplicaSet and pods that wait for a node', async () => {
    await vi.waitFor(() => {
      expect(kubectl('get', 'replicasets', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.replicas}')).toBe('2');
      expect(kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.phase}')).toBe(
        'Pending Pending',
      );
      expect(kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].status.conditions[0].reason}')).toBe(
        'Unschedulable',
      );
    }, 20_000);
  });

  it('is reached by the kubeconfig of each identity with its own rights', async () => {
    const ask = async (identity: 'advisor' | 'reader' | 'stranger', method: 'GET' | 'PATCH') =>
      (
        await plane.request(identity, {
          method,
          path: `${deployments}/web?dryRun=All`,
          ...(method === 'GET' ? {} : { body: { spec: { replicas: 3 } }, contentType: 'application/merge-patch+json' }),
        })
      ).status;
    expect(await ask('advisor', 'GET')).toBe(200);
    expect(await ask('advisor', 'PATCH')).toBe(200);
    expect(await ask('reader', 'GET')).toBe(200);
    expect(await ask('reader', 'PATCH')).toBe(403);
    expect(await ask('stranger', 'GET')).toBe(403);
  });

  it('lets the advisor read no Secret, delete no Deployment and write configuration only in its own namespace', async () => {
    const status = async (method: 'GET' | 'DELETE' | 'POST', path: string, body?: unknown) =>
      (await plane.request('advisor', { method, path, ...(body === undefined ? {} : { body }) })).status;
    const stop = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nemotron-advisor-stop' } };
    expect(await status('GET', '/api/v1/secrets')).toBe(403);
    expect(await status('DELETE', `${deployments}/web`)).toBe(403);
    expect(await status('POST', '/api/v1/namespaces/default/configmaps', stop)).toBe(403);
    expect(await status('POST', '/api/v1/namespaces/nemotron-advisor/configmaps', stop)).toBe(201);
  });

  it('records who wrote what, and which of it was a dry run', async () => {
    const change = { body: { metadata: { labels: { seen: 'yes' } } }, contentType: 'application/merge-patch+json' };
    await plane.request('advisor', { method: 'PATCH', path: `${deployments}/web?dryRun=All&timeout=5s`, ...change });
    await plane.request('advisor', { method: 'PATCH', path: `${deployments}/web?timeout=5s`, ...change });
    await vi.waitFor(() => {
      const mine = plane.audit().filter((record) => record.uri.includes('timeout=5s'));
      expect(mine).toMatchObject([
        { user: 'system:serviceaccount:nemotron-advisor:advisor', verb: 'patch', dryRun: true, code: 200 },
        {
          group: 'apps',
          resource: 'deployments',
          namespace: 'default',
          name: 'web',
          dryRun: false,
          body: JSON.stringify(change.body),
        },
      ]);
    }, 10_000);
  });

  it('sees the dry run that a delete and an eviction carry in their bodies', async () => {
    const pod = kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].metadata.name}');
    const path = `/api/v1/namespaces/default/pods/${pod}`;
    const deleteOptions = { apiVersion: 'v1', kind: 'DeleteOptions', dryRun: ['All'] };
    await plane.request('advisor', { method: 'DELETE', path, body: deleteOptions });
    await plane.request('advisor', {
      method: 'POST',
      path: `${path}/eviction`,
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod }, deleteOptions },
    });
    await vi.waitFor(() => {
      const mine = plane.audit().filter((record) => record.name === pod && record.user.endsWith(':advisor'));
      expect(mine.map(({ verb, resource, subresource, dryRun }) => [verb, resource, subresource, dryRun])).toEqual([
        ['delete', 'pods', '', true],
        ['create', 'pods', 'eviction', true],
      ]);
    }, 10_000);
  });

  it('keeps its data and its port when the API server is killed and started again', async () => {
    await plane.stopApiServer();
    await expect(plane.request('admin', { method: 'GET', path: '/readyz' })).rejects.toThrow('ECONNREFUSED');
    await plane.startApiServer();
    const reply = await plane.request('advisor', { method: 'GET', path: `${deployments}/web` });
    expect(reply).toMatchObject({ status: 200, body: { metadata: { name: 'web', labels: { seen: 'yes' } } } });
  });

  it('serves the compaction that a test of expired versions needs', async () => {
    const reply = await fetch(`${plane.etcdUrl}/v3/kv/compaction`, {
      method: 'POST',
      body: JSON.stringify({ revision: '2', physical: true }),
    });
    expect(reply.status).toBe(200);
  });
});

describe('the end of a control plane', () => {
  it('leaves no process and no folder behind', async () => {
    const plane = await startControlPlane();
    const folder = dirname(dirname(plane.caFile));
    const pids =
      readFileSync(`${folder}/children.jsonl`, 'utf8')
        .match(/(?<="pid":)\d+/g)
        ?.map(Number) ?? [];
    await plane.close();
    expect(pids).toHaveLength(4);
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function aDeployment(name: string, replicas: number): unknown {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, image: 'registry.example/web:1' }] },
      },
    },
  };
}
