// One HTTP path to the API server: adds credentials and deadlines, and turns what is no answer of an API server into failures.
import { fetch, type Response } from 'undici';
import { deadline, pause, type Clock } from '../clock.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Connection } from './connection.ts';
import { createTurnstile, type TurnstileLimits } from './turnstile.ts';

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Wall milliseconds until the request is given up, waiting in line included; 30 s when absent. */
  readonly timeoutMs?: number;
  /** Called in the same turn in which the request leaves, after the wait in line and for credentials. A throw keeps it here. */
  readonly onLeave?: () => void;
};

export type ApiAnswer = {
  readonly status: number;
  readonly text: string;
  /** Null when the body is no JSON. */
  readonly json: unknown;
  readonly headers: { get(name: string): string | null };
};

export interface Transport {
  readonly server: string;
  /** The answer whatever its status; rejects with a Failure when none came or it is not from an API server. */
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Lines of a streamed answer, with its status first. The stream ends when the server ends it or the signal aborts. */
  stream(
    request: ApiRequest,
  ): Promise<{ readonly status: number; readonly text: string; lines(): AsyncGenerator<string> }>;
  /** Server clock minus the reference clock, milliseconds, from the newest Date header (which counts whole seconds); null when never seen. */
  clockSkewMs(): number | null;
  /** Wall time of the newest answer, milliseconds; null when none came yet. */
  lastAnswerMs(): number | null;
}

const defaultTimeoutMs = 30_000;
const largestBody = 256 * 1024 * 1024;

/** Reads refused by flow control are asked again; nothing else is ever sent twice. */
const readsRefused = 3;
const longestWaitS = 5;

/** `reference` is the clock that the server's is compared with; the wall clock when absent. */
export function createTransport(
  connection: Connection,
  wall: Clock,
  limits?: TurnstileLimits,
  reference: Pick<Clock, 'now'> = wall,
): Transport {
  const turnstile = createTurnstile(wall, limits);
  let skewMs: number | null = null;
  let lastMs: number | null = null;

  const open = async (request: ApiRequest, signal: AbortSignal): Promise<Response> => {
    const { headers, dispatcher } = await connection.credentials();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query ?? {})) if (value !== undefined) query.set(name, value);
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    if (!signal.aborted) request.onLeave?.();
    try {
      const response = await fetch(connection.server + request.path + search, {
        method: request.method,
        headers: {
          ...headers,
          accept: request.accept ?? 'application/json',
          'user-agent': 'k8s-nemotron-advisor',
          ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
        },
        ...(request.body === undefined ? {} : { body: request.body }),
        signal,
        dispatcher,
        redirect: 'manual',
      });
      lastMs = wall.now();
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) skewMs = date + 500 - reference.now();
      return response;
    } catch (error) {
      throw unreachable(connection, error, signal);
    }
  };
  const check = (status: number, text: string, type: string): void => {
    if (status === 401) {
      throw new Failure({
        code: 'token-expired',
        what: `cluster ${connection.name} refused the request`,
        why: `the API server answered 401; the credential of ${connection.source} is not valid (any more)`,
        next: 'sign in with your provider, then: advisor doctor',
        exitCode: exitCodes.forbidden,
      });
    }
    if (type.includes('html') || /^\s*<(!doctype|html)/i.test(text)) {
      throw new Failure({
        code: 'not-an-api-server',
        what: `${originOf(connection)} does not answer as an API server`,
        why: `it answered ${status} with HTML; a proxy or sign-in page stands in between`,
        next: 'check the address and proxy settings, then: advisor doctor',
        exitCode: exitCodes.unreachable,
      });
    }
  };
  const ask = async (request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> => {
    const response = await open(request, signal);
    const text = await bodyOf(connection, response, signal);
    const type = response.headers.get('content-type') ?? '';
    check(response.status, text, type);
    const json = parsed(text);
    if (json === null && response.status === 200 && type.includes('json')) throw truncated(connection, text.length);
    return { status: response.status, text, json, headers: response.headers };
  };
  return {
    server: connection.server,
    async request(request) {
      const timer = deadline(wall, request.timeoutMs ?? defaultTimeoutMs, request.signal);
      try {
        for (let refused = 0; ; refused += 1) {
          const answer = await turnstile.pass(async () => await ask(request, timer.signal), timer.signal);
          if (answer.status !== 429 || request.method !== 'GET' || refused === readsRefused) return answer;
          const afterS = Number(answer.headers.get('retry-after') ?? '1');
          await pause(wall, Math.min(Number.isFinite(afterS) ? afterS : 1, longestWaitS) * 1000, timer.signal);
        }
      } catch (error) {
        throw error instanceof Failure ? error : unreachable(connection, error, timer.signal);
      } finally {
        timer.done();
      }
    },
    async stream(request) {
      const signal = request.signal ?? new AbortController().signal;
      const response = await open(request, signal);
      if (response.status !== 200) {
        const text = await bodyOf(connection, response, signal);
        check(response.status, text, response.headers.get('content-type') ?? '');
        return { status: response.status, text, async *lines() {} };
      }
      check(200, '', response.headers.get('content-type') ?? '');
      return { status: 200, text: '', lines: () => linesOf(response, () => (lastMs = wall.now())) };
    },
    clockSkewMs: () => skewMs,
    lastAnswerMs: () => lastMs,
  };
}

async function* linesOf(response: Response, seen: () => void): AsyncGenerator<string> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  const chunks: AsyncIterable<Uint8Array> = response.body;
  let rest = '';
  for await (const chunk of chunks) {
    seen();
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > largestBody) throw new Error('a watch event is larger than 256 MiB');
    let end = rest.indexOf('\n');
    let from = 0;
    for (; end >= 0; end = rest.indexOf('\n', from)) {
      const line = rest.slice(from, end);
      from = end + 1;
      if (line !== '') yield line;
    }
    rest = rest.slice(from);
  }
}

async function bodyOf(connection: Connection, response: Response, signal: AbortSignal): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw unreachable(connection, error, signal);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function truncated(connection: Connection, characters: number): Failure {
  return new Failure({
    code: 'answer-truncated',
    what: `cluster ${connection.name} gave an answer that cannot be read`,
    why: `its JSON breaks off or is broken after ${characters} characters; a proxy may have cut it`,
    next: 'check the address and proxy settings, then: advisor doctor',
    exitCode: exitCodes.unreachable,
  });
}

function unreachable(connection: Connection, error: unknown, signal: AbortSignal): Failure {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
  const reason: unknown = signal.aborted ? signal.reason : inner;
  const why = reason instanceof Error ? reason.message : 'the connection failed';
  return new Failure(
    {
      code: 'cluster-unreachable',
      what: `cluster ${connection.name} does not answer`,
      why: `${originOf(connection)}: ${code === '' ? why : code}`.slice(0, 92),
      next: 'check that it runs and can be reached, then: advisor doctor',
      exitCode: exitCodes.unreachable,
    },
    { cause: error },
  );
}

/** For people: a path may hold what only its owner should know. */
function originOf(connection: Connection): string {
  return new URL(connection.server).origin;
}
