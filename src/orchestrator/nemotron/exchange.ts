// One bounded HTTP exchange with a model endpoint: undici's own fetch, no redirects, few headers, an idle deadline and a size limit.
import { fetch, type Dispatcher } from 'undici';
import type { Clock } from '../../clock.ts';
import { EndpointError } from './fault.ts';

export type ExchangeOptions = {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Longest silence before the first byte and between two, milliseconds. */
  readonly idleMs: number;
  readonly largestBytes: number;
  /** Shown in faults: host and port of the endpoint. */
  readonly host: string;
  /** Taken out of whatever the endpoint answers, so that an echo cannot spread it. */
  readonly secret: string;
};

type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

const sentHeaders: readonly string[] = ['authorization', 'content-type', 'accept'];
const keptHeaders: readonly string[] = ['content-type', 'retry-after', 'retry-after-ms'];

/** Resolves with a whole answer in memory; rejects with an EndpointError that says what was wrong. */
export function boundedFetch(options: ExchangeOptions): Fetch {
  return async (url, init = {}) => {
    const idle = idleGuard(options.clock, options.idleMs);
    const signals = init.signal === undefined || init.signal === null ? [] : [init.signal];
    try {
      const response = await fetch(String(url instanceof Request ? url.url : url), {
        method: init.method ?? 'GET',
        headers: { ...picked(new Headers(init.headers), sentHeaders), 'user-agent': 'k8s-nemotron-advisor' },
        ...(typeof init.body === 'string' ? { body: init.body } : {}),
        signal: AbortSignal.any([idle.signal, ...signals]),
        redirect: 'manual',
        dispatcher: options.dispatcher,
      });
      idle.heard();
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of chunksOf(response.body)) {
        idle.heard();
        bytes += chunk.byteLength;
        if (bytes > options.largestBytes)
          throw new EndpointError({
            kind: 'too-large',
            detail: `the answer is larger than ${options.largestBytes} bytes`,
          });
        chunks.push(chunk);
      }
      const text = Buffer.concat(chunks).toString('utf8').replaceAll(options.secret, '(key)');
      const { status } = response;
      // A 202 is a promise of an answer, and it must not be read as one.
      if (status === 202)
        throw new EndpointError({ kind: 'failing', detail: '202 from the endpoint; it queued the request' });
      return new Response(hasNoBody(status) ? null : text, {
        status,
        headers: picked(response.headers, keptHeaders),
      });
    } catch (error) {
      if (error instanceof EndpointError) throw error;
      if (idle.signal.aborted)
        throw new EndpointError({
          kind: 'timeout',
          detail: `${options.host} was silent for ${options.idleMs / 1000} s`,
        });
      throw new EndpointError({ kind: 'unreachable', detail: `${options.host} does not answer${codeOf(error)}` });
    } finally {
      idle.done();
    }
  };
}

function idleGuard(clock: Clock, idleMs: number): { readonly signal: AbortSignal; heard(): void; done(): void } {
  const controller = new AbortController();
  const start = () => clock.after(idleMs, () => controller.abort());
  let cancel = start();
  return {
    signal: controller.signal,
    heard() {
      cancel();
      cancel = start();
    },
    done: () => cancel(),
  };
}

async function* chunksOf(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body !== null) yield* body;
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
