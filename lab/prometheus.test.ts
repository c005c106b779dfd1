import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type LabPrometheus, startPrometheus } from './prometheus.ts';

const hourMs = 3_600_000;
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

describe('Prometheus with a past', () => {
  const nowMs = Date.now();
  let endpoint: Server;
  let address: string;
  let prometheus: LabPrometheus;

  beforeAll(async () => {
    endpoint = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end('# TYPE room_temperature gauge\nroom_temperature{room="kitchen"} 21\n');
    });
    endpoint.listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const bound = endpoint.address();
    address = `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
    prometheus = await startPrometheus({
      jobs: [{ name: 'rooms', path: '/metrics', targets: [{ address, labels: { node: 'a' } }] }],
      history: pastOf(nowMs),
    });
  });
  afterAll(async () => {
    await prometheus.close();
    endpoint.close();
  });

  async function query(path: string, params: Record<string, string>) {
    const reply = await fetch(`${prometheus.url}/api/v1/${path}?${new URLSearchParams(params).toString()}`);
    return answer.parse(await reply.json()).data.result;
  }

  it('serves eight days of history from blocks', async () => {
    const result = await query('query_range', {
      query: 'sum by (room) (increase(doors_opened_total[30m]))',
      start: String((nowMs - 8 * 24 * hourMs + hourMs) / 1000),
      end: String((nowMs - hourMs) / 1000),
      step: '3600',
    });
    expect(result).toHaveLength(1);
    expect(result[0]?.values).toHaveLength(8 * 24 - 1);
    expect(result[0]?.values?.every(([, value]) => Math.abs(Number(value) - 30) < 0.001)).toBe(true);
  });

  it('scrapes its targets with the labels of the target', async () => {
    await vi.waitFor(async () => {
      expect((await query('query', { query: 'room_temperature{node="a"}' }))[0]).toMatchObject({
        metric: { job: 'rooms', room: 'kitchen', node: 'a' },
      });
    }, 20_000);
  });

  it('takes over other targets while it runs', async () => {
    prometheus.setTargets('rooms', [{ address, labels: { node: 'b', __metrics_path__: '/other' } }]);
    await vi.waitFor(async () => {
      const seen = await query('query', { query: 'up' });
      expect(seen.map(({ metric }) => metric['node'])).toEqual(['b']);
    }, 20_000);
  });

  it('answers again after an outage, with what it knew before', async () => {
    await prometheus.stop();
    await expect(fetch(`${prometheus.url}/-/ready`)).rejects.toThrow('fetch failed');
    await prometheus.start();
    const past = await query('query', { query: 'doors_opened_total', time: String((nowMs - 24 * hourMs) / 1000) });
    expect(past).toHaveLength(1);
    const before = await query('query', { query: 'count_over_time(room_temperature{node="a"}[5m])' });
    expect(before).toHaveLength(1);
  });
});

it('says what promtool said about a past that is no OpenMetrics', async () => {
  await expect(startPrometheus({ jobs: [], history: ['not a metric\n'] })).rejects.toMatchObject({
    problem: { code: 'lab-history-refused' },
  });
});

/** One door that opens once a minute, over eight days at one sample a minute. */
function* pastOf(nowMs: number): Generator<string> {
  yield '# TYPE doors_opened counter\n';
  const minutes = 8 * 24 * 60;
  for (let minute = 0; minute < minutes; minute += 1)
    yield `doors_opened_total{room="hall"} ${minute} ${(nowMs - (minutes - minute) * 60_000) / 1000}\n`;
  yield '# EOF\n';
}
