import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KubeObject, ResourceRef } from '../src/sandbox/cluster-port.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { createHttpPort, type HttpPort } from './http-port.ts';

const configMaps: ResourceRef = { group: '', version: 'v1', plural: 'configmaps' };
const deployments: ResourceRef = { group: 'apps', version: 'v1', plural: 'deployments' };

function aConfigMap(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { set: 'ours' } }, data: { key: '1' } };
}

describe('the cluster port over HTTPS', () => {
  let plane: ControlPlane;
  let port: HttpPort;
  beforeAll(async () => {
    plane = await startControlPlane();
    port = createHttpPort({
      url: plane.url,
      caFile: plane.caFile,
      token: plane.tokenOf('admin'),
      manager: 'kubectl-edit',
    });
  });
  afterAll(async () => {
    await port.close();
    await plane.close();
  });

  it('creates, patches and deletes under the name of its manager', async () => {
    const made = await port.create(configMaps, 'default', aConfigMap('one'));
    const changed = await port.patch(configMaps, 'default', 'one', 'merge', { data: { key: '2' } });
    expect(made.metadata.uid).toBe(changed?.metadata.uid);
    expect(changed).toMatchObject({
      data: { key: '2' },
      metadata: { managedFields: [{ manager: 'kubectl-edit' }] },
    });
    await port.delete(configMaps, 'default', 'one', made.metadata.uid === undefined ? {} : { uid: made.metadata.uid });
    expect(await port.get(configMaps, 'default', 'one')).toBeNull();
  });

  it('gives members of a list their kind and version', async () => {
    await port.create(configMaps, 'default', aConfigMap('listed'));
    const found = await port.list(configMaps, { namespace: 'default', labelSelector: 'set=ours' });
    expect(found).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' } }]);
    await port.delete(configMaps, 'default', 'listed');
  });

  it('answers null for a patch of what does not exist and the reason of any other refusal', async () => {
    expect(await port.patch(deployments, 'default', 'absent', 'strategic', {})).toBeNull();
    await port.create(configMaps, 'default', aConfigMap('twice'));
    await expect(port.create(configMaps, 'default', aConfigMap('twice'))).rejects.toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    });
    await port.delete(configMaps, 'default', 'twice');
  });

  it('goes on watching after an outage and reports what went in between', async () => {
    const seen: string[] = [];
    const names = new Set(['stays', 'goes', 'comes']);
    const end = await port.watch(configMaps, ({ type, object }) => {
      if (names.has(object.metadata.name)) seen.push(`${type} ${object.metadata.name}`);
    });
    await port.create(configMaps, 'default', aConfigMap('stays'));
    await port.create(configMaps, 'default', aConfigMap('goes'));
    await vi.waitFor(() => expect(seen).toEqual(['ADDED stays', 'ADDED goes']), 10_000);
    await plane.stopApiServer();
    const key = Buffer.from('/registry/configmaps/default/goes').toString('base64');
    const gone = await fetch(`${plane.etcdUrl}/v3/kv/deleterange`, { method: 'POST', body: JSON.stringify({ key }) });
    expect(gone.ok).toBe(true);
    await plane.startApiServer();
    await port.create(configMaps, 'default', aConfigMap('comes'));
    await vi.waitFor(() => expect(seen).toEqual(['ADDED stays', 'ADDED goes', 'DELETED goes', 'ADDED comes']), 20_000);
    end();
  });
});
