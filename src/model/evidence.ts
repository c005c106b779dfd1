// Evidence: one numbered fact with its source, time and how far it may be trusted.
import { z } from 'zod';

const trust = z.enum(['measured', 'reported', 'untrusted']);

export const evidence = z.object({
  id: z.string().regex(/^E\d+$/),
  trust,
  /** Where it was read: a field path, a series id, an event reason, `log:<container>`. */
  source: z.string(),
  atMs: z.number(),
  sentence: z.string(),
  /** The finding that it came from, when there is one. */
  finding: z.string().optional(),
  /** True when the text tried to give an order; it was not followed. */
  ignoredInstruction: z.boolean().optional(),
});
export type Evidence = Readonly<z.infer<typeof evidence>>;

/** A fact before it has a number. */
export type EvidenceDraft = Omit<Evidence, 'id'>;
