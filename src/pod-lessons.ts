// Teaches the anomaly agent what each replica was like beside its siblings, at a start that no baseline precedes: else it takes a day to be sure of an odd one.
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { deadline, type Clock } from './clock.ts';
import { isLive } from './model/kube.ts';
import { pastStepMs } from './model/past.ts';
import type { History, SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';

/** What one replica alone goes wrong by, what users feel first; a few reads for each workload. */
const signals: readonly SignalId[] = ['sli.err', 'sli.latency', 'cpu.usage', 'memory.working_set'];
const dayMs = 86_400_000;
const lessonMs = 30_000;
/** As many replicas as are followed of these signals. */
const mostPods = 5_000;

/** Answers how many series of replicas it taught. What cannot be read in half a minute is learned live, and fails nothing. */
export async function learnPods(
  senses: { readonly metrics: Pick<MetricsAgent, 'podHistory'>; readonly anomaly: Pick<AnomalyAgent, 'learn'> },
  view: ClusterView,
  { wall, cluster }: { readonly wall: Clock; readonly cluster: Clock },
  signal: AbortSignal,
): Promise<number> {
  const toMs = cluster.now();
  const limit = deadline(wall, lessonMs, signal);
  let pods = 0;
  let taught = 0;
  try {
    for (const { ref } of view.workloads) {
      const replicas = view.podsOf(ref).filter(isLive).length;
      pods += replicas;
      if (replicas < 2) continue;
      if (pods > mostPods) break;
      const past: History[] = [];
      for (const id of signals)
        past.push(...(await senses.metrics.podHistory(view, ref, id, toMs - dayMs, toMs, pastStepMs, limit.signal)));
      senses.anomaly.learn(past);
      taught += past.length;
    }
  } catch (error) {
    // A deadline or a source that fails ends the lesson, not the start.
    signal.throwIfAborted();
    if (taught === 0 && !limit.signal.aborted) throw error;
  } finally {
    limit.done();
  }
  return taught;
}
