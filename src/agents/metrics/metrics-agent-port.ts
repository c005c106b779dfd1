// The metrics agent as other rooms see it: the present as one observation, the past as one history per series.
import type { History, Observation, PartOfPast, SeriesKey, SignalId } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';

export interface MetricsAgent {
  /** Never throws for a source that fails: what could not be read is in `missing`. */
  observe(view: ClusterView, signal: AbortSignal): Promise<Observation>;
  /**
   * Workload and node series from `fromMs` to `toMs`, one value each `stepMs` on multiples of it, part by part, so that what
   * was read is of use though the rest cannot be. Of all signals, of `only` these, or of `only` these series: then the source
   * is asked for their measures and workloads alone.
   * Never throws: what could not be read, or not before `signal` aborted, is in `unread`.
   */
  past(
    view: ClusterView,
    fromMs: number,
    toMs: number,
    stepMs: number,
    signal: AbortSignal,
    only?: ReadonlySet<SignalId> | readonly SeriesKey[],
  ): AsyncIterable<PartOfPast>;
  /** One signal of each pod of a workload, pods that are gone included where the source knows their owner; none from a source without a past. */
  podHistory(
    view: ClusterView,
    of: ObjectRef,
    id: SignalId,
    fromMs: number,
    toMs: number,
    stepMs: number,
    signal: AbortSignal,
  ): Promise<History[]>;
}
