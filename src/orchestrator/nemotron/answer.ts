// The shape in which a model chooses a plan; its words are cleaned before anybody is shown them.
import { z } from 'zod';
import type { Choice } from '../reasoner.ts';
import { quotable } from './quote.ts';
import { readJson, shaped } from './reading.ts';

export type ReadAnswer = { readonly choice: Choice } | { readonly refused: string };

const longestWhy = 400;

const id = z.string().min(1).max(300);
const scalar = z.union([z.string().max(300), z.number(), z.boolean(), z.null()]);
/** As deep as the parameters of any action, and no deeper. */
const param = z.union([scalar, z.array(scalar).max(20), z.record(z.string().max(100), scalar)]);

export const choiceAnswer = z
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
      .max(20),
  })
  .transform(({ order, picks }): Choice => ({
    order,
    picks: picks.map((one) => ({ ...one, why: quotable(one.why, longestWhy) })),
  }));

export function readAnswer(content: string, finished: boolean): ReadAnswer {
  const json = readJson(content, finished);
  if ('refused' in json) return json;
  const read = shaped(choiceAnswer, json.value);
  return 'refused' in read ? read : { choice: read.value };
}
