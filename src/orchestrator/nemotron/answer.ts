// The shape in which a model chooses a plan; its words are cleaned before anybody is shown them.
import { z } from 'zod';
import type { ReadRequest } from '../investigation/offer.ts';
import type { Choice } from '../reasoner.ts';
import { quotable } from './quote.ts';

/** A choice from the menu, or what the model wants to see before it chooses. */
export type PlanAnswer =
  | { readonly kind: 'choice'; readonly choice: Choice }
  | { readonly kind: 'reads'; readonly reads: readonly ReadRequest[] };

const longestWhy = 400;

const id = z.string().min(1).max(300);
const scalar = z.union([z.string().max(300), z.number(), z.boolean(), z.null()]);
/** As deep as the parameters of any action, and no deeper. */
const param = z.union([scalar, z.array(scalar).max(20), z.record(z.string().max(100), scalar)]);

/** `restore` puts back what pseudonyms stand for. Reads that are asked for come before picks. */
export function planAnswer(restore: (text: string) => string = (same) => same): z.ZodType<PlanAnswer> {
  const restored = <Value>(value: Value): Value => restoredIn(value, restore);
  return z
    .strictObject({
      order: z.array(id).max(20).default([]),
      picks: z
        .array(
          z.strictObject({
            candidate: id,
            params: z.record(z.string().max(100), param).default({}),
            cites: z.array(id).max(40),
            why: z.string().max(2_000).default(''),
          }),
        )
        .max(20)
        .optional(),
      reads: z
        .array(z.strictObject({ tool: id, args: z.record(z.string().max(40), scalar).default({}) }))
        .max(20)
        .default([]),
    })
    .refine(({ picks, reads }) => picks !== undefined || reads.length > 0, { path: ['picks'] })
    .transform((answer): PlanAnswer => {
      const { order, picks = [], reads } = restored(answer);
      if (reads.length > 0) return { kind: 'reads', reads };
      return {
        kind: 'choice',
        choice: { order, picks: picks.map((one) => ({ ...one, why: quotable(one.why, longestWhy) })) },
      };
    });
}

/** The same value with `restore` over every string in it; keys stay. */
function restoredIn<Value>(value: Value, restore: (text: string) => string): Value;
function restoredIn(value: unknown, restore: (text: string) => string): unknown {
  if (typeof value === 'string') return restore(value);
  if (Array.isArray(value)) return value.map((one) => restoredIn<unknown>(one, restore));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, restoredIn<unknown>(one, restore)]));
}
