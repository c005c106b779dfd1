// The metrics agent as other rooms see it: the present as one observation, the past as one history per series.
import type { History, Observation } from '../../model/signal.ts';
import type { ClusterView } from '../../model/view.ts';

export interface MetricsAgent {
  /** Never throws for a source that fails: what could not be read is in `missing`. */
  observe(view: ClusterView, signal: AbortSignal): Promise<Observation>;
  /** Workload and node series from `fromMs` to `toMs`, one value each `stepMs` on multiples of it. */
  history(view: ClusterView, fromMs: number, toMs: number, stepMs: number, signal: AbortSignal): Promise<History[]>;
}
