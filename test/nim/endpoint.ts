// A simulated model endpoint over real HTTP on loopback: lists models, answers questions of one token by model, all others by script.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { behave, bodyOf, sendJson, type Behaviour } from './behaviour.ts';

export type EndpointOptions = {
  /** What `/v1/models` lists, with the status that a question to the model gets; 200 is served. */
  readonly models: readonly { readonly id: string; readonly status?: number; readonly maxModelLen?: number }[];
  readonly key: string;
  /** What `/v1/models` does instead of listing. */
  readonly listing?: Behaviour;
  /** Fields beyond those of the plain protocol answer 400. */
  readonly refusesFields?: boolean;
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
  /** What the next questions get, one each; the last stays. */
  play(...script: readonly [Behaviour, ...Behaviour[]]): void;
  /** Resolves when so many questions of more than one token have come. */
  asked(times: number): Promise<void>;
  close(): Promise<void>;
}

const plainFields: ReadonlySet<string> = new Set(['model', 'messages', 'max_tokens', 'temperature']);
const chat = z
  .object({
    model: z.string(),
    max_tokens: z.number(),
    messages: z.array(z.object({ role: z.string(), content: z.string() })).min(1),
  })
  .loose();

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const questions: Question[] = [];
  const requests: string[] = [];
  const waiting: { readonly times: number; readonly resolve: () => void }[] = [];
  let script: readonly Behaviour[] = [{ kind: 'status', status: 500 }];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const route = `${request.method} ${request.url}`;
    const body = await bodyOf(request);
    if (route === 'GET /v1/models') {
      requests.push(route);
      if (options.listing === undefined)
        sendJson(response, 200, { object: 'list', data: options.models.map(listedModel) });
      else behave(options.listing, { model: '', prompt: '' }, response);
      return;
    }
    if (route !== 'POST /v1/chat/completions') return sendJson(response, 404, { detail: 'Not Found' });
    const asked = chat.parse(JSON.parse(body));
    requests.push(`${route} ${asked.model}`);
    if (request.headers.authorization !== `Bearer ${options.key}`)
      return sendJson(response, 401, { status: 401, title: 'Unauthorized', detail: request.headers.authorization });
    const fields = Object.keys(asked);
    if (options.refusesFields === true && fields.some((name) => !plainFields.has(name)))
      return sendJson(response, 400, { error: { message: 'Extra inputs are not permitted', code: 400 } });
    const known = options.models.find((one) => one.id === asked.model);
    const status = known === undefined ? 404 : (known.status ?? 200);
    if (status !== 200) return behave({ kind: 'status', status }, { model: asked.model, prompt: '' }, response);
    if (asked.max_tokens === 1)
      return behave({ kind: 'answers', content: 'OK', finish: 'length' }, { model: asked.model, prompt: '' }, response);
    const said = (role: string): string => asked.messages.find((one) => one.role === role)?.content ?? '';
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
    if (next !== undefined) behave(next, { model: asked.model, prompt: `${said('system')}${said('user')}` }, response);
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
