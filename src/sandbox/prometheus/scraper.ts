// Brings the series of the simulated kubelets into the store, with the labels that a scrape configuration would add.
import type { ScrapeJob, Series } from '../workload/exposition.ts';
import type { SeriesStore, StoredSeries } from './series-store.ts';

export interface Scraper {
  /** One scrape of all targets at this time. */
  scrape(atMs: number, series: readonly Series[]): void;
}

const jobs: readonly ScrapeJob[] = ['kubelet-resource', 'kubelet-cadvisor', 'pods'];

export function createScraper(store: SeriesStore): Scraper {
  let known: { readonly of: readonly Series[]; readonly stored: readonly StoredSeries[] } = { of: [], stored: [] };
  let ups: readonly StoredSeries[] = [];
  return {
    scrape(atMs, series) {
      if (known.of !== series) {
        known = { of: series, stored: series.map((one) => store.series(storedLabels(one))) };
        const nodes = new Set(series.map((one) => one.node));
        const pods = new Set(series.flatMap((one) => (one.pod === null ? [] : [one.pod])));
        ups = [
          ...jobs
            .slice(0, 2)
            .flatMap((job) => [...nodes].map((node) => ({ __name__: 'up', job, node, instance: node }))),
          ...[...pods].map((pod) => ({ __name__: 'up', job: 'pods', instance: pod, ...podLabels(pod) })),
        ].map((labels) => store.series(labels));
      }
      store.begin(atMs);
      for (const [position, one] of known.of.entries()) {
        const stored = known.stored[position];
        if (stored !== undefined) store.append(stored, one.read());
      }
      for (const up of ups) store.append(up, 1);
    },
  };
}

/** Labels in Prometheus: those of the endpoint, and job, node, namespace and pod of the target. */
export function storedLabels(series: Series): Record<string, string> {
  const target =
    series.pod === null
      ? { node: series.node, instance: series.node }
      : { ...podLabels(series.pod), instance: series.pod };
  const labels = Object.fromEntries(Object.entries(series.labels).filter(([, value]) => value !== ''));
  return { __name__: series.name, job: series.job, ...target, ...labels };
}

function podLabels(pod: string): { namespace: string; pod: string } {
  const [namespace = '', name = ''] = pod.split('/');
  return { namespace, pod: name };
}
