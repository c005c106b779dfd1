// Reads the configured Prometheus once, with the queries of the product, and says how many of them it answers.
import { measures } from '../../agents/metrics/measures.ts';
import { readText } from '../../agents/metrics/http-read.ts';
import { decodeVector } from '../../agents/metrics/prometheus-answer.ts';
import { liveQuery } from '../../agents/metrics/promql.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config/config.ts';
import { paceOf, paceScales } from '../../model/pace.ts';
import type { DoctorItem } from './item.ts';

const mostSeries = 50_000;
const mostBytes = 32 * 2 ** 20;
const timeoutMs = 10_000;
const costs = 'usage, latency and errors are not seen; guards of a repair cannot be watched';

export async function prometheusItem(
  config: Pick<Config, 'prometheusUrl' | 'prometheusToken' | 'prometheusTenant' | 'pace'>,
  wall: Clock,
  signal: AbortSignal,
): Promise<DoctorItem> {
  const item = { id: 'prometheus', capability: 'Prometheus', required: true, costs: null, fix: null };
  const { prometheusUrl, prometheusToken, prometheusTenant } = config;
  if (prometheusUrl === undefined)
    return {
      ...item,
      required: false,
      state: 'off',
      found: 'PROMETHEUS_URL is not set; the kubelets are read instead',
    };
  const headers = {
    accept: 'application/json',
    ...(prometheusToken === undefined ? {} : { authorization: `Bearer ${prometheusToken}` }),
    ...(prometheusTenant === undefined ? {} : { 'x-scope-orgid': prometheusTenant }),
  };
  const windowMs = paceOf(paceScales[config.pace]).rateWindowMs;
  let series = 0;
  const silent: string[] = [];
  for (const measure of measures) {
    const query = new URLSearchParams({ query: liveQuery(measure, windowMs) }).toString();
    const url = `${prometheusUrl.replace(/\/+$/, '')}/api/v1/query?${query}`;
    const answer = await readText({ url, headers, mostBytes, timeoutMs, wall, signal });
    const decoded = 'failed' in answer ? { refused: answer.failed } : decodeVector(answer.text, mostSeries);
    const status = 'failed' in answer || answer.status === 200 ? '' : `it answers ${answer.status}; `;
    if ('refused' in decoded) {
      const fix = 'check PROMETHEUS_URL, PROMETHEUS_TOKEN and PROMETHEUS_TENANT';
      return { ...item, state: 'failed', found: `${status}${decoded.refused}`, costs, fix };
    }
    series += decoded.rows.length;
    if (decoded.rows.length === 0) silent.push(measure.capability);
  }
  if (series === 0)
    return {
      ...item,
      state: 'missing',
      found: 'it answers and holds no series that the advisor reads',
      costs,
      fix: 'scrape kubelets and pods with it',
    };
  const lost = [...new Set(silent)];
  return {
    ...item,
    state: 'ok',
    found: `${series.toLocaleString('en')} series${lost.length === 0 ? '' : `; none for ${lost.join(', ')}`}`,
  };
}
