import { beforeEach, describe, expect, it } from 'vitest';
import { aDeployment, aPod, atMs, replicaSetOf } from '../../test/builders/view.ts';
import { steppedClock, type SteppedClock } from '../clock.ts';
import type { MetadataOnly } from '../model/kube.ts';
import { createCache, type ObjectCache } from './cache.ts';
import { createKindTable } from './kind-table.ts';

const map = (name: string, namespace = 'shop', resourceVersion = '1'): MetadataOnly => ({
  metadata: { name, namespace, uid: `uid-${name}`, resourceVersion },
});

describe('the cache', () => {
  let wall: SteppedClock;
  let cache: ObjectCache;
  let told: string[][];
  let errors: unknown[];
  beforeEach(() => {
    wall = steppedClock(atMs);
    told = [];
    errors = [];
    cache = createCache({ cluster: wall, wall, onError: (error) => errors.push(error) });
    cache.onChange((kinds) => told.push([...kinds]));
  });

  it('tells a burst of changes once', () => {
    cache.put('ConfigMap', map('a'));
    cache.put('ConfigMap', map('b'));
    cache.remove('ConfigMap', 'shop', 'a');
    cache.put('Namespace', { metadata: { name: 'shop' } });
    expect(told).toEqual([]);

    wall.advance(25);

    expect(told).toEqual([['ConfigMap', 'Namespace']]);
  });

  it('tells nothing when nothing changed', () => {
    cache.remove('Pod', 'shop', 'never-was');
    cache.replace('Pod', '', []);
    cache.setComplete(new Set());

    wall.advance(1_000);

    expect(told).toEqual([]);
    expect(wall.pending()).toBe(0);
  });

  it('tells nothing for a full state that is as it was', () => {
    cache.replace('ConfigMap', '', [map('a'), map('b')]);
    cache.flush();

    cache.replace('ConfigMap', '', [map('a'), map('b')]);
    cache.flush();

    expect(told).toHaveLength(1);
  });

  it('goes on telling others when a listener throws', () => {
    const fault = new Error('a listener');
    const heard: unknown[] = [];
    cache.onChange(() => {
      throw fault;
    });
    cache.onChange((kinds) => heard.push(kinds.size));
    cache.put('ConfigMap', map('a'));

    cache.flush();

    expect(errors).toEqual([fault]);
    expect(heard).toEqual([1]);
  });

  it('tells a listener nothing any more once it ended', () => {
    const heard: unknown[] = [];
    const end = cache.onChange((kinds) => heard.push(kinds));
    end();
    cache.put('ConfigMap', map('a'));

    cache.flush();

    expect(heard).toEqual([]);
  });

  it('builds no picture without a change, and one after each', () => {
    const deployment = aDeployment();
    cache.put('Deployment', deployment);
    const first = cache.view();
    wall.advance(500);

    const again = cache.view();
    cache.put('Pod', aPod({ owner: replicaSetOf(deployment), name: 'cart-1' }));
    const later = cache.view();

    expect(again.workloads).toBe(first.workloads);
    expect(again.asOfMs).toBe(first.asOfMs + 500);
    expect(later.workloads).not.toBe(first.workloads);
    expect(first.pod('shop', 'cart-1')).toBeUndefined();
  });

  it('builds the picture again when what is complete changes', () => {
    const before = cache.view();
    cache.setComplete(new Set(['ConfigMap']));

    expect(before.configMapExists('shop', 'a')).toBeNull();
    expect(cache.view().configMapExists('shop', 'a')).toBe(false);
    cache.flush();
    expect(told).toEqual([['ConfigMap']]);
  });

  it('leaves no timer behind', () => {
    cache.put('ConfigMap', map('a'));

    cache.close();

    expect(wall.pending()).toBe(0);
  });
});

describe('the table of a kind', () => {
  it('drops what a full state no longer holds, in that namespace only', () => {
    const table = createKindTable<MetadataOnly>();
    table.replace('', [map('a'), map('b'), map('a', 'shop-2')]);

    const differs = table.replace('shop', [map('b')]);

    expect(differs).toBe(true);
    expect([...table.shown().keys()]).toEqual(['shop/b', 'shop-2/a']);
  });

  it('takes an object of the same name and another UID for another object', () => {
    const table = createKindTable<MetadataOnly>();
    table.put(map('a'));
    const reborn = { metadata: { ...map('a').metadata, uid: 'another' } };

    expect(table.replace('', [reborn])).toBe(true);
    expect(table.shown().get('shop/a')).toBe(reborn);
  });

  it('takes objects without version as changed', () => {
    const table = createKindTable<MetadataOnly>();
    table.put({ metadata: { name: 'a' } });

    expect(table.replace('', [{ metadata: { name: 'a' } }])).toBe(true);
  });

  it('makes no copy while nothing changes', () => {
    const table = createKindTable<MetadataOnly>();
    table.put(map('a'));

    expect(table.shown()).toBe(table.shown());
    expect(table.remove('shop', 'none')).toBe(false);
  });
});
