// Reads the configured Prometheus once, with the queries of the product, and says how many series answer, by which names, and for what there are none.
import { labelPlan, type Measure } from '../../agents/metrics/measure.ts';
import { measures } from '../../agents/metrics/measures.ts';
import { createPrometheusClient } from '../../agents/metrics/prometheus-client.ts';
import { prometheusConnection, type PrometheusKeys } from '../../agents/metrics/prometheus-connection.ts';
import { liveQuery } from '../../agents/metrics/promql.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config/config.ts';
import { paceOf, paceScales } from '../../model/pace.ts';
import type { DoctorItem } from './item.ts';

const timeoutMs = 10_000;
const costs = 'usage, latency and errors are not seen; guards of a repair cannot be watched';

export async function prometheusItem(
  config: PrometheusKeys & Pick<Config, 'pace'>,
  wall: Clock,
  signal: AbortSignal,
): Promise<DoctorItem> {
  const item = { id: 'prometheus', capability: 'Prometheus', required: true, costs: null, fix: null };
  const connection = prometheusConnection(config);
  if (connection === null)
    return {
      ...item,
      required: false,
      state: 'off',
      found: 'PROMETHEUS_URL is not set; the kubelets are read instead',
    };
  const client = createPrometheusClient({ ...connection, wall, timeoutMs });
  const windowMs = paceOf(paceScales[config.pace]).rateWindowMs;
  let series = 0;
  const serving: Measure[] = [];
  for (const plain of measures) {
    const measure: Measure = connection.selector === undefined ? plain : { ...plain, everywhere: connection.selector };
    const decoded = await client.instant(liveQuery(measure, windowMs), null, labelPlan(measure), signal);
    if ('refused' in decoded) {
      const fix = 'check PROMETHEUS_URL, PROMETHEUS_TOKEN and PROMETHEUS_TENANT';
      return { ...item, state: 'failed', found: decoded.refused, costs, fix };
    }
    series += decoded.rows.length;
    if (decoded.rows.length > 0) serving.push(measure);
  }
  if (series === 0)
    return {
      ...item,
      state: 'missing',
      found: 'it answers and holds no series that the advisor reads',
      costs,
      fix: 'scrape kubelets and pods with it',
    };
  const seen = new Set(serving.map((one) => one.gives));
  const lost = new Set(measures.filter((one) => !seen.has(one.gives)).map((one) => one.capability));
  const parts = [
    `${series.toLocaleString('en')} series by ${measures.length} queries`,
    ...namesOf('requests', serving),
    ...(lost.size === 0 ? [] : [`none for ${[...lost].join(', ')}`]),
  ];
  return { ...item, state: 'ok', found: parts.join('; ') };
}

/** By which names requests are counted; a workload that has several counts by the first. */
function namesOf(gives: string, serving: readonly Measure[]): string[] {
  const names = serving.filter((one) => one.gives === gives).map((one) => one.metric);
  return names.length === 0 ? [] : [`${gives} by ${names.join(', ')}`];
}
