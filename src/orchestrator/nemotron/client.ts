// Talks to an OpenAI-compatible model endpoint: lists its models and asks one question; whatever goes wrong comes back as a value.
import { APIError, OpenAI } from 'openai';
import { Agent } from 'undici';
import { z } from 'zod';
import { deadline, type Clock } from '../../clock.ts';
import type { JsonObject } from '../../model/json.ts';
import { boundedFetch } from './exchange.ts';
import { EndpointError, faultOfStatus, type ModelFault } from './fault.ts';

export type ClientOptions = {
  readonly apiKey: string;
  /** The variable that holds the key, for messages; NEMOTRON_API_KEY when absent. */
  readonly keyName?: string;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly deadlines?: Deadlines;
};

/** Wall milliseconds: silence before the first byte or between two, and the whole call. */
type Deadlines = { readonly idleMs: number; readonly totalMs: number };

type Message = { readonly role: 'system' | 'user'; readonly content: string };

export type Question = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  /** Fields that only this model's family takes. */
  readonly extra: JsonObject;
};

export type Completion = {
  /** Empty when the model spoke only in a reasoning field, which is never acted on. */
  readonly content: string;
  /** True when the model came to its own end, false when it was cut off. */
  readonly finished: boolean;
  readonly servedModel?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
};

export type ListedModel = { readonly id: string; readonly contextTokens?: number };

export interface ModelClient {
  /** Host and port, for messages. */
  readonly host: string;
  list(signal: AbortSignal): Promise<readonly ListedModel[] | { readonly fault: ModelFault }>;
  ask(question: Question, signal: AbortSignal): Promise<Completion | { readonly fault: ModelFault }>;
  close(): Promise<void>;
}

const defaultDeadlines: Deadlines = { idleMs: 60_000, totalMs: 80_000 };
const largestBytes = 1024 * 1024;
/** The library's own timer ends at the headers and runs on the machine's clock: ours lead, it never fires. */
const libraryTimeoutMs = 3_600_000;

const modelId = z.string().regex(/^[\w.:/@+-]{1,200}$/);
const count = z.number().int().min(0).max(10_000_000);
const completion = z.object({
  model: modelId.optional().catch(undefined),
  choices: z
    .array(z.object({ finish_reason: z.string().nullish(), message: z.object({ content: z.string().nullish() }) }))
    .min(1),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
});
const modelList = z.object({ data: z.array(z.unknown()).max(10_000) });
const listed = z.object({ id: modelId, max_model_len: count.nullish().catch(undefined) });

export function createModelClient(options: ClientOptions): ModelClient {
  const { clock, keyName = 'NEMOTRON_API_KEY', deadlines = defaultDeadlines } = options;
  const { host } = new URL(options.baseUrl);
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 });
  const endpoint = new OpenAI({
    apiKey: options.apiKey,
    baseURL: options.baseUrl,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: libraryTimeoutMs,
    logLevel: 'off',
    fetch: boundedFetch({ dispatcher, clock, idleMs: deadlines.idleMs, largestBytes, host, secret: options.apiKey }),
  });
  const exchange = async <Answer>(
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<unknown>,
    read: (reply: unknown) => Answer | null,
  ): Promise<Answer | { readonly fault: ModelFault }> => {
    const timer = deadline(clock, deadlines.totalMs, signal);
    try {
      timer.signal.throwIfAborted();
      const reply = await call(timer.signal);
      return read(reply) ?? { fault: misread(reply) };
    } catch (error) {
      if (signal.aborted) return { fault: { kind: 'withdrawn', detail: 'the question was withdrawn' } };
      if (timer.signal.aborted)
        return {
          fault: { kind: 'timeout', detail: `${host} gave no whole answer within ${deadlines.totalMs / 1000} s` },
        };
      return { fault: faultOf(error, keyName, clock.now()) };
    } finally {
      timer.done();
    }
  };
  return {
    host,
    list: async (signal) =>
      await exchange(
        signal,
        async (within) => await endpoint.get('/models', { signal: within }),
        (reply) => {
          const parsed = modelList.safeParse(reply);
          return parsed.success ? parsed.data.data.flatMap(listedModel) : null;
        },
      ),
    ask: async (question, signal) =>
      await exchange(
        signal,
        async (within) =>
          await endpoint.chat.completions.create(
            {
              model: question.model,
              messages: question.messages.map((one) => ({ ...one })),
              max_tokens: question.maxTokens,
              temperature: 0,
              ...question.extra,
            },
            { signal: within },
          ),
        completionOf,
      ),
    close: async () => await dispatcher.close(),
  };
}

function completionOf(reply: unknown): Completion | null {
  const parsed = completion.safeParse(reply);
  const choice = parsed.data?.choices[0];
  if (parsed.data === undefined || choice === undefined) return null;
  const { model, usage } = parsed.data;
  return {
    content: choice.message.content ?? '',
    finished: choice.finish_reason === 'stop',
    ...(model === undefined ? {} : { servedModel: model }),
    ...(usage === undefined || usage === null
      ? {}
      : { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }),
  };
}

/** Entries whose name is no plain model id are left out. */
function listedModel(entry: unknown): readonly ListedModel[] {
  const parsed = listed.safeParse(entry);
  if (!parsed.success) return [];
  const { id, max_model_len: contextTokens } = parsed.data;
  return [{ id, ...(contextTokens === undefined || contextTokens === null ? {} : { contextTokens }) }];
}

/** A 200 that is no answer: the library hands HTML and other text through as a string. */
function misread(reply: unknown): ModelFault {
  return typeof reply === 'string' && /^\s*</.test(reply)
    ? { kind: 'no-endpoint', detail: 'HTML instead of JSON; a proxy or sign-in page stands in between' }
    : { kind: 'unreadable', detail: 'the endpoint answers 200 with something that is no completion' };
}

function faultOf(error: unknown, keyName: string, nowMs: number): ModelFault {
  const inner = error instanceof Error ? error.cause : undefined;
  if (error instanceof EndpointError) return error.fault;
  if (inner instanceof EndpointError) return inner.fault;
  if (error instanceof APIError && typeof error.status === 'number') {
    const headers: unknown = error.headers;
    return faultOfStatus(error.status, headers instanceof Headers ? headers.get('retry-after') : null, {
      keyName,
      nowMs,
    });
  }
  if (error instanceof SyntaxError) return { kind: 'unreadable', detail: 'the JSON of the answer is broken or cut' };
  return {
    kind: 'unreachable',
    detail: 'the request could not be sent; check the key and the address for stray characters',
  };
}
