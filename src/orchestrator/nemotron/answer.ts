// Reads a model's answer strictly: one JSON object of the known shape, with tolerance for a code fence and for reasoning before it, nothing else.
import { z } from 'zod';
import type { Choice } from '../reasoner.ts';
import { quotable } from './quote.ts';

export type ReadAnswer = { readonly choice: Choice } | { readonly refused: string };

const longestAnswer = 16_384;
const longestWhy = 400;

const id = z.string().min(1).max(300);
const scalar = z.union([z.string().max(300), z.number(), z.boolean(), z.null()]);
/** As deep as the parameters of any action, and no deeper. */
const param = z.union([scalar, z.array(scalar).max(20), z.record(z.string().max(100), scalar)]);

const answer = z.strictObject({
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
});

/** A refusal is worded so that a model can mend its answer by it; it quotes at most a field's path. */
export function readAnswer(content: string, finished: boolean): ReadAnswer {
  if (content.trim() === '')
    return { refused: finished ? 'the answer is empty' : 'the answer was cut off in reasoning' };
  if (!finished) return { refused: 'the answer was cut off: keep it shorter' };
  if (content.length > longestAnswer) return { refused: `the answer is longer than ${longestAnswer} characters` };
  const spoken = afterReasoning(content);
  if (spoken === null) return { refused: 'the answer ends inside its reasoning' };
  const json = parsedJson(withoutFence(spoken));
  if (json === undefined) return { refused: 'the answer is not one JSON object alone' };
  const parsed = answer.safeParse(json);
  if (!parsed.success) return { refused: `the answer has another shape: ${firstIssue(parsed.error)}` };
  const { order, picks } = parsed.data;
  return { choice: { order, picks: picks.map((one) => ({ ...one, why: quotable(one.why, longestWhy) })) } };
}

/** Some templates open `<think>` in the prompt, so that only its end is in the answer. Null when it never ends. */
function afterReasoning(content: string): string | null {
  const end = content.indexOf('</think>');
  if (end >= 0 && !content.slice(0, end).trimStart().startsWith('{')) return content.slice(end + '</think>'.length);
  return /^\s*<think>/.test(content) ? null : content;
}

function withoutFence(text: string): string {
  const fenced = /^\s*```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n?```\s*$/i.exec(text);
  return fenced?.[1] ?? text;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.filter((step) => typeof step !== 'string' || /^[a-z]{1,20}$/.test(step)).join('.') ?? '';
  const what =
    issue?.code === 'unrecognized_keys' ? 'it has a field that is not known' : 'a field is missing or not valid';
  return path === '' ? what : `${what} (at ${path})`;
}
