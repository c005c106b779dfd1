// A reverse proxy on loopback that does to single requests what networks do: cuts, loses the answer, hangs, delays, or answers in the server's place.
import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export type Passing = {
  readonly method: string;
  /** With the query, as it was asked, without the prefix `/as/TOKEN` of the sandbox's kubeconfigs. */
  readonly path: string;
  readonly body: string;
};

/** What becomes of one request. */
export type Fate =
  | { readonly kind: 'pass' }
  /** The connection ends before the server hears of the request. */
  | { readonly kind: 'cut' }
  /** The server answers, and nobody hears it; `whenAnswered` is called once it has. */
  | { readonly kind: 'lose reply'; readonly whenAnswered?: () => void }
  /** Nothing comes back, and the server hears nothing. */
  | { readonly kind: 'hang' }
  /** The request reaches the server only when this resolves, whether or not anybody still waits. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  | { readonly kind: 'answer'; readonly status: number; readonly type: string; readonly body: string }
  /** The server's answer, its body made another one; the length is told right. */
  | { readonly kind: 'rewrite'; readonly body: (text: string) => string }
  /** The server's answer breaks off after so many bytes, with the connection. */
  | { readonly kind: 'break off'; readonly afterBytes: number };

export type Rule = (passing: Passing) => Fate;

export interface Proxy {
  readonly url: string;
  /** Requests so far, in the order in which they came. */
  readonly seen: readonly Passing[];
  /** Decides the fate of each request from now on; open watches are left alone. */
  rule(rule: Rule): void;
  /** Refuses connections and ends those that are open, as a server that is down. */
  down(): Promise<void>;
  isUp(): boolean;
  /** Listens again on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

export const passAll: Rule = () => ({ kind: 'pass' });

export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port: targetPort } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const seen: Passing[] = [];
  let rule = passAll;

  /** Sends it on; the server's answer in whole, or null when it gave none. */
  const ask = (request: IncomingMessage, response: ServerResponse, body: string): Promise<IncomingMessage | null> =>
    new Promise((resolve) => {
      const { 'content-length': _length, connection: _connection, ...headers } = request.headers;
      const onward = forward(
        { agent, hostname, port: targetPort, method: request.method, path: request.url, headers },
        resolve,
      );
      onward.on('error', () => resolve(null));
      // A client that goes away ends its watch at the server as well; a write that has left cannot be called back.
      if (request.method === 'GET') response.once('close', () => onward.destroy());
      onward.end(body);
    });
  const act = async (fate: Fate, request: IncomingMessage, response: ServerResponse, body: string): Promise<void> => {
    switch (fate.kind) {
      case 'cut':
        response.destroy();
        return;
      case 'hang':
        return;
      case 'answer':
        response.writeHead(fate.status, { 'content-type': fate.type });
        response.end(fate.body);
        return;
      case 'hold':
        await fate.until;
        return await act({ kind: 'pass' }, request, response, body);
      default: {
        const answer = await ask(request, response, body);
        if (answer === null) response.destroy();
        else await pass(fate, answer, response);
      }
    }
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    const passing = { method: request.method ?? '', path: (request.url ?? '/').replace(/^\/as\/[^/]+/, ''), body };
    seen.push(passing);
    await act(rule(passing), request, response, body);
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listen = async (port: number): Promise<void> =>
    await new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    rule(next) {
      rule = next;
    },
    down,
    isUp: () => server.listening,
    up: async () => await listen(address.port),
    async close() {
      await down();
      agent.destroy();
    },
  };
}

type Answered = Exclude<Fate, { kind: 'cut' | 'hang' | 'answer' | 'hold' }>;

async function pass(fate: Answered, answer: IncomingMessage, response: ServerResponse): Promise<void> {
  const {
    'transfer-encoding': _encoding,
    'content-length': _length,
    connection: _connection,
    ...headers
  } = answer.headers;
  switch (fate.kind) {
    case 'pass':
      response.writeHead(answer.statusCode ?? 502, headers);
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      answer.pipe(response);
      return;
    case 'lose reply':
      await textOf(answer);
      fate.whenAnswered?.();
      response.destroy();
      return;
    case 'rewrite':
      response.writeHead(answer.statusCode ?? 502, headers);
      response.end(fate.body(await textOf(answer)));
      return;
    case 'break off': {
      const text = await textOf(answer);
      response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(text) });
      response.write(Buffer.from(text).subarray(0, fate.afterBytes), () => response.destroy());
      return;
    }
    default:
      fate satisfies never;
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  const parts: AsyncIterable<Buffer> = message;
  for await (const chunk of parts) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
