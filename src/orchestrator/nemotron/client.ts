// Talks to an OpenAI-compatible model endpoint: lists its models and asks one question, streamed; whatever goes wrong comes back as a value.
import { OpenAI } from 'openai';
import { Stream } from 'openai/streaming';
import { z } from 'zod';
import { deadline, pause, type Clock } from '../../clock.ts';
import type { JsonObject } from '../../model/json.ts';
import { completionOf, count, modelId, streamFold, type Completion } from './completion.ts';
import { createModelDispatcher, type Route } from './dispatcher.ts';
import { faultInside, faultOfAnswer, type ErrorContext } from './error-body.ts';
import { boundedFetch } from './exchange.ts';
import { EndpointError, withdrawn, type ModelFault } from './fault.ts';
import { createRate } from './rate.ts';

export type { Completion } from './completion.ts';

export type ClientOptions = {
  readonly apiKey: string;
  /** The variable that holds the key, for messages; NEMOTRON_API_KEY when absent. */
  readonly keyName?: string;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly deadlines?: Deadlines;
  /** Proxy and certificate authority on the way there; straight and with the usual ones when absent. */
  readonly route?: Route;
  readonly requestsPerMinute?: number;
  /** Waits for a queued answer, for the rate and before a retry; on the clock when absent. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Wall milliseconds: until the first byte, of silence after it, and of the whole call. */
type Deadlines = { readonly firstByteMs: number; readonly idleMs: number; readonly totalMs: number };

type Message = { readonly role: 'system' | 'user'; readonly content: string };

export type Question = {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  /** Fields that only this model's family or this endpoint takes. */
  readonly extra: JsonObject;
  /** The answer comes as a stream of events; a server that sends it whole is understood all the same. */
  readonly streams: boolean;
};

export type ListedModel = { readonly id: string; readonly contextTokens?: number };

export interface ModelClient {
  /** Host and port, for messages. */
  readonly host: string;
  /** Requests a minute that are sent at most now. */
  perMinute(): number;
  list(signal: AbortSignal): Promise<readonly ListedModel[] | { readonly fault: ModelFault }>;
  /** Whether a self-hosted server is ready; null where it does not say. */
  ready(signal: AbortSignal): Promise<boolean | null>;
  ask(question: Question, signal: AbortSignal): Promise<Completion | { readonly fault: ModelFault }>;
  close(): Promise<void>;
}

const defaultDeadlines: Deadlines = { firstByteMs: 60_000, idleMs: 20_000, totalMs: 80_000 };
const largestBytes = 4 * 1024 * 1024;
/** A question that would wait longer for its turn is not worth asking any more. */
const longestRateWaitMs = 90_000;
/** The library's own timer ends at the headers and runs on the machine's clock: ours lead, it never fires. */
const libraryTimeoutMs = 3_600_000;

const modelList = z.object({ data: z.array(z.unknown()).max(10_000) });
const listed = z.object({ id: modelId, max_model_len: count.nullish().catch(undefined) });

export function createModelClient(options: ClientOptions): ModelClient {
  const { clock, keyName = 'NEMOTRON_API_KEY', deadlines = defaultDeadlines } = options;
  const { host } = new URL(options.baseUrl);
  const dispatcher = createModelDispatcher(options.route);
  const wait = options.wait ?? ((ms: number, signal: AbortSignal) => pause(clock, ms, signal));
  const rate = createRate({
    clock,
    wait,
    ...(options.requestsPerMinute === undefined ? {} : { perMinute: options.requestsPerMinute }),
  });
  const context = (retryAfter: string | null): ErrorContext => ({ keyName, nowMs: clock.now(), retryAfter });
  const clean = (text: string): string => text.replaceAll(options.apiKey, '(key)');
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
    fetch: boundedFetch({
      dispatcher,
      clock,
      firstByteMs: deadlines.firstByteMs,
      idleMs: deadlines.idleMs,
      largestBytes,
      host,
      baseUrl: options.baseUrl,
      wait,
      faultOf: (status, retryAfter, body) => faultOfAnswer(status, body, context(retryAfter)),
    }),
  });
  const exchange = async <Answered>(
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<Answered | { readonly fault: ModelFault }>,
  ): Promise<Answered | { readonly fault: ModelFault }> => {
    if (rate.waitMs() > longestRateWaitMs)
      return {
        fault: {
          kind: 'throttled',
          detail: `no turn within ${rate.perMinute()} requests a minute`,
          retryAfterMs: rate.waitMs(),
        },
      };
    try {
      await rate.enter(signal);
    } catch {
      return { fault: withdrawn };
    }
    const timer = deadline(clock, deadlines.totalMs, signal);
    try {
      timer.signal.throwIfAborted();
      return await call(timer.signal);
    } catch (error) {
      if (signal.aborted) return { fault: withdrawn };
      if (timer.signal.aborted)
        return {
          fault: { kind: 'timeout', detail: `${host} gave no whole answer within ${deadlines.totalMs / 1000} s` },
        };
      const fault = faultOf(error);
      if (fault.kind === 'throttled') rate.throttled(fault.retryAfterMs);
      return { fault };
    } finally {
      timer.done();
    }
  };
  return {
    host,
    perMinute: () => rate.perMinute(),
    list: async (signal) =>
      await exchange(signal, async (within) => {
        const reply: unknown = await endpoint.get('/models', { signal: within });
        const parsed = modelList.safeParse(reply);
        return parsed.success ? parsed.data.data.flatMap((one) => listedModel(one, clean)) : { fault: misread(reply) };
      }),
    ready: async (signal) => {
      const answer = await exchange(signal, async (within) => {
        await endpoint.get('/health/ready', { signal: within });
        return true;
      });
      if (typeof answer === 'boolean') return answer;
      return answer.fault.kind === 'failing' ? false : null;
    },
    ask: async (question, signal) =>
      await exchange(signal, async (within) => {
        const response = await endpoint.chat.completions
          .create(
            {
              model: question.model,
              messages: question.messages.map((one) => ({ ...one })),
              max_tokens: question.maxTokens,
              temperature: 0,
              ...(question.streams ? { stream: true } : {}),
              ...question.extra,
            },
            { signal: within },
          )
          .asResponse();
        return isStream(response)
          ? await readStream(endpoint, response, clean, context(null))
          : readWhole(await response.text(), clean, context(null));
      }),
    close: async () => await dispatcher.close(),
  };
}

const emptyStream: ModelFault = { kind: 'failing', detail: 'the stream of the answer was empty or broke off' };

function readWhole(
  text: string,
  clean: (text: string) => string,
  context: ErrorContext,
): Completion | { readonly fault: ModelFault } {
  if (/^\s*</.test(text)) return { fault: misread(text) };
  const reply: unknown = JSON.parse(text);
  const answered = completionOf(reply, clean);
  return answered ?? { fault: faultInside(reply, context) ?? misread(reply) };
}

async function readStream(
  endpoint: OpenAI,
  response: Response,
  clean: (text: string) => string,
  context: ErrorContext,
): Promise<Completion | { readonly fault: ModelFault }> {
  const fold = streamFold(clean);
  // Every event is handed on as it is: errors inside the stream are read by our own normaliser.
  const events = Stream.fromSSEResponse<unknown>(response, new AbortController(), endpoint, false, 'events');
  for await (const event of events) {
    const fault = faultInside(event, context);
    if (fault !== null) return { fault };
    if (!fold.take(event)) return { fault: misread(event) };
  }
  return fold.end() ?? { fault: emptyStream };
}

function isStream(response: Response): boolean {
  return /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '');
}

/** Entries whose name is no plain model id are left out. */
function listedModel(entry: unknown, clean: (text: string) => string): readonly ListedModel[] {
  const parsed = listed.safeParse(entry);
  if (!parsed.success) return [];
  const { id, max_model_len: contextTokens } = parsed.data;
  return [{ id: clean(id), ...(contextTokens === undefined || contextTokens === null ? {} : { contextTokens }) }];
}

/** A 200 that is no answer: the library hands HTML and other text through as a string. */
function misread(reply: unknown): ModelFault {
  return typeof reply === 'string' && /^\s*</.test(reply)
    ? { kind: 'no-endpoint', detail: 'HTML instead of JSON; a proxy or sign-in page stands in between' }
    : { kind: 'unreadable', detail: 'the endpoint answers 200 with something that is no completion' };
}

function faultOf(error: unknown): ModelFault {
  const inner = error instanceof Error ? error.cause : undefined;
  if (error instanceof EndpointError) return error.fault;
  if (inner instanceof EndpointError) return inner.fault;
  if (error instanceof SyntaxError) return { kind: 'unreadable', detail: 'the JSON of the answer is broken or cut' };
  return {
    kind: 'unreachable',
    detail: 'the request could not be sent; check the key and the address for stray characters',
  };
}
