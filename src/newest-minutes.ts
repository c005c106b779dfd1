// Walks through the newest minutes of the past as if they were live, so that one look finds what stands out of its usual level, and a
// process that starts knows what happened while none ran.
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { deadline, type Clock } from './clock.ts';
import type { Pace } from './model/pace.ts';
import type { Finding } from './model/finding.ts';
import type { History, Observation, Sample, SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';
import { byReason, type Unread } from './past-lessons.ts';

const minuteMs = 60_000;
/** Enough cycles for a finding to open, with some of the usual before them. */
const replayedMinutes = 12;
const replayMs = 30_000;

export type Replay = {
  /** At pace 1. */
  readonly minutes?: number;
  /** What was open when the process before this one ended, to be taken over. */
  readonly openFindings?: readonly Finding[];
};

/** One cycle after the other, up to the last one before now; facts of the API wait for the present. Answers what of those minutes could not be read. */
export async function replayNewestMinutes(
  senses: { readonly metrics: Pick<MetricsAgent, 'past'>; readonly anomaly: Pick<AnomalyAgent, 'replay'> },
  view: ClusterView,
  pace: Pace,
  clocks: { readonly wall: Clock; readonly cluster: Clock },
  signal: AbortSignal,
  { minutes = replayedMinutes, openFindings = [] }: Replay = {},
): Promise<readonly Unread[]> {
  const stepMs = pace.cycleMs;
  const toMs = clocks.cluster.now() - stepMs;
  const fromMs = toMs - (minutes * minuteMs) / pace.scale;
  const found: History[] = [];
  const unread = new Map<SignalId, string>();
  const limit = deadline(clocks.wall, replayMs, signal);
  try {
    for await (const part of senses.metrics.past(view, fromMs, toMs, stepMs, limit.signal)) {
      for (const one of part.histories) found.push(one);
      for (const [id, reason] of part.unread) unread.set(id, reason);
    }
  } finally {
    limit.done();
  }
  signal.throwIfAborted();
  for (const observation of observationsOf(found)) senses.anomaly.replay(observation, view, openFindings);
  return byReason(unread, new Set(found.map(({ key }) => key.signal)));
}

/** A ratio without its weight counts no request, and what counts none is too little to be tested. */
function observationsOf(past: readonly History[]): readonly Observation[] {
  const byTime = new Map<number, Sample[]>();
  for (const { key, points } of past)
    for (const point of points) {
      const samples = byTime.get(point.atMs) ?? [];
      byTime.set(point.atMs, samples);
      samples.push({ key, ...point });
    }
  return [...byTime]
    .toSorted(([left], [right]) => left - right)
    .map(([atMs, samples]) => ({ atMs, samples, sources: [], missing: [] }));
}
