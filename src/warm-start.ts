// What a running advisor knows before its first cycle: what was kept over the restart, what the sources remember, and the newest minutes.
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import type { Baselines } from './baselines.ts';
import type { Clock } from './clock.ts';
import type { Finding } from './model/finding.ts';
import type { Pace } from './model/pace.ts';
import type { ClusterView } from './model/view.ts';
import { replayNewestMinutes } from './newest-minutes.ts';
import { learnPast, type PastLessons, type Unread } from './past-lessons.ts';
import { learnPods } from './pod-lessons.ts';
import type { Log } from './telemetry/log.ts';

export type WarmStart = {
  readonly senses: {
    readonly metrics: Pick<MetricsAgent, 'past' | 'podHistory'>;
    readonly anomaly: Pick<AnomalyAgent, 'learn' | 'learnWeekends' | 'replay'>;
  };
  readonly baselines: Pick<Baselines, 'recall'>;
  readonly view: ClusterView;
  readonly clocks: { readonly wall: Clock; readonly cluster: Clock };
  readonly pace: Pace;
  /** As the process before this one left it. */
  readonly state: { readonly findings: ReadonlyMap<string, Finding> };
  readonly signal: AbortSignal;
  readonly log: Pick<Log, 'fault'>;
};

/** Baselines are kept each half hour: a process that ended badly has seen no more than that in vain. */
const replayedMinutes = 30;

/**
 * `baselines` says in a sentence what came of those that were kept, `lessons` how much of the past was read and what was not,
 * `unseen` what of the newest minutes was refused.
 */
export async function warmStart(
  about: WarmStart,
): Promise<{ readonly baselines: string; readonly lessons: PastLessons; readonly unseen: readonly Unread[] }> {
  const { senses, view, clocks, pace, signal } = about;
  const { isRestored, said } = await about.baselines.recall(clocks.cluster.now());
  const lessons = await learnPast(senses, view, clocks, signal);
  if (!isRestored)
    await learnPods(senses, view, clocks, signal).catch((error: unknown) =>
      about.log.fault(error, 'the past of replicas'),
    );
  const newest = { minutes: replayedMinutes, openFindings: [...about.state.findings.values()] };
  // Minutes that cannot be read are a gap, as they are for a source that has no past.
  const unseen = await replayNewestMinutes(senses, view, pace, clocks, signal, newest).catch((error: unknown) => {
    about.log.fault(error, 'the newest minutes');
    return [];
  });
  return { baselines: said, lessons, unseen };
}
