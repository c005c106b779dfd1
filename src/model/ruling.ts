// Rulings and verdicts: one rule's word on one action, and all of them folded.
import { z } from 'zod';
import { risk } from './action.ts';

export const ruling = z.object({
  rule: z.string().regex(/^(G\d{2}|policy:.+)$/),
  word: z.enum(['allow', 'deny', 'ask', 'pending']),
  /** One sentence with the facts used. */
  reason: z.string(),
  /** How many different people an `ask` needs. */
  people: z.number().int().min(1).max(2).optional(),
});
export type Ruling = Readonly<z.infer<typeof ruling>>;

export const diffField = z.object({
  path: z.string(),
  before: z.json().nullable(),
  after: z.json().nullable(),
  owner: z.string().optional(),
});
export type DiffField = Readonly<z.infer<typeof diffField>>;

export const verdict = z.object({
  action: z.string(),
  word: z.enum(['denied', 'needs approval', 'permitted']),
  rulings: z.array(ruling),
  risk,
  /** People needed: 0 when permitted or denied. */
  need: z.number().int().min(0).max(2),
  /** SHA-256 over what an approval binds: action, params, target UID, tested values, request and undo operations, each ruling's id and word. */
  binding: z.string(),
  summary: z.string(),
  diff: z.array(diffField),
  undo: z.string(),
  byHand: z.string(),
  /** True when the verdict is only what would have been said (mode observe or suggest, or a dry run that could not be sent). */
  wouldBe: z.boolean(),
});
export type Verdict = Readonly<z.infer<typeof verdict>>;

/** Deny wins over ask, ask over allow. A pending ruling does not permit. */
export function foldRulings(rulings: readonly Ruling[]): { readonly word: Verdict['word']; readonly need: number } {
  if (rulings.some((one) => one.word === 'deny')) return { word: 'denied', need: 0 };
  const asks = rulings.filter((one) => one.word === 'ask');
  if (asks.length > 0) return { word: 'needs approval', need: Math.max(...asks.map((one) => one.people ?? 1)) };
  if (rulings.length === 0 || rulings.some((one) => one.word === 'pending')) return { word: 'denied', need: 0 };
  return { word: 'permitted', need: 0 };
}
