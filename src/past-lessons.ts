// Teaches the anomaly agent what was usual: what can be read in time at the start, the rest later; what is unread is told and fails nothing.
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { deadline, pause, type Clock } from './clock.ts';
import type { Pace } from './model/pace.ts';
import { pastDays, pastStepMs, pastWeekends, weekendStepMs } from './model/past.ts';
import { type History, seriesId, type SignalId } from './model/signal.ts';
import type { ClusterView } from './model/view.ts';
import type { Log } from './telemetry/log.ts';

/** Signals whose past could not be read, or not in full, for one and the same reason. */
export type Unread = {
  readonly signals: readonly SignalId[];
  readonly reason: string;
  /** Something of them was read, such as what another name measures. */
  readonly isInPart?: boolean;
};

export interface PastLessons {
  /** How many series have a past. */
  series(): number;
  /** Empty when everything was read. */
  unread(): readonly Unread[];
  /** Reads and teaches what is not read yet, for two minutes or `mostMs` at most. Rejects only when `signal` aborts. */
  read(view: ClusterView, signal: AbortSignal, mostMs?: number): Promise<void>;
  /**
   * The weekends before those days, newest first, once, for two minutes or `mostMs` at most. What cannot be read is told nowhere: a
   * weekend is then compared with the days that are known.
   */
  readWeekends(view: ClusterView, signal: AbortSignal, mostMs?: number): Promise<void>;
}

export type LearningSenses = {
  readonly metrics: Pick<MetricsAgent, 'past'>;
  readonly anomaly: Pick<AnomalyAgent, 'learn' | 'learnWeekends'>;
};

type Clocks = { readonly wall: Clock; readonly cluster: Clock };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const lessonMs = 2 * minuteMs;
/** Nobody waits for a later one: a part that takes long must come to its end. */
const laterLessonMs = 20 * minuteMs;
/** After three hours without an answer the next start is the next time. */
const waitsMs = [1, 2, 5, 10, 20, 30, 60, 60].map((minutes) => minutes * minuteMs);
const mostNamed = 4;

/** Eight days up to now. A source without a past teaches nothing, and leaves nothing unread. */
export function createPastLessons({ metrics, anomaly }: LearningSenses, { wall, cluster }: Clocks): PastLessons {
  const toMs = cluster.now();
  const fromMs = toMs - pastDays * dayMs;
  /** Null until the first read, which is of everything. */
  let left: ReadonlyMap<SignalId, string> | null = null;
  /** Of what is asked for again: nothing is taught twice. */
  const taught = new Set<string>();
  /** Signals of which something was read. */
  const known = new Set<SignalId>();
  let series = 0;

  const teach = (histories: readonly History[]): void => {
    const fresh = histories.filter(({ key }) => !taught.has(seriesId(key)));
    anomaly.learn(fresh);
    series += fresh.length;
    for (const { key } of fresh) known.add(key.signal);
  };

  return {
    series: () => series,
    unread: () => byReason(left ?? [], known),
    async read(view, signal, mostMs = lessonMs) {
      const only = left === null ? undefined : new Set(left.keys());
      const limit = deadline(wall, mostMs, signal);
      const unread = new Map<SignalId, string>();
      try {
        for await (const part of metrics.past(view, fromMs, toMs, pastStepMs, limit.signal, only)) {
          teach(part.histories);
          for (const [id, reason] of part.unread) unread.set(id, reason);
          for (const { key } of part.histories) if (part.unread.has(key.signal)) taught.add(seriesId(key));
        }
      } finally {
        limit.done();
      }
      signal.throwIfAborted();
      left = unread;
    },
    async readWeekends(view, signal, mostMs = lessonMs) {
      const limit = deadline(wall, mostMs, signal);
      try {
        for (const weekend of pastWeekends(toMs)) {
          const parts = metrics.past(view, weekend.fromMs, weekend.toMs, weekendStepMs, limit.signal);
          for await (const { histories } of parts) anomaly.learnWeekends(histories);
        }
      } finally {
        limit.done();
      }
    },
  };
}

/** `known` are signals of which something was read. */
export function byReason(
  unread: Iterable<readonly [SignalId, string]>,
  known: ReadonlySet<SignalId>,
): readonly Unread[] {
  return [...Map.groupBy(unread, ([, reason]) => reason)].flatMap(([reason, some]) => {
    const signals = some.map(([signal]) => signal);
    const inPart = signals.filter((one) => known.has(one));
    const none = signals.filter((one) => !known.has(one));
    return [
      ...(none.length === 0 ? [] : [{ signals: none, reason }]),
      ...(inPart.length === 0 ? [] : [{ signals: inPart, reason, isInPart: true }]),
    ];
  });
}

/** The lessons after their first reading. */
export async function learnPast(
  senses: LearningSenses,
  view: ClusterView,
  clocks: Clocks,
  signal: AbortSignal,
): Promise<PastLessons> {
  const lessons = createPastLessons(senses, clocks);
  await lessons.read(view, signal);
  return lessons;
}

/** Goes on in the background until everything is read, each time after a longer wait, and then with the weekends; `end` lets it go. */
export function keepReading(
  lessons: PastLessons,
  view: () => ClusterView,
  { wall, pace, log }: { readonly wall: Clock; readonly pace: Pace; readonly log: Pick<Log, 'fault'> },
): { end(): Promise<void> } {
  const stop = new AbortController();
  const goOn = async (): Promise<void> => {
    for (const waitMs of waitsMs) {
      if (lessons.unread().length === 0) break;
      await pause(wall, waitMs / pace.scale, stop.signal);
      await lessons.read(view(), stop.signal, laterLessonMs);
    }
    await lessons.readWeekends(view(), stop.signal, laterLessonMs);
  };
  const going = goOn().catch((error: unknown) => {
    if (!stop.signal.aborted) log.fault(error, 'the past of signals');
  });
  return {
    async end() {
      stop.abort();
      await going;
    },
  };
}

/** What cannot be seen for want of a past, and what that costs. */
export function unreadPast({ signals, reason, isInPart }: Unread): {
  readonly capability: string;
  readonly cost: string;
} {
  if (isInPart === true)
    return {
      capability: `a part of the past of ${namedSignals(signals)}: ${reason}`,
      cost: 'for some workloads what is usual may not be known: until it is, only facts of the API and objectives count there',
    };
  return {
    capability: `the past of ${namedSignals(signals)}: ${reason}`,
    cost: 'what is usual for them is not known: until it is, only facts of the API and objectives count',
  };
}

/** "sli.err, sli.rps and 3 more". */
export function namedSignals(signals: readonly SignalId[]): string {
  const named = signals.slice(0, mostNamed).join(', ');
  return signals.length > mostNamed ? `${named} and ${signals.length - mostNamed} more` : named;
}
