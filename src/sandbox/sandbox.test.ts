import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../test/builders/folder.ts';
import { wallClock } from '../clock.ts';
import { connect, type Connection } from '../cluster/connection.ts';
import { createTransport, type ApiRequest, type Transport } from '../cluster/transport.ts';
import { advisorUser, startSandbox, type Sandbox } from './sandbox.ts';

const limits = { atOnce: 64, perSecond: 10_000, burst: 10_000 };

describe('the embedded cluster', () => {
  let sandbox: Sandbox;
  let folder: TestFolder;
  let connections: Connection[];
  let advisor: Transport;
  let person: Transport;

  beforeAll(async () => {
    sandbox = await startSandbox();
    folder = aFolder();
    connections = [];
    const transportOf = async (who: 'advisor' | 'person'): Promise<Transport> => {
      const kubeconfig = join(folder.path, `${who}.yaml`);
      writeFileSync(kubeconfig, sandbox.kubeconfigs[who]);
      const connection = await connect({ kubeconfig, kubeconfigPinned: true });
      connections.push(connection);
      return createTransport(connection, wallClock(false), limits);
    };
    advisor = await transportOf('advisor');
    person = await transportOf('person');
  }, 60_000);

  afterAll(async () => {
    for (const one of connections) await one.close();
    await sandbox.close();
    folder.remove();
  });

  const deployment = '/apis/apps/v1/namespaces/shop/deployments/cart';
  const patch = (path: string): ApiRequest => ({
    method: 'PATCH',
    path,
    query: { dryRun: 'All' },
    contentType: 'application/merge-patch+json',
    body: '{"metadata":{"annotations":{"a":"b"}}}',
  });

  it('answers as Kubernetes 1.37', async () => {
    const { json } = await advisor.request({ method: 'GET', path: '/version' });
    expect(json).toMatchObject({ major: '1', minor: '37' });
  });

  it('gives each reader a kubeconfig of its own, to the same server', () => {
    expect(connections.map((one) => new URL(one.server).origin)).toEqual([
      sandbox.api.server.url,
      sandbox.api.server.url,
    ]);
    expect(sandbox.kubeconfigs.advisor).toContain(sandbox.advisor.token);
    expect(sandbox.kubeconfigs.person).not.toContain(sandbox.advisor.token);
  });

  it('runs a world: pods that are ready, with logs behind them', async () => {
    expect([...sandbox.physics.processes()].length).toBeGreaterThan(10);
    const list = await advisor.request({ method: 'GET', path: '/api/v1/namespaces/shop/pods', query: { limit: '1' } });
    expect(list.json).toMatchObject({ items: [{ status: { phase: 'Running' } }] });
  });

  it('has eight days of metrics behind it', () => {
    expect((sandbox.clock.now() - sandbox.store.timeAt(0)) / 86_400_000).toBeCloseTo(8, 1);
  });

  it('counts on with each change', async () => {
    const before = Number(sandbox.version());
    await sandbox.advance(60_000);
    expect(Number(sandbox.version())).toBeGreaterThan(before);
  });

  it.each([
    ['read pods', { method: 'GET', path: '/api/v1/pods' }],
    ['patch a Deployment', patch(deployment)],
    [
      'keep its own Lease',
      { method: 'GET', path: '/apis/coordination.k8s.io/v1/namespaces/nemotron-advisor/leases/nemotron-advisor' },
    ],
  ] satisfies [string, ApiRequest][])('lets the advisor %s', async (_what, request) => {
    expect((await advisor.request(request)).status).not.toBe(403);
  });

  it.each([
    ['read Secrets', { method: 'GET', path: '/api/v1/namespaces/shop/secrets' }],
    ['delete a Deployment', { method: 'DELETE', path: deployment }],
    ['delete a namespace', { method: 'DELETE', path: '/api/v1/namespaces/shop' }],
    ['change a ConfigMap of others', patch('/api/v1/namespaces/shop/configmaps/settings')],
    ['change a Lease of others', patch('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler')],
    ['create a Deployment', { method: 'POST', path: '/apis/apps/v1/namespaces/shop/deployments', body: '{}' }],
  ] satisfies [string, ApiRequest][])('does not let the advisor %s', async (_what, request) => {
    const { status, text } = await advisor.request(request);
    expect(text).toContain(`User \\"${advisorUser}\\" cannot`);
    expect(status).toBe(403);
  });

  it('lets a person do what the advisor may not', async () => {
    const request: ApiRequest = { method: 'DELETE', path: deployment, query: { dryRun: 'All' } };
    expect((await person.request(request)).status).toBe(200);
  });

  it('writes into its audit log who asked for what', async () => {
    await advisor.request(patch(deployment));
    expect(sandbox.api.server.audit.at(-1)).toMatchObject({
      user: advisorUser,
      verb: 'patch',
      resource: 'deployments',
      dryRun: true,
    });
  });
});
