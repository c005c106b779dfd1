// A simulated model endpoint over real HTTP on loopback: lists models, answers questions of one token by model, all others by script.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { behave, bodyOf, queuedId, sendJson } from './behaviour.ts';
import type { Asked, Behaviour } from './script.ts';
import { errorBody, plain, type NimProfile } from './profiles.ts';

export type EndpointOptions = {
  /** What `/v1/models` lists, with the status that a question to the model gets; 200 is served. */
  readonly models: readonly { readonly id: string; readonly status?: number; readonly maxModelLen?: number }[];
  readonly key: string;
  /** What `/v1/models` does instead of listing. */
  readonly listing?: Behaviour;
  /** What `/v1/health/ready` answers; 404 when absent, as a hosted endpoint does. */
  readonly health?: number;
  /** How the server differs on the wire; a plain one when absent. */
  readonly profile?: NimProfile;
  /** Fields beyond those of the plain protocol answer 400 without a name. */
  readonly refusesFields?: boolean;
  /** Requests that are served before all others get 429. */
  readonly allowance?: number;
};

type Question = {
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly maxTokens: number;
  readonly fields: readonly string[];
  readonly headers: readonly string[];
};

export interface Endpoint {
  readonly baseUrl: string;
  /** Questions of more than one token, in the order in which they came. */
  readonly questions: readonly Question[];
  /** Every request as "GET /v1/models" or "POST /v1/chat/completions MODEL". */
  readonly requests: readonly string[];
  /** Fields for which a request was refused, in order. */
  readonly refusedFields: readonly string[];
  /** What the next questions get, one each; the last stays. */
  play(...script: readonly [Behaviour, ...Behaviour[]]): void;
  /** Resolves when so many questions of more than one token have come. */
  asked(times: number): Promise<void>;
  close(): Promise<void>;
}

const plainFields: ReadonlySet<string> = new Set(['model', 'messages', 'max_tokens', 'temperature', 'stream']);
const chat = z
  .object({
    model: z.string(),
    max_tokens: z.number(),
    messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
    stream: z.boolean().default(false),
    stream_options: z.object({ include_usage: z.boolean() }).optional(),
    tool_choice: z.object({ function: z.object({ name: z.string() }) }).optional(),
  })
  .loose();

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const profile = options.profile ?? plain;
  const questions: Question[] = [];
  const requests: string[] = [];
  const refusedFields: string[] = [];
  const waiting: { readonly times: number; readonly resolve: () => void }[] = [];
  let script: readonly Behaviour[] = [{ kind: 'status', status: 500 }];
  let queued: { looks: number; readonly next: Behaviour; readonly asked: Asked } | null = null;

  const refuse = (response: ServerResponse, status: number, words: string): void =>
    sendJson(response, status, errorBody(profile.errors, status, words));
  const look = (response: ServerResponse): void => {
    if (queued === null) return refuse(response, 404, 'no such request');
    queued.looks -= 1;
    if (queued.looks < 0) behave(queued.next, { ...queued.asked, streams: false }, response);
    else behave({ kind: 'queued', ...queued }, queued.asked, response);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    const body = await bodyOf(request);
    requests.push(route);
    if (options.allowance !== undefined && requests.length > options.allowance)
      return behave({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }, nobody(profile), response);
    if (route === 'GET /v1/models') {
      if (options.listing === undefined)
        sendJson(response, 200, { object: 'list', data: options.models.map(listedModel) });
      else behave(options.listing, nobody(profile), response);
      return;
    }
    if (route === 'GET /v1/health/ready' && options.health !== undefined)
      return sendJson(response, options.health, { object: 'health-response', message: 'as scripted' });
    if (request.headers.authorization !== `Bearer ${options.key}`) {
      if (route.startsWith('POST /v1/chat'))
        requests[requests.length - 1] = `${route} ${chat.parse(JSON.parse(body)).model}`;
      return refuse(response, 401, `${request.headers.authorization} is not authorized`);
    }
    if (route === `GET /v1/status/${queuedId}`) return look(response);
    if (route !== 'POST /v1/chat/completions') return refuse(response, 404, 'Not Found');
    const asked = chat.parse(JSON.parse(body));
    requests[requests.length - 1] = `${route} ${asked.model}`;
    const fields = Object.keys(asked);
    const unknown = fields.find((name) => !plainFields.has(name) && !profile.fields.includes(name));
    if (options.refusesFields === true && fields.some((name) => !plainFields.has(name)))
      return refuse(response, 400, 'Extra inputs are not permitted');
    if (unknown !== undefined) {
      refusedFields.push(unknown);
      return refuse(response, 400, `Unsupported parameter: ${unknown}`);
    }
    const known = options.models.find((one) => one.id === asked.model);
    const status = known === undefined ? 404 : (known.status ?? 200);
    const said = (role: string): string => asked.messages.find((one) => one.role === role)?.content ?? '';
    const about: Asked = {
      model: asked.model,
      prompt: `${said('system')}${said('user')}`,
      profile,
      streams: asked.stream,
      countsInStream: asked.stream_options?.include_usage === true,
      tool: asked.tool_choice?.function.name ?? null,
    };
    if (status !== 200) return refuse(response, status, `the model ${asked.model} is not served`);
    if (asked.max_tokens === 1) return behave({ kind: 'answers', content: 'OK', finish: 'length' }, about, response);
    const tokens = Math.ceil(Buffer.byteLength(about.prompt) / profile.bytesPerToken) + asked.max_tokens;
    if (tokens > profile.contextTokens)
      return refuse(
        response,
        400,
        `This model's maximum context length is ${profile.contextTokens} tokens. However, you requested ${tokens} tokens.`,
      );
    questions.push({
      model: asked.model,
      system: said('system'),
      user: said('user'),
      maxTokens: asked.max_tokens,
      fields,
      headers: Object.keys(request.headers),
    });
    const [next, ...rest] = script;
    if (rest.length > 0) script = rest;
    if (next?.kind === 'queued') queued = { looks: next.looks, next: next.next, asked: about };
    if (next !== undefined) behave(next, about, response);
    for (const one of waiting) if (questions.length >= one.times) one.resolve();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint has no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    questions,
    requests,
    refusedFields,
    play(...next) {
      script = next;
    },
    asked: async (times) =>
      await new Promise<void>((resolve) => {
        if (questions.length >= times) resolve();
        else waiting.push({ times, resolve });
      }),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listedModel(one: EndpointOptions['models'][number]): unknown {
  return { id: one.id, object: 'model', ...(one.maxModelLen === undefined ? {} : { max_model_len: one.maxModelLen }) };
}

function nobody(profile: NimProfile): Asked {
  return { model: '', prompt: '', profile, streams: false, countsInStream: false, tool: null };
}
