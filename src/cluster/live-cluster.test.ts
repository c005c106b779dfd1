import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wallClock } from '../clock.ts';
import { Failure } from '../model/failure.ts';
import { type LiveCluster, startLiveCluster } from './live-cluster.ts';
import { createReader } from './read.ts';
import { usualTimes } from './reflector.ts';
import {
  aConfigMap,
  aLimitRange,
  aNamespace,
  aTestApi,
  startMs,
  type TestApi,
} from '../../test/builders/sandbox-api.ts';
import type { Transport } from './transport.ts';

const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
const quick = { ...usualTimes, backOff: { baseMs: 4, longestMs: 20 } };

describe('a live cluster', () => {
  let test: TestApi;
  let clusters: LiveCluster[];
  let errors: unknown[];
  beforeEach(async () => {
    test = await aTestApi();
    clusters = [];
    errors = [];
  });
  afterEach(async () => {
    for (const one of clusters) await one.close();
    await test.close();
  });

  function watch(transport: Transport = test.transport, namespaces: readonly string[] = []): LiveCluster {
    const live = startLiveCluster({
      transport,
      reader: createReader(transport),
      wall: wallClock(false),
      cluster: test.cluster,
      random: () => 0.5,
      namespaces,
      times: quick,
      onError: (error) => errors.push(error),
      signal: new AbortController().signal,
    });
    clusters.push(live);
    return live;
  }

  async function newest(live: LiveCluster): Promise<void> {
    test.api.bookmark();
    await live.caughtUpWith(String(test.api.version()));
  }

  it('is empty and complete in nothing before it is ready', () => {
    const live = watch();

    expect(live.view().complete.size).toBe(0);
    expect(live.capabilities()).toBeNull();
  });

  it('reads every kind and says whose cluster it is and what time it is there', async () => {
    const live = watch();
    await live.ready;
    test.cluster.advance(60_000);

    const view = live.view();

    expect(view.complete.size).toBe(17);
    expect(view.clusterId).toBe('uid-of-kube-system');
    expect(view.asOfMs).toBe(startMs + 60_000);
    expect(live.missing()).toEqual([]);
    expect(live.freshness()).toMatchObject({ broken: [] });
    expect(live.freshness().cacheLagMs).toBeLessThan(5_000);
  });

  it('has seen everything once it caught up with the newest version', async () => {
    const live = watch();
    await live.ready;
    await test.create('Namespace', aNamespace('shop'));
    await test.create('ConfigMap', aConfigMap('prices', 'shop'));

    await newest(live);

    expect(live.view().configMapExists('shop', 'prices')).toBe(true);
    expect(live.view().configMapExists('shop', 'absent')).toBe(false);
  });

  it('tells which kinds changed before it says that it caught up', async () => {
    const live = watch();
    await live.ready;
    await newest(live);
    const told: string[][] = [];
    live.onChange((kinds) => told.push([...kinds].toSorted()));
    await test.create('LimitRange', aLimitRange('one'));
    await test.create('LimitRange', aLimitRange('two'));

    await newest(live);

    expect(told.flat()).toContain('LimitRange');
  });

  it('builds the picture once while nothing changes', async () => {
    const live = watch();
    await live.ready;
    await newest(live);

    const first = live.view();
    test.cluster.advance(1_000);
    const second = live.view();

    expect(second.pods).toBe(first.pods);
    expect(second.asOfMs - first.asOfMs).toBe(1_000);
  });

  it('never shows a change in a picture that was handed out', async () => {
    const live = watch();
    await live.ready;
    const before = live.view();
    await test.create('ConfigMap', aConfigMap('later'));

    await newest(live);

    expect(before.configMapExists('default', 'later')).toBe(false);
    expect(live.view().configMapExists('default', 'later')).toBe(true);
  });

  it('never keeps the data of a ConfigMap', async () => {
    const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"hunter2"}}' };
    const object = aConfigMap('with-data');
    await test.create('ConfigMap', { ...object, metadata: { ...object.metadata, annotations: applied } });
    const live = watch();
    await live.ready;

    const kept = live.objects().ConfigMap.get('default/with-data');

    expect(JSON.stringify(kept)).not.toMatch(/hunter2|value/);
  });

  it('never asks for a Secret', async () => {
    await watch().ready;

    expect(test.api.audit.filter((one) => one.resource === 'secrets')).toEqual([]);
    expect(test.api.audit.every((one) => ['list', 'get', 'watch'].includes(one.verb))).toBe(true);
  });

  it('works without what is forbidden, and says what that costs', async () => {
    const readsPods = { apiGroups: ['', 'apps'], resources: ['pods', 'namespaces', 'deployments'], verbs: ['*'] };
    const live = watch(await test.transportOf('narrow', [readsPods]));

    await live.ready;

    expect([...live.view().complete].toSorted()).toEqual(['Deployment', 'Namespace', 'Pod']);
    expect(live.view().configMapExists('default', 'x')).toBeNull();
    expect(live.missing()).toContainEqual({
      capability: 'watch events',
      kind: 'Event',
      verb: 'watch',
      resource: 'events',
      namespace: '',
      reason: 'no right to watch events',
      cost: 'causes that only events tell are less certain',
    });
    expect(live.freshness().broken).toEqual([]);
  });

  it('reads the named namespaces when it may not list everywhere', async () => {
    await test.create('Namespace', aNamespace('shop'));
    await test.create('ConfigMap', aConfigMap('ours', 'shop'));
    await test.create('ConfigMap', aConfigMap('theirs', 'default'));
    const live = watch(await test.transportOf('tenant', [{ ...everything, namespaces: ['shop'] }]), ['shop', 'shop']);

    await live.ready;

    expect(live.scope()).toEqual(['shop']);
    expect(live.view().configMapNames('shop')).toContain('ours');
    expect(live.view().configMapNames('default')).toEqual([]);
    expect(live.view().clusterId).toMatch(/^server-[0-9a-f]{16}$/);
    expect(live.missing().map((one) => `${one.kind} ${one.namespace}`)).toEqual([
      'Namespace kube-system',
      'Namespace ',
      'Node ',
    ]);
  });

  it('reads everything although namespaces were named, where it may', async () => {
    const live = watch(test.transport, ['default']);

    await live.ready;

    expect(live.scope()).toBeNull();
  });

  it('fails with what is missing when nothing may be read', async () => {
    const live = watch(await test.transportOf('nobody', []));

    const failure = await live.ready.catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ problem: { code: 'forbidden', exitCode: 5 } });
  });

  it('fails with the words for an unreachable cluster when nobody answers', async () => {
    const { transport } = test;
    await test.api.close();
    const live = watch(transport);

    const failure = await live.ready.catch((error: unknown) => error);

    expect(failure).toMatchObject({ problem: { code: 'cluster-unreachable', exitCode: 4 } });
    expect(errors).toEqual([]);
  });

  it('stops waiting for a version when the waiter gives up', async () => {
    const live = watch();
    await live.ready;

    const waiting = live.caughtUpWith('99999999', AbortSignal.abort(new Error('enough')));

    await expect(waiting).rejects.toThrow('enough');
  });
});
