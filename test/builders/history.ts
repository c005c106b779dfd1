// A server with a history that was made up: the simulated Prometheus over series whose values are functions of time.
import { createServer, request as forward } from 'node:http';
import { once } from 'node:events';
import { steppedClock } from '../../src/clock.ts';
import { startPrometheusServer } from '../../src/sandbox/prometheus/prometheus-server.ts';
import { createSeriesStore, type Labels } from '../../src/sandbox/prometheus/series-store.ts';

export type MadeSeries = {
  /** `__name__` among them. */
  readonly labels: Labels;
  /** Null where a scrape did not bring it. */
  readonly at: (atMs: number) => number | null;
};

export type MadeHistory = { readonly url: string; close(): Promise<void> };

export type Span = { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

/** Serves range and instant queries over these series on a free loopback port. */
export async function aHistory(series: readonly MadeSeries[], { fromMs, toMs, stepMs }: Span): Promise<MadeHistory> {
  const store = createSeriesStore({ fullMs: 90 * 86_400_000, coarseStepMs: stepMs, keepMs: 90 * 86_400_000 });
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
    store.begin(atMs);
    for (const { labels, at } of series) {
      const value = at(atMs);
      if (value !== null) store.append(store.series(labels), value);
    }
  }
  return await startPrometheusServer(store, steppedClock(toMs));
}

/** CPU as the kubelet counts it, at `cores` of each moment, for a pod whose owner is recorded. */
export function aBusyPod(
  of: { readonly namespace: string; readonly workload: string; readonly pod: string },
  cores: (atMs: number) => number | null,
  span: Span,
): MadeSeries[] {
  const { namespace, workload, pod } = of;
  let seconds = 0;
  return [
    {
      labels: { __name__: 'container_cpu_usage_seconds_total', namespace, pod, container: 'main' },
      at: (atMs) => {
        const now = cores(atMs);
        seconds += (now ?? 0) * (span.stepMs / 1000);
        return now === null ? null : seconds;
      },
    },
    {
      labels: { __name__: 'container_memory_working_set_bytes', namespace, pod, container: 'main' },
      at: (atMs) => (cores(atMs) === null ? null : 200 * 2 ** 20),
    },
    ...(workload === ''
      ? []
      : [
          {
            labels: {
              __name__: 'namespace_workload_pod:kube_pod_owner:relabel',
              namespace,
              pod,
              workload,
              workload_type: 'deployment',
            },
            at: () => 1,
          },
        ]),
  ];
}

/** A number between -1 and 1 that depends on the time alone. */
export function wobble(atMs: number, seed: number): number {
  const mixed = Math.sin(atMs / 60_000 + seed * 997) * 43_758.5453;
  return 2 * (mixed - Math.floor(mixed)) - 1;
}

/** Answers each request with what `answer` says, and keeps the queries. */
export async function aServer(
  answer: (query: URLSearchParams, path: string) => { readonly status: number; readonly body: string },
): Promise<{ readonly url: string; readonly asked: readonly URLSearchParams[]; close(): Promise<void> }> {
  const asked: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://made');
    asked.push(url.searchParams);
    const { status, body } = answer(url.searchParams, url.pathname);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Stands before a server and refuses the requests that `refusal` answers for; the others pass. */
export async function aProxy(
  to: string,
  refusal: (query: string) => { readonly status: number; readonly body: string } | null,
): Promise<MadeHistory> {
  const server = createServer((request, response) => {
    const refused = refusal(new URL(request.url ?? '/', to).searchParams.get('query') ?? '');
    if (refused !== null) {
      response.writeHead(refused.status).end(refused.body);
      return;
    }
    request.pipe(
      forward(`${to}${request.url ?? ''}`, { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  return {
    url: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
