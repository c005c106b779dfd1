// What a test says to the advisor's process, and what that says back; time goes in these messages, because the cluster's is stepped by the test.
import { z } from 'zod';

export const order = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begin'),
    folder: z.string(),
    kubeconfig: z.string(),
    prometheusUrl: z.string(),
    pace: z.enum(['cluster', 'lab']),
    /** Cluster time in milliseconds; null where the machine's clock is the cluster's. */
    nowMs: z.number().nullable(),
  }),
  /** Cluster time is this now, and the world has come to rest at this version. */
  z.object({ kind: z.literal('step'), nowMs: z.number(), version: z.string() }),
  z.object({ kind: z.literal('end') }),
]);
export type Order = z.infer<typeof order>;

export const word = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), url: z.string(), token: z.string(), acts: z.boolean() }),
  /** The step was taken, and nothing is under way. */
  z.object({ kind: z.literal('rested'), nowMs: z.number() }),
  z.object({ kind: z.literal('recorded'), event: z.string(), seq: z.number() }),
  z.object({ kind: z.literal('failed'), text: z.string() }),
]);
export type Word = z.infer<typeof word>;
