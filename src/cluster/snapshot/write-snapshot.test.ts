import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { aDeployment, aPod, atMs, replicaSetOf } from '../../../test/builders/view.ts';
import { steppedClock } from '../../clock.ts';
import { createCache, type ObjectCache } from '../cache.ts';
import type { Manifest } from './manifest.ts';
import { readSnapshot } from './read-snapshot.ts';
import { type SnapshotContent, writeSnapshot } from './write-snapshot.ts';

const { signal } = new AbortController();
const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

describe('writing a snapshot folder', () => {
  let folder: TestFolder;
  let cache: ObjectCache;
  beforeEach(() => {
    folder = aFolder();
    const clock = steppedClock(atMs);
    cache = createCache({ cluster: clock, wall: clock, onError: () => undefined });
    const deployment = aDeployment();
    const replicaSet = replicaSetOf(deployment);
    cache.put('Deployment', deployment);
    cache.put('ReplicaSet', replicaSet);
    cache.put('Pod', aPod({ owner: replicaSet, name: 'cart-1' }));
  });
  afterEach(() => folder.remove());

  const manifest: Manifest = {
    capturedAtMs: atMs,
    cluster: { id: 'uid-1', name: 'test', version: 'v1.37.2' },
    namespaces: null,
    complete: new Set(['Pod', 'ConfigMap']),
    logs: 'tail',
    missing: [],
  };
  const contentOf = (more: Partial<SnapshotContent> = {}): SnapshotContent => ({
    manifest,
    objects: cache.objects(),
    logs: [],
    series: [],
    ...more,
  });

  it('makes the folder when it does not exist', async () => {
    const path = join(folder.path, 'new', 'case');

    await writeSnapshot(path, contentOf());

    expect((await readSnapshot(path)).view.pods).toHaveLength(1);
  });

  it('tells an empty kind from one that was not read', async () => {
    await writeSnapshot(folder.path, contentOf());

    const { view } = await readSnapshot(folder.path);

    expect(view.configMapExists('shop', 'x')).toBe(false);
    expect(existsSync(join(folder.path, 'objects', 'service.json'))).toBe(false);
    expect(view.complete.has('Service')).toBe(false);
  });

  it('keeps logs and series where they are found again', async () => {
    const of = { namespace: 'shop', pod: 'cart-1', container: 'app', previous: true };
    const points = [{ atMs: atMs - 60_000, value: 0.5, weight: 40 }];
    await writeSnapshot(
      folder.path,
      contentOf({
        logs: [{ of, lines: ['start', 'fatal: out of cheese'] }],
        series: [
          { key: { signal: 'sli.err', of: cart }, unit: 'ratio', points },
          { key: { signal: 'sli.err', of: cart, pod: 'cart-1' }, unit: 'ratio', points },
          { key: { signal: 'node.cpu', of: { kind: 'Node', namespace: '', name: 'n1' } }, unit: 'ratio', points },
        ],
      }),
    );

    const { evidence, series } = await readSnapshot(folder.path);

    expect(await evidence.tail(of, 10, signal)).toEqual(['start', 'fatal: out of cheese']);
    expect(series).toHaveLength(3);
    expect(series).toContainEqual({ key: { signal: 'sli.err', of: cart, pod: 'cart-1' }, unit: 'ratio', points });
  });

  it('never writes outside of the folder, whatever a pod is called', async () => {
    const of = { namespace: '..', pod: '../../escape', container: '/etc/passwd', previous: false };

    await writeSnapshot(folder.path, contentOf({ logs: [{ of, lines: ['mine'] }] }));

    expect(existsSync(join(folder.path, '..', 'escape'))).toBe(false);
    expect(await (await readSnapshot(folder.path)).evidence.tail(of, 1, signal)).toEqual(['mine']);
  });

  it('is readable by its owner only', async () => {
    await writeSnapshot(folder.path, contentOf());

    expect(statSync(join(folder.path, 'snapshot.json')).mode & 0o077).toBe(0);
    expect(statSync(join(folder.path, 'objects')).mode & 0o077).toBe(0);
  });

  it('writes v1 Lists with the kind of each object, as kubectl does', async () => {
    await writeSnapshot(folder.path, contentOf());

    const text = readFileSync(join(folder.path, 'objects', 'deployment.json'), 'utf8');

    expect(JSON.parse(text)).toMatchObject({
      kind: 'List',
      apiVersion: 'v1',
      items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' } }],
    });
  });

  it('refuses a folder that holds anything', async () => {
    folder.write('letter.txt', 'dear diary');

    const answer = writeSnapshot(folder.path, contentOf());

    await expect(answer).rejects.toMatchObject({ problem: { code: 'folder-not-empty', exitCode: 2 } });
    expect(existsSync(join(folder.path, 'snapshot.json'))).toBe(false);
  });

  it('says that a folder cannot be written, with the reason of the file system', async () => {
    folder.write('file', '');

    const answer = writeSnapshot(join(folder.path, 'file', 'below'), contentOf());

    await expect(answer).rejects.toMatchObject({ problem: { code: 'folder-unwritable', exitCode: 2 } });
  });

  it('leaves no snapshot.json behind when it was interrupted', async () => {
    mkdirSync(join(folder.path, 'cut'));
    const cut: AsyncIterable<never> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('interrupted')) }),
    };

    const answer = writeSnapshot(join(folder.path, 'cut'), contentOf({ logs: cut }));

    await expect(answer).rejects.toThrow('interrupted');
    await expect(readSnapshot(join(folder.path, 'cut'))).rejects.toMatchObject({ problem: { code: 'no-snapshot' } });
  });
});
