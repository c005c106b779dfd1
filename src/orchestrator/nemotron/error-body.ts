// One reading of the error bodies that model servers send: OpenAI's error object, problem+json, `detail`, `status` with `title`; also inside a stream of status 200.
import { z } from 'zod';
import type { ModelFault } from './fault.ts';
import { faultOfStatus } from './fault.ts';

/** What an error body tells, for our own look alone: its words may quote the key or the prompt and are never passed on. */
export type ErrorWord = { readonly status: number | null; readonly words: string };

export type ErrorContext = {
  /** The variable that holds the key. */
  readonly keyName: string;
  readonly nowMs: number;
  readonly retryAfter: string | null;
};

const longestWords = 4_000;

const text = z.string().catch('');
const code = z.union([z.number(), z.string()]).nullish().catch(null);
const openAi = z.object({ error: z.union([z.object({ message: text, type: text, param: text, code }), z.string()]) });
const problem = z.object({ title: text, detail: z.string(), status: code });
const fastApi = z.object({
  detail: z.union([
    z.string(),
    z.array(z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: text })),
  ]),
});
const titled = z.object({ title: z.string(), status: code });
const bare = z.object({ message: z.string(), type: text, param: text, code, object: text });

/** Null when the body is none of the known shapes. */
export function readErrorBody(body: unknown): ErrorWord | null {
  const one = openAi.safeParse(body).data?.error;
  if (typeof one === 'string') return worded(null, [one]);
  if (one !== undefined) return worded(one.code, [one.message, one.type, one.param, String(one.code ?? '')]);
  const described = problem.safeParse(body).data;
  if (described !== undefined && isTold(body, 'title'))
    return worded(described.status, [described.title, described.detail]);
  const detail = fastApi.safeParse(body).data?.detail;
  if (typeof detail === 'string') return worded(null, [detail]);
  if (detail !== undefined)
    return worded(
      null,
      detail.flatMap((part) => [part.loc.join('.'), part.msg]),
    );
  const short = titled.safeParse(body).data;
  if (short !== undefined) return worded(short.status, [short.title]);
  const plain = bare.safeParse(body).data;
  return plain?.object === 'error' ? worded(plain.code, [plain.message, plain.type, plain.param]) : null;
}

/** The fault of an HTTP answer that is not 2xx; `body` is its text. */
export function faultOfAnswer(status: number, body: string, context: ErrorContext): ModelFault {
  const word = readErrorBody(parsed(body)) ?? { status: null, words: body.slice(0, longestWords) };
  return refined(faultOfStatus(status, context.retryAfter, context), word.words);
}

/** The fault that a 200 carries in its body or its stream. */
export function faultInside(body: unknown, context: ErrorContext): ModelFault | null {
  const word = readErrorBody(body);
  if (word === null) return null;
  const { status } = word;
  if (status !== null && status >= 400 && status < 600) {
    const fault = refined(faultOfStatus(status, context.retryAfter, context), word.words);
    return { ...fault, detail: `${fault.detail} (inside a 200)` };
  }
  return { kind: 'failing', detail: 'an error inside a 200 from the endpoint; it fails' };
}

/** Fields that a request can do without, as servers name them when they refuse one. */
const optionalFields = [
  'tool_choice',
  'tools',
  'response_format',
  'structured_outputs',
  'guided_json',
  'nvext',
  'stream_options',
  'chat_template_kwargs',
] as const;

function refined(fault: ModelFault, words: string): ModelFault {
  if (/ResourceExhausted|DEGRADED function|no healthy upstream|overloaded/i.test(words))
    return fault.kind === 'not-taken' ? { ...fault, kind: 'failing', detail: busy(fault.detail) } : fault;
  if (fault.kind !== 'not-taken') return fault;
  const limit = /maximum context length (?:is|of) (\d{3,8}) tokens/i.exec(words)?.[1];
  const requested = /requested (\d{3,8}) tokens/i.exec(words)?.[1];
  if (limit !== undefined || /context[_ ]length[_ ]exceeded|prompt is too long/i.test(words))
    return {
      ...fault,
      kind: 'too-long',
      detail: `${fault.detail}; it is longer than the model's context`,
      ...(limit === undefined ? {} : { contextTokens: Number(limit) }),
      ...(requested === undefined ? {} : { requestedTokens: Number(requested) }),
    };
  const field = optionalFields.find((name) => new RegExp(`(^|[^a-z_])${name}([^a-z_]|$)`, 'i').test(words));
  return field === undefined ? fault : { ...fault, field, detail: `${fault.detail} (${field})` };
}

function busy(detail: string): string {
  return `${detail.split(';')[0] ?? detail}; it has no room now`;
}

function worded(status: number | string | null | undefined, words: readonly string[]): ErrorWord {
  const number = typeof status === 'number' ? status : Number(status ?? Number.NaN);
  return {
    status: Number.isInteger(number) ? number : null,
    words: words
      .filter((one) => one !== '')
      .join(' ')
      .slice(0, longestWords),
  };
}

function isTold(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && name in body;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
