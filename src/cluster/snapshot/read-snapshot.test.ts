import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { readSnapshot } from './read-snapshot.ts';

const { signal } = new AbortController();
const manifest = JSON.stringify({
  capturedAt: '2026-06-09T14:00:00Z',
  cluster: { id: 'uid-1' },
  complete: ['Pod', 'Event', 'ConfigMap'],
});
const owned = (kind: string, name: string, owner: string): string =>
  JSON.stringify({
    kind,
    metadata: { name, namespace: 'shop', ownerReferences: [{ kind: owner, name: 'cart', controller: true }] },
  });

describe('reading a snapshot folder', () => {
  const folders: TestFolder[] = [];
  afterEach(() => {
    for (const one of folders.splice(0)) one.remove();
  });
  function folder(files: Readonly<Record<string, string>>): string {
    const made = aFolder({ 'snapshot.json': manifest, ...files });
    folders.push(made);
    return made.path;
  }

  it('takes JSON and YAML whatever the files are called', async () => {
    const path = folder({
      'objects/a.yaml':
        'kind: Pod\nmetadata: {name: one, namespace: shop}\n---\nkind: Pod\nmetadata: {name: two, namespace: shop}',
      'objects/b.yml': 'kind: List\nitems: [{kind: Service, metadata: {name: cart, namespace: shop}}]',
      'objects/c.json': owned('Pod', 'three', 'StatefulSet'),
    });

    const { view, warnings } = await readSnapshot(path);

    expect(view.pods.map((one) => one.metadata.name)).toEqual(['one', 'two', 'three']);
    expect(view.services).toHaveLength(1);
    expect(warnings.map((one) => one.file)).toEqual(['snapshot.json', 'snapshot.json']);
  });

  it('has the time when it was taken for its now', async () => {
    const { view } = await readSnapshot(folder({}));

    expect(view.asOfMs).toBe(Date.UTC(2026, 5, 9, 14, 0));
    expect(view.clusterId).toBe('uid-1');
  });

  it('never takes a kind without a file for "none"', async () => {
    const { view, warnings } = await readSnapshot(folder({ 'objects/pods.json': '{"kind":"List","items":[]}' }));

    expect([...view.complete]).toEqual(['Pod']);
    expect(view.configMapExists('shop', 'cart-config')).toBeNull();
    expect(warnings).toContainEqual({
      file: 'snapshot.json',
      reason: 'it calls ConfigMap complete, but no file holds any',
    });
  });

  it('never takes a kind for complete that snapshot.json does not call so', async () => {
    const { view } = await readSnapshot(folder({ 'objects/service.json': '{"kind":"ServiceList","items":[]}' }));

    expect(view.complete.has('Service')).toBe(false);
  });

  it('never takes a kind for complete of which something cannot be read', async () => {
    const { view, warnings } = await readSnapshot(
      folder({ 'objects/pod.json': '{"kind":"PodList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":7}}]}' }),
    );

    expect(view.pods).toHaveLength(1);
    expect(view.complete.has('Pod')).toBe(false);
    expect(warnings).toContainEqual({
      file: 'objects/pod.json',
      reason: '1 objects lack a name or hold fields of a wrong type',
    });
  });

  it('takes objects without status and UID, and names in any script', async () => {
    const path = folder({ 'objects/장바구니.yaml': 'kind: Deployment\nmetadata: {name: 장바구니, namespace: 상점}' });

    const { view } = await readSnapshot(path);

    expect(view.workloads).toMatchObject([{ ref: { namespace: '상점', name: '장바구니' }, uid: '', replicas: 1 }]);
  });

  it('names each file that it cannot read, with the reason', async () => {
    const path = folder({
      'objects/broken.json': '{"kind":',
      'objects/login.yaml': '<html><body>sign in</body></html>',
      'objects/notes.txt': 'hello',
      'objects/secrets.yaml': 'kind: Secret\nmetadata: {name: s}\n---\nkind: Secret\nmetadata: {name: t}',
      'extra/systemctl/n1/kubelet.txt': 'active',
      'metrics/shop/gizmo/x/cpu.usage.csv': '',
      'metrics/shop/deployment/cart/mood.csv': '',
    });

    const { warnings } = await readSnapshot(path);

    expect(warnings.filter((one) => one.file !== 'snapshot.json')).toEqual([
      { file: 'objects/broken.json', reason: 'it is not JSON, or breaks off' },
      { file: 'objects/login.yaml', reason: 'it is HTML: a proxy or sign-in page was saved in its place' },
      { file: 'objects/notes.txt', reason: 'only .json and .yaml files are read' },
      { file: 'objects/secrets.yaml', reason: 'Secrets are never read (2 times)' },
      { file: 'extra/', reason: 'it is not read' },
      { file: 'metrics/shop/deployment/cart/mood.csv', reason: 'it names no signal of the catalogue' },
      { file: 'metrics/shop/gizmo/x/cpu.usage.csv', reason: 'gizmo is no kind that has series' },
    ]);
  });

  it('does not follow a link out of the folder', async () => {
    const outside = aFolder({ 'private.log': 'a private line\n', 'pods.json': owned('Pod', 'x', 'Job') });
    folders.push(outside);
    const path = folder({ 'logs/shop/cart-1/other.log': '', 'objects/none.json': '{}' });
    symlinkSync(join(outside.path, 'private.log'), join(path, 'logs/shop/cart-1/app.log'));
    symlinkSync(join(outside.path, 'pods.json'), join(path, 'objects/pods.json'));

    const { evidence, view } = await readSnapshot(path);
    const of = { namespace: 'shop', pod: 'cart-1', container: 'app', previous: false };

    expect(await evidence.tail(of, 10, signal)).toBeNull();
    expect(view.pods).toEqual([]);
  });

  it('answers with the newest lines of a log, and null where there is none', async () => {
    const { evidence } = await readSnapshot(
      folder({ 'logs/shop/cart-1/app.previous.log': 'one\ntwo\nthree\n', 'logs/shop/cart-1/app.log': '' }),
    );
    const of = { namespace: 'shop', pod: 'cart-1', container: 'app' };

    expect(await evidence.tail({ ...of, previous: true }, 2, signal)).toEqual(['two', 'three']);
    expect(await evidence.tail({ ...of, previous: false }, 2, signal)).toEqual([]);
    expect(await evidence.tail({ ...of, pod: '../../..', previous: false }, 2, signal)).toBeNull();
  });

  it('says that a target is not in the folder', async () => {
    const { evidence } = await readSnapshot(folder({}));

    expect(await evidence.live({ kind: 'Deployment', namespace: 'shop', name: 'cart' }, signal)).toBeNull();
  });

  it('gives a pod series to the workload that owns the pod', async () => {
    const { series } = await readSnapshot(
      folder({
        'objects/pod.json': owned('Pod', 'cart-0', 'StatefulSet'),
        'metrics/shop/pod/cart-0/memory.working_set.csv': '# unit: bytes\ntimestamp,value\n2026-06-09T13:59:00Z,1024\n',
      }),
    );

    expect(series).toEqual([
      {
        key: {
          signal: 'memory.working_set',
          of: { kind: 'StatefulSet', namespace: 'shop', name: 'cart' },
          pod: 'cart-0',
        },
        unit: 'bytes',
        points: [{ atMs: Date.UTC(2026, 5, 9, 13, 59), value: 1024 }],
      },
    ]);
  });

  it('refuses a folder without snapshot.json, and one that does not exist', async () => {
    const bare = aFolder({ 'objects/pods.json': '{"kind":"List","items":[]}' });
    folders.push(bare);

    await expect(readSnapshot(bare.path)).rejects.toMatchObject({ problem: { code: 'no-snapshot', exitCode: 2 } });
    await expect(readSnapshot(join(bare.path, 'none'))).rejects.toMatchObject({ problem: { code: 'no-snapshot' } });
  });
});
