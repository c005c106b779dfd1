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
  }),
  confidence: z.enum(['candidate', 'validated', 'corroborated']),
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
