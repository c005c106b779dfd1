// Kubelets and pods over real HTTP on loopback, without Prometheus.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aNode, aView } from '../../../test/builders/view.ts';
import { wallClock } from '../../clock.ts';
import { createKubeletSource } from './kubelet.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import type { Answer, MetricsSource, Row } from './metrics-source.ts';

const never = new AbortController().signal;
const secondMs = 1_000;
const view = aView({ Node: [aNode()] });
const named = (id: string): Measure => {
  const found = (measures as readonly Measure[]).find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

describe('kubelets', () => {
  let server: Server;
  let pages: Record<string, string>;
  let source: MetricsSource;
  let asked: string[];
  beforeEach(async () => {
    pages = { '/metrics/resource': '', '/metrics/cadvisor': '' };
    asked = [];
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const text = pages[path];
      response.writeHead(text === undefined ? 404 : 200);
      response.end(text ?? 'not found');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const url = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
    source = createKubeletSource({ wall: wallClock(false), readMs: 15 * secondMs, addressOf: () => url });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const read = async (id: string, atMs = 0): Promise<Answer<Row> | undefined> => {
    const answers = await source.read([named(id)], { view, atMs, windowMs: 60_000, signal: never });
    return answers.get(id);
  };
  const valuesOf = (answer: Answer<Row> | undefined): number[] =>
    answer !== undefined && 'rows' in answer ? answer.rows.map((one) => one.value) : [];

  it('tell how full each claim is, on the page of the kubelet itself', async () => {
    pages['/metrics'] = [
      'kubelet_volume_stats_used_bytes{namespace="shop",persistentvolumeclaim="data"} 30',
      'kubelet_volume_stats_used_bytes{namespace="shop",persistentvolumeclaim="logs"} 10',
      'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="logs"} 0',
      'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data"} 40',
      '',
    ].join('\n');
    expect(await read('volume bytes')).toMatchObject({
      rows: [{ labels: { namespace: 'shop', claim: 'data', pod: '' }, value: 0.75 }],
    });
    expect(asked).toEqual(['/metrics']);
  });

  it('have nothing to tell of claims where that page is not there', async () => {
    expect(await read('volume bytes')).toEqual({ rows: [] });
  });

  it('tell how full the disk of their node is, by what is used and by what is free', async () => {
    pages['/metrics/cadvisor'] = [
      'container_fs_usage_bytes{device="/dev/sda1",id="/"} 20',
      'container_fs_limit_bytes{device="/dev/sda1",id="/"} 80',
      'container_fs_usage_bytes{device="/dev/sda1",id="/kubepods/pod1"} 79',
      'container_fs_limit_bytes{device="/dev/sda1",id="/kubepods/pod1"} 80',
      'container_fs_inodes_free{device="/dev/sda1",id="/"} 10',
      'container_fs_inodes_total{device="/dev/sda1",id="/"} 100',
      '',
    ].join('\n');
    expect(await read('node disk, cadvisor')).toMatchObject({ rows: [{ labels: { node: 'node-1' }, value: 0.25 }] });
    expect(valuesOf(await read('node inodes, cadvisor'))).toEqual([0.9]);
  });

  it('add both directions, and give a rate from the second read on', async () => {
    const page = (packets: number): string =>
      `container_network_receive_packets_total{namespace="shop",pod="cart-1",interface="eth0"} ${packets}\ncontainer_network_transmit_packets_total{namespace="shop",pod="cart-1",interface="eth0"} ${2 * packets}\n`;
    pages['/metrics/cadvisor'] = page(100);
    expect(await read('packets')).toEqual({ rows: [], isWarming: true });
    pages['/metrics/cadvisor'] = page(250);
    expect(valuesOf(await read('packets', 15 * secondMs))).toEqual([30]);
  });

  it('do not count the sum of a pod or its pause container as a container', async () => {
    pages['/metrics/resource'] = ['', 'POD', 'app']
      .map(
        (container) => `container_memory_working_set_bytes{container="${container}",namespace="shop",pod="cart-1"} 5\n`,
      )
      .join('');
    expect(await read('memory')).toMatchObject({ rows: [{ labels: { container: 'app' }, value: 5 }] });
  });

  it('are not asked for what only Prometheus has', async () => {
    expect(await read('tracked connections')).toEqual({ rows: [] });
    const own: Measure = { ...named('queue, controllers'), id: 'custom.x', gives: 'custom.x', query: 'x' };
    const answers = await source.read([own], { view, atMs: 0, windowMs: 60_000, signal: never });
    expect(answers.get('custom.x')).toEqual({ unreadable: 'only Prometheus has it' });
    expect(asked).toEqual([]);
  });

  it('say which page of which node does not answer', async () => {
    delete pages['/metrics/cadvisor'];
    expect(await read('packets')).toEqual({ unreadable: 'node node-1: it answers 404' });
  });
});
