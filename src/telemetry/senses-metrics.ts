// Metrics of looking: what is read of Prometheus, and how long the pass over all series takes with how many threads.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type SensesMetrics = {
  /** Bytes of one answer of Prometheus, unpacked. */
  countRead(bytes: number): void;
  observeTierOne(step: { readonly seconds: number; readonly series: number; readonly threads: number }): void;
  countLostThread(): void;
  setPasts(pasts: { readonly held: number; readonly released: number }): void;
};

export function createSensesMetrics(registry: Registry): SensesMetrics {
  const registers = [registry];
  const read = new Counter({
    name: 'advisor_prometheus_read_bytes_total',
    help: 'Bytes of the answers of Prometheus, unpacked.',
    registers,
  });
  const steps = new Histogram({
    name: 'advisor_tier_one_seconds',
    help: 'Wall time of the pass of tier one over all series.',
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 10],
    registers,
  });
  const series = new Gauge({ name: 'advisor_tier_one_series', help: 'Series that tier one follows.', registers });
  const threads = new Gauge({
    name: 'advisor_tier_one_threads',
    help: 'Worker threads of tier one; 0 while the process does it itself.',
    registers,
  });
  const lost = new Counter({
    name: 'advisor_tier_one_threads_lost_total',
    help: 'Worker threads of tier one that were lost; what they left undone was done without them.',
    registers,
  });
  const pasts = new Gauge({
    name: 'advisor_pasts',
    help: 'Series whose past of eight days is held for the second tier.',
    registers,
  });
  const released = new Gauge({
    name: 'advisor_pasts_released',
    help: 'Pasts that were given back for their room since the start; those of suspects are read again.',
    registers,
  });
  return {
    countRead: (bytes) => read.inc(bytes),
    observeTierOne(step) {
      steps.observe(step.seconds);
      series.set(step.series);
      threads.set(step.threads);
    },
    countLostThread: () => lost.inc(),
    setPasts(now) {
      pasts.set(now.held);
      released.set(now.released);
    },
  };
}
