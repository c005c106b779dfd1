// Kubelets and annotated pods as a source, for clusters without Prometheus: their own ports, read directly, without a past.
import type { Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import type { KubeNode } from '../../model/kube.ts';
import type { ClusterView } from '../../model/view.ts';
import { createCounterRates } from './counter-rates.ts';
import { readText } from './http-read.ts';
import { inTurn } from './in-turn.ts';
import type { Measure } from './measure.ts';
import type { Answer, MetricsSource, Row, RowLabels } from './metrics-source.ts';
import { collect, keyOf, type Page } from './page-rows.ts';
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

/** Only Prometheus reads exporters and evaluates queries. */
const unreachable = 'only Prometheus has it';
const kubeletPages = { resource: '/metrics/resource', cadvisor: '/metrics/cadvisor', kubelet: '/metrics' } as const;

type Target = Page & { readonly url: string };

export function createKubeletSource(options: KubeletOptions): MetricsSource {
  const rates = createCounterRates(options.readMs);
  const addressOf = options.addressOf ?? kubeletAddress;

  return {
    name: 'kubelet',
    async read(asked, { view, atMs, signal }) {
      const measures = asked.filter((one) => one.from !== 'exporter' && one.query === undefined);
      const targets = targetsOf(view, measures, addressOf);
      const credentials = (await options.authorization?.()) ?? {};
      const totals = new Map<string, Map<string, { labels: RowLabels; value: number }>>();
      const failures = new Map<Measure['from'], string[]>();
      const seen = new Set<string>();
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
        // Not every kubelet has each page, and a page that is not there has no series.
        if ('status' in answer && answer.status === 404 && target.from === 'kubelet') return;
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
          seen.add(measure.id);
          const rate =
            measure.kind === 'counter' ? rates.rate(`${measure.id}\n${nameOf(target)}\n${key}`, value, atMs) : value;
          if (rate !== null) add(totals, measure, key, labels, rate);
        });
      });
      rates.forget(atMs - options.readMs * 10);
      return new Map(asked.map((measure) => [measure.id, answerOf(measure, targets, totals, failures, seen)]));
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
    for (const from of ['resource', 'cadvisor', 'kubelet'] as const)
      if (measures.some((one) => one.from === from))
        targets.push({ from, node: node.metadata.name, url: `${base}${kubeletPages[from]}` });
  }
  if (!measures.some((one) => one.from === 'pod')) return targets;
  for (const pod of view.pods) {
    const url = scrapeTargetOf(pod);
    if (url === null) continue;
    const names = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
    targets.push({ from: 'pod', node: '', pod: names, url });
    if (targets.length >= mostPods + view.nodes.length * 3) break;
  }
  return targets;
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
  seen: ReadonlySet<string>,
): Answer<Row> {
  // Not a failure: those who have no Prometheus are told once what the kubelets cannot tell.
  if (measure.query !== undefined) return { unreadable: unreachable };
  if (measure.from === 'exporter') return { rows: [] };
  const asked = targets.filter((one) => one.from === measure.from).length;
  const failed = failures.get(measure.from) ?? [];
  const first = failed.toSorted()[0];
  if (asked > 0 && failed.length === asked) return { unreadable: first ?? 'nothing answered' };
  if (asked === 0 && measure.from !== 'pod') return { unreadable: 'no node tells its address' };
  const rows = [...(totals.get(measure.id)?.values() ?? [])];
  const isWarming = rows.length === 0 && seen.has(measure.id);
  return {
    rows,
    ...(isWarming ? { isWarming } : {}),
    ...(first === undefined ? {} : { note: `${failed.length} of ${asked} did not answer, ${first}` }),
  };
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
