// Raw HTTP to an API server, as any client could send it: nothing of the product lies between the suite and the wire.
import { Agent, request } from 'undici';
import { toTree, type Tree } from '../../src/sandbox/api/tree.ts';
import { startWatching, type Watching } from './watching.ts';

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** The parsed body; empty where the answer is not JSON. */
  readonly body: Tree;
};

export type Sending = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  /** Sent as it is when it is a text, else as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export interface Client {
  send(sending: Sending): Promise<Answer>;
  watch(path: string): Promise<Watching>;
  close(): Promise<void>;
}

const timeoutMs = 20_000;

/** A null token sends no credentials. `ca` is PEM. */
export function createClient(url: string, token: string | null, ca?: string): Client {
  const agent = new Agent({ bodyTimeout: 0, ...(ca === undefined ? {} : { connect: { ca } }) });
  const known = {
    accept: 'application/json',
    'user-agent': 'contract/1',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    async send({ method, path, body, type, headers }) {
      const reply = await request(url + path, {
        method,
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...known,
          ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await reply.body.text();
      return { status: reply.statusCode, headers: reply.headers, text, body: parsed(text) };
    },
    async watch(path) {
      const end = new AbortController();
      const reply = await request(url + path, { dispatcher: agent, signal: end.signal, headers: known });
      return startWatching(reply.statusCode, reply.body, () => end.abort());
    },
    close: async () => await agent.destroy(),
  };
}

function parsed(text: string): Tree {
  try {
    return toTree(JSON.parse(text));
  } catch {
    return {};
  }
}
