// Where the trouble of an incident may come from, in two orders: by how far each workload is out alone, and weighed by calls, changes and time.
import { z } from 'zod';
import { objectRef } from './target.ts';

const rootCandidate = z.object({
  of: objectRef,
  /** Furthest distance from its median before, in interquartile ranges of before; null when only facts of the API speak. */
  base: z.number().nullable(),
  /** Furthest distance from its mean before, in standard deviations: the plain order. */
  deviation: z.number().nullable(),
  /** 1 and up to half for the share of affected callers that reach it. */
  topology: z.number(),
  /** 1 and up to 1 for how newly it was changed before its onset. */
  change: z.number(),
  /** 1, or less when it turned bad after the first symptom. */
  time: z.number(),
  /** ln(1 + base) times the three weights; 0 without a signal. */
  score: z.number(),
  /** Position of its deepest fact in the discriminating order; null without one. Facts come before signals. */
  gate: z.number().nullable(),
});
export type RootCandidate = Readonly<z.infer<typeof rootCandidate>>;

export const roots = z.object({
  weighed: z.array(rootCandidate).max(10),
  plain: z.array(objectRef).max(10),
});
export type Roots = Readonly<z.infer<typeof roots>>;
