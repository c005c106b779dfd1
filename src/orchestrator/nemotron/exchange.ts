// One bounded HTTP exchange with a model endpoint: undici's own fetch, no redirects, few headers, deadlines for the first byte and for silence, a size limit, and queued answers fetched.
import { fetch, type Dispatcher, type Response as Answer } from 'undici';
import type { Clock } from '../../clock.ts';
import { EndpointError, type ModelFault } from './fault.ts';
import { silenceGuard, type SilenceGuard } from './silence.ts';

export type ExchangeOptions = {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Longest wait for the first byte of a body, milliseconds. */
  readonly firstByteMs: number;
  /** Longest silence after it, milliseconds. */
  readonly idleMs: number;
  readonly largestBytes: number;
  /** Shown in faults: host and port of the endpoint. */
  readonly host: string;
  /** Under it lie answers that were queued: `<base>/status/<id>`. */
  readonly baseUrl: string;
  /** Waits between two looks at a queued answer. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The fault of an answer that is not 2xx, from its status, its Retry-After and its text. */
  readonly faultOf: (status: number, retryAfter: string | null, body: string) => ModelFault;
};

type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

const sentHeaders: readonly string[] = ['authorization', 'content-type', 'accept'];
const keptHeaders: readonly string[] = ['content-type'];
const queuedPauseMs = 1_000;
const mostLooks = 120;

/** Resolves with a 2xx, whole in memory or as a stream of events within the bounds; rejects with an EndpointError. */
export function boundedFetch(options: ExchangeOptions): Fetch {
  return async (url, init = {}) => {
    const outer = init.signal ?? new AbortController().signal;
    const headers = { ...picked(new Headers(init.headers), sentHeaders), 'user-agent': 'k8s-nemotron-advisor' };
    const sent = {
      method: init.method ?? 'GET',
      headers,
      ...(typeof init.body === 'string' ? { body: init.body } : {}),
    };
    let answer = await exchanged(String(url instanceof Request ? url.url : url), sent, outer, options);
    // A 202 is a promise of an answer, and it must not be read as one.
    for (let looks = 0; answer.queued !== undefined; looks += 1) {
      if (answer.queued === null || looks === mostLooks)
        throw new EndpointError({ kind: 'failing', detail: '202 from the endpoint; it queued the request' });
      await options.wait(queuedPauseMs, outer);
      const { authorization } = picked(new Headers(init.headers), sentHeaders);
      const status = `${options.baseUrl.replace(/\/+$/, '')}/status/${answer.queued}`;
      const look = {
        method: 'GET',
        headers: {
          'user-agent': 'k8s-nemotron-advisor',
          accept: 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
      };
      answer = await exchanged(status, look, outer, options);
    }
    return answer.response;
  };
}

type Exchanged =
  | { readonly response: Response; readonly queued?: undefined }
  /** Id of an answer that will be there later, or null when none was named. */
  | { readonly queued: string | null };

async function exchanged(
  url: string,
  sent: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  outer: AbortSignal,
  options: ExchangeOptions,
): Promise<Exchanged> {
  const silence = silenceGuard(options.clock, options.firstByteMs, options.idleMs);
  const fault = (error: unknown): EndpointError => {
    silence.done();
    return asFault(error, silence, options.host);
  };
  try {
    const answer = await fetch(url, {
      ...sent,
      signal: AbortSignal.any([silence.signal, outer]),
      redirect: 'manual',
      dispatcher: options.dispatcher,
    });
    const { status } = answer;
    const kept = { status, headers: picked(answer.headers, keptHeaders) };
    if (status === 200 && isStream(answer))
      return { response: new Response(streamed(answer, silence, options, fault), kept) };
    const text = await whole(answer, silence, options);
    silence.done();
    if (status === 202) return { queued: /^[\w-]{1,64}$/.exec(answer.headers.get('nvcf-reqid') ?? '')?.[0] ?? null };
    if (status < 200 || status >= 300)
      throw new EndpointError(options.faultOf(status, answer.headers.get('retry-after'), text));
    return { response: new Response(hasNoBody(status) ? null : text, kept) };
  } catch (error) {
    throw fault(error);
  }
}

async function whole(answer: Answer, silence: SilenceGuard, options: ExchangeOptions): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of measured(answer, silence, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Hands on what comes, chunk by chunk; a fault ends it. */
function streamed(
  answer: Answer,
  silence: SilenceGuard,
  options: ExchangeOptions,
  fault: (error: unknown) => EndpointError,
): ReadableStream<Uint8Array> {
  const chunks = measured(answer, silence, options);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await chunks.next();
        if (next.done === true) {
          silence.done();
          controller.close();
        } else controller.enqueue(next.value);
      } catch (error) {
        controller.error(fault(error));
      }
    },
    async cancel() {
      silence.done();
      await chunks.return(undefined);
    },
  });
}

async function* measured(
  answer: Answer,
  silence: SilenceGuard,
  options: ExchangeOptions,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  let bytes = 0;
  if (answer.body === null) return undefined;
  const chunks: AsyncIterable<Uint8Array> = answer.body;
  for await (const chunk of chunks) {
    silence.heard();
    bytes += chunk.byteLength;
    if (bytes > options.largestBytes)
      throw new EndpointError({ kind: 'too-large', detail: `the answer is larger than ${options.largestBytes} bytes` });
    yield chunk;
  }
  return undefined;
}

function isStream(answer: Answer): boolean {
  return /^text\/event-stream\b/i.test(answer.headers.get('content-type') ?? '');
}

function asFault(error: unknown, silence: SilenceGuard, host: string): EndpointError {
  if (error instanceof EndpointError) return error;
  if (silence.signal.aborted)
    return new EndpointError({ kind: 'timeout', detail: `${host} was silent for ${silence.silentMs() / 1000} s` });
  return new EndpointError({ kind: 'unreachable', detail: `${host} does not answer${codeOf(error)}` });
}

function picked(headers: { get(name: string): string | null }, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** ` (ECONNREFUSED)`: the code alone, since a message may quote a header. */
function codeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner ? inner.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
}
