// Reads the text of an answer strictly: one JSON object, with tolerance for a code fence and for reasoning before it, nothing else.
import type { z } from 'zod';

/** A refusal is worded so that a model can mend its answer by it; it quotes at most a field's path. */
export type Read<Value> = { readonly value: Value } | { readonly refused: string };

const longestAnswer = 16_384;

/** `finished` is false for an answer that was cut off at its length. */
export function readJson(content: string, finished: boolean): Read<unknown> {
  const spoken = readSpoken(content, finished);
  if ('refused' in spoken) return spoken;
  const json = parsedJson(withoutFence(spoken.value));
  return json === undefined ? { refused: 'the answer is not one JSON object alone' } : { value: json };
}

/** What was said after reasoning; reasoning is never acted on, and an answer that ends in it is none. */
export function readSpoken(content: string, finished: boolean): Read<string> {
  if (content.trim() === '')
    return { refused: finished ? 'the answer is empty' : 'the answer was cut off in reasoning' };
  if (!finished) return { refused: 'the answer was cut off: keep it shorter' };
  if (content.length > longestAnswer) return { refused: `the answer is longer than ${longestAnswer} characters` };
  const spoken = afterReasoning(content);
  return spoken === null ? { refused: 'the answer ends inside its reasoning' } : { value: spoken };
}

export function shaped<Value>(schema: z.ZodType<Value>, json: unknown): Read<Value> {
  const parsed = schema.safeParse(json);
  return parsed.success
    ? { value: parsed.data }
    : { refused: `the answer has another shape: ${firstIssue(parsed.error)}` };
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
