// Findings: what the anomaly agent holds to be significant; a measured signal or a hard fact of the API.
import { z } from 'zod';
import { signalId } from './signal.ts';
import { objectRef } from './target.ts';

export const severity = z.enum(['critical', 'warning', 'info']);
export type Severity = z.infer<typeof severity>;

/** Hard facts of the API that open a finding without statistics. */
const factName = z.enum([
  'oom-killed',
  'crash-looping',
  'probe-killing',
  'image-pull-failed',
  'config-missing',
  'unschedulable',
  'not-ready',
  'rollout-stuck',
  'zero-replicas-called',
  'no-endpoints',
]);
export type FactName = z.infer<typeof factName>;

const common = {
  /** Stable while the deviation lasts: `fact:<name>@<ref>` or `signal:<series id>`. */
  id: z.string(),
  of: objectRef,
  severity,
  onsetMs: z.number(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  /** One sentence with the numbers. */
  sentence: z.string(),
  /** Open for more than a day. */
  persisting: z.boolean().optional(),
};

const factFinding = z.object({
  kind: z.literal('fact'),
  ...common,
  fact: factName,
  /** The objects that show it (pods), at most ten. */
  objects: z.array(objectRef),
  container: z.string().optional(),
  count: z.number(),
});

const signalFinding = z.object({
  kind: z.literal('signal'),
  ...common,
  signal: signalId,
  unit: z.string(),
  value: z.number(),
  baseline: z.number(),
  band: z.tuple([z.number(), z.number()]),
  floor: z.number(),
  direction: z.enum(['up', 'down']),
  test: z.object({
    name: z.string(),
    stat: z.number(),
    df: z.number(),
    p: z.number(),
    q: z.number(),
    windows: z.number(),
    exceeded: z.number(),
    /** The family that was tested together, and how many series it had. */
    family: z.string().optional(),
    m: z.number().optional(),
  }),
  confidence: z.enum(['candidate', 'validated', 'corroborated']),
  /** What kind of proof it is; a workload's level against its usual one when absent. */
  level: z.enum(['workload', 'pod', 'impact', 'trend', 'presence']).optional(),
  /** Earliest and latest time at which it may have begun. */
  onsetRangeMs: z.tuple([z.number(), z.number()]).optional(),
  /** An error budget that burns: shares of the budget per share of its time, over the long and the short window. */
  burn: z
    .object({
      slo: z.string(),
      objective: z.number(),
      longMs: z.number(),
      shortMs: z.number(),
      long: z.number(),
      short: z.number(),
      bad: z.number(),
      total: z.number(),
    })
    .optional(),
  /** When a growing use meets its limit; `toMs` null reads "or never". */
  exhaustion: z
    .object({ limit: z.number(), perHour: z.number(), fromMs: z.number(), toMs: z.number().nullable() })
    .optional(),
  /** Which replicas are odd, and what those share. */
  replicas: z
    .object({
      verdict: z.enum(['one', 'some', 'all', 'they differ']),
      odd: z.array(z.string()).max(20),
      of: z.number(),
      shared: z.string().optional(),
    })
    .optional(),
  /** The newest change of the workload before it began. */
  change: z.object({ what: z.enum(['rollout', 'config']), name: z.string(), atMs: z.number() }).optional(),
  /** Recent points, oldest first, enough to draw it beside its band. */
  chart: z
    .array(z.tuple([z.number(), z.number()]))
    .max(120)
    .optional(),
  /** Surprise of each tier-one channel when it opened; an explanation, no proof. */
  votes: z.record(z.string(), z.number()).optional(),
  /** The whole sentence: value, since when, what is normal, by how much, how sure, which replicas, after which change. */
  explanation: z.string().optional(),
  /** What the sentence leaves out: gaps, age of the baseline, where the floor comes from, what would close it. */
  notes: z.array(z.string()).max(12).optional(),
});

export const finding = z.discriminatedUnion('kind', [factFinding, signalFinding]);
export type Finding = Readonly<z.infer<typeof finding>>;
export type FactFinding = Readonly<z.infer<typeof factFinding>>;
export type SignalFinding = Readonly<z.infer<typeof signalFinding>>;

/** A deviation from the last hour that the same hour of other days explains: looked at and left alone. */
export const dismissal = z.object({
  series: z.string(),
  of: objectRef,
  signal: signalId,
  value: z.number(),
  lastHour: z.number(),
  usual: z.tuple([z.number(), z.number()]),
  p: z.number(),
  q: z.number(),
  sentence: z.string(),
});
export type Dismissal = Readonly<z.infer<typeof dismissal>>;

/** What one pass of the anomaly agent says. Findings are the whole set that holds now. */
export type Assessment = {
  readonly atMs: number;
  readonly findings: readonly Finding[];
  readonly dismissed: readonly Dismissal[];
};
