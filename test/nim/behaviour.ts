// What a simulated model endpoint can do with one question: answer, refuse, or break in the ways that real ones were seen to.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Behaviour =
  | {
      readonly kind: 'answers';
      /** The message's text, or what makes it of the prompt. */
      readonly content: string | ((prompt: string) => string);
      readonly finish?: string;
      /** Put beside the content, as reasoning parsers do. */
      readonly reasoning?: string;
      /** How the endpoint counts tokens, 4 when absent; null leaves `usage` out. */
      readonly bytesPerToken?: number | null;
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
  /** Nothing comes back until the client gives up. */
  | { readonly kind: 'hangs' }
  /** The body begins and never goes on. */
  | { readonly kind: 'stalls' }
  /** A body of this many bytes, no JSON. */
  | { readonly kind: 'garbage'; readonly bytes: number };

export type Asked = { readonly model: string; readonly prompt: string };

export function behave(behaviour: Behaviour, asked: Asked, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'answers':
      sendJson(response, 200, completionOf(behaviour, asked));
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
    case 'hangs':
      return;
    case 'stalls':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"id":"c","choices":[');
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('x'.repeat(behaviour.bytes));
      return;
    default:
      behaviour satisfies never;
  }
}

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

function completionOf(behaviour: Extract<Behaviour, { kind: 'answers' }>, asked: Asked): unknown {
  const content = typeof behaviour.content === 'string' ? behaviour.content : behaviour.content(asked.prompt);
  const { bytesPerToken = 4 } = behaviour;
  const tokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / (bytesPerToken ?? 4));
  const usage = { prompt_tokens: tokens(asked.prompt), completion_tokens: tokens(content) };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: asked.model,
    choices: [
      {
        index: 0,
        finish_reason: behaviour.finish ?? 'stop',
        message: {
          role: 'assistant',
          content,
          ...(behaviour.reasoning === undefined ? {} : { reasoning_content: behaviour.reasoning }),
        },
      },
    ],
    ...(bytesPerToken === null ? {} : { usage }),
  };
}
