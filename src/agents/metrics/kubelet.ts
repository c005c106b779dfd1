// Kubelets and annotated pods as a source, for clusters without Prometheus: their own ports, read directly, without a past.
import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import type { KubeNode } from '../../model/kube.ts';
import type { ClusterView } from '../../model/view.ts';
import type { Measure } from './catalogue.ts';
import { createCounterRates } from './counter-rates.ts';
import { labelIn, readExposition } from './exposition-reader.ts';
import { readText } from './http-read.ts';
import { inTurn } from './in-turn.ts';
import { type Answer, type MetricsSource, rowLabels, type Row, type RowLabels } from './metrics-source.ts';
import { scrapeTargetOf } from './scrape-target.ts';

export type KubeletOptions = {
  readonly wall: Clock;
  /** Credentials for kubelets; pods never get any. */
  readonly authorization?: () => Promise<Readonly<Record<string, string>>>;
  /** TLS settings and connection pool for kubelets. */
  readonly dispatcher?: Dispatcher;
  /** Base address of a kubelet; `https://<InternalIP>:<kubelet port>` when absent. Null when it cannot be known. */
  readonly addressOf?: (node: KubeNode) => string | null;
  /** Time between reads. */
  readonly readMs: number;
};

const timeoutMs = 5_000;
const mostBytes = 4 * 2 ** 20;
const atOnce = 8;
/** Pods that are scraped in one read; more than that belongs into Prometheus. */
const mostPods = 500;

type Page = {
  readonly from: Measure['from'];
  readonly node: string;
  readonly pod?: { namespace: string; name: string };
};
type Target = Page & { readonly url: string };

export function createKubeletSource(options: KubeletOptions): MetricsSource {
  const rates = createCounterRates(options.readMs);
  const addressOf = options.addressOf ?? kubeletAddress;

  return {
    name: 'kubelet',
    async read(measures, { view, atMs, signal }) {
      const targets = targetsOf(view, measures, addressOf);
      const credentials = (await options.authorization?.()) ?? {};
      const totals = new Map<string, Map<string, { labels: RowLabels; value: number }>>();
      const failures = new Map<Measure['from'], string[]>();
      await inTurn(targets, atOnce, async (target) => {
        const isKubelet = target.from !== 'pod';
        const answer = await readText({
          url: target.url,
          headers: { accept: 'text/plain', ...(isKubelet ? credentials : {}) },
          mostBytes,
          timeoutMs,
          wall: options.wall,
          signal,
          dispatcher: isKubelet ? options.dispatcher : undefined,
        });
        const failed =
          'failed' in answer ? answer.failed : answer.status === 200 ? null : `it answers ${answer.status}`;
        if (failed !== null || !('text' in answer)) {
          const list = failures.get(target.from) ?? [];
          failures.set(target.from, list);
          list.push(`${nameOf(target)}: ${failed}`);
          return;
        }
        const wanted = measures.filter((one) => one.from === target.from);
        collect(answer.text, target, wanted, (measure, labels, value) => {
          const key = keyOf(labels);
          const rate =
            measure.kind === 'counter' ? rates.rate(`${measure.id}\n${nameOf(target)}\n${key}`, value, atMs) : value;
          if (rate !== null) add(totals, measure, key, labels, rate);
        });
      });
      rates.forget(atMs - options.readMs * 10);
      return new Map(measures.map((measure) => [measure.id, answerOf(measure, targets, totals, failures)]));
    },
  };
}

function targetsOf(
  view: ClusterView,
  measures: readonly Measure[],
  addressOf: (node: KubeNode) => string | null,
): Target[] {
  const targets: Target[] = [];
  for (const node of view.nodes) {
    const base = addressOf(node);
    if (base === null) continue;
    for (const from of ['resource', 'cadvisor'] as const)
      if (measures.some((one) => one.from === from))
        targets.push({ from, node: node.metadata.name, url: `${base}/metrics/${from}` });
  }
  if (!measures.some((one) => one.from === 'pod')) return targets;
  for (const pod of view.pods) {
    const url = scrapeTargetOf(pod);
    if (url === null) continue;
    const names = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
    targets.push({ from: 'pod', node: '', pod: names, url });
    if (targets.length >= mostPods + view.nodes.length * 2) break;
  }
  return targets;
}

/** Sums what one page tells of each measure over the labels that the measure does not tell apart. */
function collect(
  text: string,
  target: Target,
  measures: readonly Measure[],
  take: (measure: Measure, labels: RowLabels, value: number) => void,
): void {
  const byMetric = new Map(measures.map((one) => [one.metric, one]));
  const sums = new Map<Measure, Map<string, { labels: RowLabels; value: number }>>();
  readExposition(text, new Set(byMetric.keys()), (name, raw, value) => {
    const measure = byMetric.get(name);
    if (measure === undefined) return;
    if (measure.containersOnly === true && labelIn(raw, 'container') === '') return;
    const labels = labelsOf(raw, target, measure);
    const page = sums.get(measure) ?? new Map<string, { labels: RowLabels; value: number }>();
    sums.set(measure, page);
    const key = keyOf(labels);
    const before = page.get(key);
    if (before === undefined) page.set(key, { labels, value });
    else before.value = measure.aggregate === 'sum' ? before.value + value : Math.max(before.value, value);
  });
  for (const [measure, page] of sums) for (const { labels, value } of page.values()) take(measure, labels, value);
}

function labelsOf(raw: string, target: Target, measure: Measure): RowLabels {
  const has = (label: Measure['by'][number]): boolean => measure.by.includes(label);
  const text = (label: 'namespace' | 'pod' | 'container' | 'code' | 'le'): string => {
    if (!has(label)) return '';
    // What a pod says of itself is about that pod, whatever names it writes.
    if (target.pod !== undefined && label === 'namespace') return target.pod.namespace;
    if (target.pod !== undefined && label === 'pod') return target.pod.name;
    return labelIn(raw, label);
  };
  return rowLabels({
    namespace: text('namespace'),
    pod: text('pod'),
    container: text('container'),
    code: text('code'),
    le: text('le'),
    node: has('node') ? target.node : '',
  });
}

function add(
  totals: Map<string, Map<string, { labels: RowLabels; value: number }>>,
  measure: Measure,
  key: string,
  labels: RowLabels,
  value: number,
): void {
  const rows = totals.get(measure.id) ?? new Map<string, { labels: RowLabels; value: number }>();
  totals.set(measure.id, rows);
  const before = rows.get(key);
  if (before === undefined) rows.set(key, { labels, value });
  else before.value = measure.aggregate === 'sum' ? before.value + value : Math.max(before.value, value);
}

function answerOf(
  measure: Measure,
  targets: readonly Target[],
  totals: ReadonlyMap<string, ReadonlyMap<string, Row>>,
  failures: ReadonlyMap<Measure['from'], readonly string[]>,
): Answer<Row> {
  const asked = targets.filter((one) => one.from === measure.from).length;
  const failed = failures.get(measure.from) ?? [];
  const first = failed.toSorted()[0];
  if (asked > 0 && failed.length === asked) return { unreadable: first ?? 'nothing answered' };
  if (asked === 0 && measure.from !== 'pod') return { unreadable: 'no node tells its address' };
  const rows = [...(totals.get(measure.id)?.values() ?? [])];
  return { rows, ...(first === undefined ? {} : { note: `${failed.length} of ${asked} did not answer, ${first}` }) };
}

/** `https://<InternalIP>:<port>`, or null when the node tells no address. */
export function kubeletAddress(node: KubeNode): string | null {
  const address = node.status?.addresses?.find((one) => one.type === 'InternalIP')?.address;
  if (address === undefined) return null;
  const host = address.includes(':') ? `[${address}]` : address;
  return `https://${host}:${node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 10_250}`;
}

function nameOf(target: Target): string {
  return target.pod === undefined ? `node ${target.node}` : `pod ${target.pod.namespace}/${target.pod.name}`;
}

function keyOf(labels: RowLabels): string {
  return `${labels.namespace}\n${labels.pod}\n${labels.container}\n${labels.node}\n${labels.code}\n${labels.le}`;
}
