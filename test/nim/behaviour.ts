// What a simulated model endpoint can do with one question: answer, refuse, or break in the ways that real ones were seen to.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asked, Behaviour } from './script.ts';
import { completionOf, sendStream, streamHead } from './wire.ts';

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
