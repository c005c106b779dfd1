// What Prometheus answers about its own alerts, and the values of an expression over a day.
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const alerts = z.object({
  data: z.object({ alerts: z.array(z.object({ labels, state: z.enum(['pending', 'firing']), activeAt: z.string() })) }),
});
const matrix = z.object({
  data: z.object({ result: z.array(z.object({ metric: labels, values: z.array(z.tuple([z.number(), z.string()])) })) }),
});
const failed = z.object({ error: z.string() });

/** Alerts that fire now, by a key of name and labels. */
export async function firingAlerts(url: string): Promise<ReadonlyMap<string, string>> {
  const answer = alerts.parse(await (await fetch(`${url}/api/v1/alerts`)).json());
  return new Map(
    answer.data.alerts
      .filter((one) => one.state === 'firing')
      .map((one) => [JSON.stringify(one.labels), one.labels['alertname'] ?? '']),
  );
}

export type Truth = { readonly labels: Readonly<Record<string, string>>; readonly timesMs: readonly number[] };

/** Times at which each series of the expression exists, on the grid of the step. */
export async function timesOf(
  url: string,
  query: string,
  { fromMs, toMs, stepMs }: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
): Promise<Truth[]> {
  const parameters = new URLSearchParams({
    query,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(stepMs / 1000),
  });
  const body: unknown = await (await fetch(`${url}/api/v1/query_range?${parameters.toString()}`)).json();
  const refused = failed.safeParse(body);
  if (refused.success) throw new Error(`${query}: ${refused.data.error}`);
  return matrix.parse(body).data.result.map(({ metric, values }) => ({
    labels: metric,
    timesMs: values.map(([seconds]) => Math.round(seconds * 1000)),
  }));
}
