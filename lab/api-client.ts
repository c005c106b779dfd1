// Sends single JSON requests to the lab's API server over a connection that trusts its own CA.
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'undici';

export type ApiRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default 10,000. */
  readonly timeoutMs?: number;
};

export type ApiReply = {
  readonly status: number;
  /** Parsed JSON, or the text where the answer is not JSON. */
  readonly body: unknown;
};

export type ApiClient = {
  request(token: string, asked: ApiRequest): Promise<ApiReply>;
  close(): Promise<void>;
};

/** The CA is read at the first request, as the API server makes it while starting. */
export function createApiClient(url: string, caFile: string): ApiClient {
  let agent: Agent | null = null;
  return {
    async request(token, asked) {
      if (agent === null) {
        if (!existsSync(caFile)) throw new Error('the API server has no certificate yet');
        agent = new Agent({ connect: { ca: readFileSync(caFile) } });
      }
      const reply = await request(url + asked.path, {
        method: asked.method,
        dispatcher: agent,
        signal: AbortSignal.timeout(asked.timeoutMs ?? 10_000),
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(asked.body === undefined ? {} : { 'content-type': asked.contentType ?? 'application/json' }),
        },
        ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
      });
      return { status: reply.statusCode, body: parse(await reply.body.text()) };
    },
    async close() {
      await agent?.destroy();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
