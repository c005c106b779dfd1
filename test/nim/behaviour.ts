// What a simulated model endpoint can do with one question: answer, refuse, or break in the ways that real ones were seen to.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NimProfile } from './profiles.ts';
import { completionOf, sendStream, streamHead } from './wire.ts';

export type Behaviour =
  | {
      readonly kind: 'answers';
      /** The message's text, or what makes it of the prompt. */
      readonly content: string | ((prompt: string) => string);
      readonly finish?: string;
      /** Put where the profile puts it. */
      readonly reasoning?: string;
      /** How the endpoint counts tokens, the profile's when absent; null leaves `usage` out. */
      readonly bytesPerToken?: number | null;
      /** Says the answer as text though a tool was to be called. */
      readonly avoidsTool?: boolean;
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** A sign-in page with status 200. */
  | { readonly kind: 'html' }
  /** A whole HTTP answer whose JSON breaks off. */
  | { readonly kind: 'broken-json' }
  /** The connection is cut in the middle of the body. */
  | { readonly kind: 'cut' }
  /** The connection is cut after some events of a stream. */
  | { readonly kind: 'cut-stream' }
  /** A stream that ends before the model came to its end. */
  | { readonly kind: 'short-stream' }
  | { readonly kind: 'empty-stream' }
  /** An error among the events of a stream of status 200. */
  | { readonly kind: 'error-in-stream'; readonly error: unknown }
  /** Nothing comes back until the client gives up. */
  | { readonly kind: 'hangs' }
  /** The body begins and never goes on. */
  | { readonly kind: 'stalls' }
  /** A stream begins and never goes on. */
  | { readonly kind: 'stalls-in-stream' }
  /** The first byte comes when this resolves. */
  | { readonly kind: 'slow'; readonly until: Promise<void>; readonly next: Behaviour }
  /** 202 with an id, and again for so many looks at it. */
  | { readonly kind: 'queued'; readonly looks: number; readonly next: Behaviour }
  /** A body of this many bytes, no JSON. */
  | { readonly kind: 'garbage'; readonly bytes: number; readonly type?: string };

export type Asked = {
  readonly model: string;
  readonly prompt: string;
  readonly profile: NimProfile;
  readonly streams: boolean;
  readonly countsInStream: boolean;
  /** Name of the tool that is to be called. */
  readonly tool: string | null;
};

export function behave(behaviour: Behaviour, asked: Asked, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'answers':
      if (asked.streams) sendStream(behaviour, asked, response);
      else sendJson(response, 200, completionOf(behaviour, asked));
      return;
    case 'status':
      response.writeHead(behaviour.status, { 'content-type': 'application/problem+json', ...behaviour.headers });
      response.end(
        behaviour.body ?? JSON.stringify({ status: behaviour.status, title: 'refused', detail: 'as scripted' }),
      );
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Sign in</title>');
      return;
    case 'broken-json':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":"c","choices":[{"message":{"content":"{\\"pic');
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"id":"c","choices":[', () => response.destroy());
      return;
    case 'cut-stream':
      response.writeHead(200, streamHead);
      response.write(firstEvents, () => response.destroy());
      return;
    case 'short-stream':
      response.writeHead(200, streamHead);
      response.end(firstEvents);
      return;
    case 'empty-stream':
      response.writeHead(200, streamHead);
      response.end('data: [DONE]\n\n');
      return;
    case 'error-in-stream':
      response.writeHead(200, streamHead);
      response.end(`${firstEvents}data: ${JSON.stringify(behaviour.error)}\n\ndata: [DONE]\n\n`);
      return;
    case 'hangs':
      return;
    case 'stalls':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"id":"c","choices":[');
      return;
    case 'stalls-in-stream':
      response.writeHead(200, streamHead);
      response.write(firstEvents);
      return;
    case 'slow':
      void behaviour.until.then(() => behave(behaviour.next, asked, response));
      return;
    case 'queued':
      response.writeHead(202, { 'nvcf-reqid': queuedId, 'nvcf-status': 'pending-evaluation' });
      response.end();
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': behaviour.type ?? 'application/json' });
      response.end('x'.repeat(behaviour.bytes));
      return;
    default:
      behaviour satisfies never;
  }
}

/** Of the one answer that is queued at a time. */
export const queuedId = '0a1b2c3d-0000-4000-8000-000000000001';

const firstEvents = [
  ': keep-alive\n\n',
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: '{"order"' } }] })}\n\n`,
].join('');

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  const parts: AsyncIterable<Buffer> = request;
  for await (const chunk of parts) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
