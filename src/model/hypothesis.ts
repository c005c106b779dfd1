// Hypotheses: a cause of the fault catalogue for an incident, with the evidence for and against it.
import { z } from 'zod';
import { objectRef } from './target.ts';

export const strength = z.enum(['strong', 'fair', 'weak', 'ruled out']);
export type Strength = z.infer<typeof strength>;

export const hypothesis = z.object({
  id: z.string().regex(/^H\d+$/),
  /** Code and cause of the catalogue, e.g. WL-001 and oom_killed. */
  code: z.string(),
  cause: z.string(),
  title: z.string(),
  root: objectRef,
  strength,
  score: z.number().min(0).max(1),
  for: z.array(z.string()),
  against: z.array(z.string()),
  /** The read that would settle it. */
  settle: z.array(z.string()),
});
export type Hypothesis = Readonly<z.infer<typeof hypothesis>>;
