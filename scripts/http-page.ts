// Reference page of the HTTP API: the routes that the server itself registers, with what each takes; nothing listens and nothing is asked.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { z } from 'zod';
import { wallClock } from '../src/clock.ts';
import { emptyState } from '../src/folds/state.ts';
import { isJsonObject, toJson, type Json } from '../src/model/json.ts';
import type { ServerPorts } from '../src/server/ports.ts';
import { buildServer } from '../src/server/server.ts';
import { code, codes, page, rows } from './page.ts';

export type Route = { readonly name: string; readonly query: readonly string[]; readonly body: readonly string[] };

/** `GET /api/v1/incidents` and so on, in the order in which the server registers them. */
export function httpRoutes(): readonly Route[] {
  const found: Route[] = [];
  const listen = (message: unknown): void => {
    const made = madeServer.parse(message);
    made.fastify.addHook('onRoute', (route: unknown) => {
      const { method, url, schema = {} } = registered.parse(route);
      for (const one of [method].flat())
        if (one !== 'HEAD')
          found.push({ name: `${one} ${url}`, query: membersOf(schema.querystring), body: membersOf(schema.body) });
    });
  };
  subscribe('fastify.initialization', listen);
  try {
    buildServer(nobody, []);
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
  return found;
}

export function httpPage(): string {
  return page(
    'HTTP API',
    'Served on loopback (`--listen`). All but `/healthz`, `/metrics` and the challenge need `Authorization: Bearer TOKEN` with the token that `run` leaves for its owner. Bodies are JSON. Every answer under `/api/v1` carries `asOf`, `seq`, `complete` and `warnings`; every refusal is problem JSON with `code`, `what`, `why`, `next` and `exitCode`.',
    rows(
      ['Route', 'Query', 'Body', 'What it is for'],
      httpRoutes().map((one) => [code(one.name), codes(one.query), codes(one.body), purposes.get(one.name) ?? '']),
    ),
  );
}

const purposes: ReadonlyMap<string, string> = new Map([
  ['GET /healthz', 'whether the journal takes events, the age of the cluster picture, whether actions are stopped'],
  ['GET /metrics', 'metrics of the product'],
  ['POST /api/v1/challenge', 'the server proves that it knows the token before a client sends it'],
  ['GET /api/v1/overview', 'what is wrong, what waits for a person, what is being done'],
  ['GET /api/v1/incidents', 'incidents, filtered and paged'],
  ['GET /api/v1/incidents/:id', 'one incident in full, now or as of an event'],
  ['GET /api/v1/incidents/:id/events', 'journal events of the incident'],
  ['GET /api/v1/incidents/:id/evidence/:evidence', 'one piece of evidence'],
  ['GET /api/v1/plans/:id', 'a plan with diff, rulings and undo; the slash of its id is encoded'],
  ['GET /api/v1/plans/:id/:number', 'the same, with the id typed as it is'],
  ['GET /api/v1/approvals', 'approvals by state; those that wait when none is named'],
  ['GET /api/v1/approvals/:id', 'one approval'],
  ['POST /api/v1/approvals/:id/decision', 'approve or deny; a repeated `Idempotency-Key` is recorded once'],
  ['GET /api/v1/session', 'who the token stands for and what they may do'],
  ['GET /api/v1/switch', 'whether actions are stopped, and what is in flight or held'],
  ['PUT /api/v1/switch', 'stop or resume'],
  ['POST /api/v1/ask', 'a question, answered out of facts that each sentence cites; reads and never acts'],
  ['POST /api/v1/plans/:id/undo', 'make the undo plan and have it judged'],
  ['POST /api/v1/plans/:id/:number/undo', 'the same, with the id typed as it is'],
  ['GET /api/v1/modes', 'the effective mode of each namespace and why'],
  ['GET /api/v1/agents', 'answers 404 in this version'],
  ['GET /api/v1/doctor', 'answers 404 in this version'],
  ['GET /api/v1/journal', 'events of the journal, filtered and paged'],
  ['GET /api/v1/journal/export', 'the canonical lines exactly as they were hashed'],
]);

type Hooked = { addHook(name: 'onRoute', hook: (route: unknown) => void): unknown };

/** The server itself and not a copy of it. */
const madeServer = z.object({
  fastify: z.custom<Hooked>((one) => typeof one === 'object' && one !== null && 'addHook' in one),
});
const registered = z.object({
  method: z.union([z.string(), z.array(z.string())]),
  url: z.string(),
  schema: z
    .object({ querystring: z.instanceof(z.ZodType).optional(), body: z.instanceof(z.ZodType).optional() })
    .optional(),
});

function membersOf(schema: z.ZodType | undefined): readonly string[] {
  return schema === undefined
    ? []
    : [...new Set(namesIn(toJson(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))))];
}

/** Members of an object, or of any of its alternatives. */
function namesIn(schema: Json): readonly string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, anyOf, oneOf } = schema;
  const alternatives: readonly Json[] = [anyOf ?? [], oneOf ?? []].flat();
  return [...Object.keys(isJsonObject(properties) ? properties : {}), ...alternatives.flatMap(namesIn)];
}

/** Routes are registered without asking for anything. */
function unasked(): never {
  throw new Error('the routes were asked for while they were listed');
}

const nobody: ServerPorts = {
  wall: wallClock(),
  cluster: wallClock(),
  state: () => emptyState,
  at: unasked,
  journal: { append: unasked, read: unasked, head: () => 0, writable: () => true, lines: unasked },
  health: unasked,
  modes: () => [],
  isStopped: () => false,
  stop: unasked,
  resume: unasked,
  requestUndo: unasked,
  metrics: { contentType: 'text/plain', metrics: unasked },
};
