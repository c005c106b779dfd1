// Signals: measured series of a workload, pod or node, and the book in which the newest values and their usual band are looked up.
import { z } from 'zod';
import type { ObjectRef } from './target.ts';

export const signalIds = [
  'cpu.usage',
  'cpu.throttling',
  'memory.working_set',
  'memory.share',
  'oom_kills',
  'restarts',
  'ready',
  'pending',
  'network.receive',
  'network.transmit',
  'network.errors',
  'network.drops',
  'sli.rps',
  'sli.err',
  'sli.latency',
  'sli.latency_p50',
  'volume.used',
  'volume.inodes',
  'pids',
  'connections',
  'queue',
  'autoscaler.at_max',
  'node.cpu',
  'node.memory',
  'node.disk',
  'node.inodes',
  'node.pids',
  'node.connections',
  'node.retransmits',
  'node.pressure',
  'apiserver.latency',
] as const;
const builtInSignal = z.enum(signalIds);
/** A signal that a user declared: `custom.` and the name that `signals.yaml` gives it. */
export const customSignal = z.templateLiteral(['custom.', z.string().regex(/^[a-z][a-z0-9_.-]{0,48}$/)]);
export type CustomSignal = z.infer<typeof customSignal>;
export const signalId = z.union([builtInSignal, customSignal]);
export type SignalId = z.infer<typeof signalId>;

/** Whom a series is about when it is no workload and no node: the API server, by the Service in front of it. */
export const apiServerRef: ObjectRef = { kind: 'Service', namespace: 'default', name: 'kubernetes' };

export type SignalUnit = 'cores' | 'bytes' | 'seconds' | 'ratio' | 'count' | 'per_second' | 'bytes_per_second';

/** Identity of one series: a signal of a workload or node, or of one pod of the workload when `pod` is set. */
export type SeriesKey = { readonly signal: SignalId; readonly of: ObjectRef; readonly pod?: string };

/** `signal@namespace/Kind/name[#pod]`. */
export function seriesId(key: SeriesKey): string {
  const base = `${key.signal}@${key.of.namespace}/${key.of.kind}/${key.of.name}`;
  return key.pod === undefined ? base : `${base}#${key.pod}`;
}

/** One value at one time; `weight` is the denominator behind a ratio or quantile (requests in the window), when there is one. */
export type Sample = {
  readonly key: SeriesKey;
  readonly atMs: number;
  readonly value: number;
  readonly weight?: number;
  /** Of a histogram of a workload: upper bounds in seconds, rising, each with the requests in the window at or below it. */
  readonly buckets?: readonly (readonly [boundS: number, count: number])[];
};

/** What one read of all sources brought. Absent samples are not known, never zero. */
export type Observation = {
  readonly atMs: number;
  readonly samples: readonly Sample[];
  /** Sources that answered, with the age of their newest sample. */
  readonly sources: readonly {
    readonly source: 'prometheus' | 'kubelet' | 'api';
    readonly newestMs: number | null;
    /** How many measures it was asked for. */
    readonly asked?: number;
  }[];
  /** What could not be read and what that costs, for "cannot see". */
  readonly missing: readonly { readonly capability: string; readonly reason: string; readonly cost: string }[];
  /** What many clusters have no metric of, and this one neither, with what that costs: not known, and no fault of a source. */
  readonly absent?: readonly { readonly capability: string; readonly cost: string }[];
};

/** Values of the past of one series, oldest first; each with the weight that a sample of that time would have had. */
export type History = {
  readonly key: SeriesKey;
  readonly stepMs: number;
  readonly points: readonly { readonly atMs: number; readonly value: number; readonly weight?: number }[];
};

/** The past of the signals that were read together. */
export type PartOfPast = {
  readonly signals: readonly SignalId[];
  readonly histories: readonly History[];
  /**
   * Those of the signals of which a measure could not be read, with the reason. They may have histories all the same,
   * where they are measured under other names, too.
   */
  readonly unread: ReadonlyMap<SignalId, string>;
};

/** The usual level of a series at this time of day. */
export type Usual = {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly spread: number;
  readonly windows: number;
  readonly days: number;
};

/** Lookup over the newest observation and the learned past. All lookups answer null when not known. */
export interface SignalBook {
  readonly atMs: number;
  /** Newest value of a workload's (or node's) signal. */
  value(signal: SignalId, of: ObjectRef): number | null;
  /** Newest value by pod name. */
  byPod(signal: SignalId, of: ObjectRef): ReadonlyMap<string, Sample>;
  usual(signal: SignalId, of: ObjectRef): Usual | null;
  /** Live samples since the process started (bounded), oldest first. */
  recent(signal: SignalId, of: ObjectRef): readonly { readonly atMs: number; readonly value: number }[];
  /** Highest value seen live or in the past, for example of the working set. */
  peak(signal: SignalId, of: ObjectRef): number | null;
}
