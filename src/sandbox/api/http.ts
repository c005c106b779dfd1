// The HTTP face of the API: who asks, what for, and the answer in the server's words.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAudit } from './audit.ts';
import type { Aim, Api } from './context.ts';
import { discoveryAt, isServedGroup } from './discovery.ts';
import { ApiFailure, badRequest, methodNotAllowed, statusOf, unknownResource } from './failure.ts';
import { type Attributes, denial, type Identities, type Identity, isAllowed } from './identity.ts';
import type { PodLogHandler } from './log.ts';
import { type Answer, perform, reviewed, type Verb, type Wanted } from './perform.ts';
import { isReview } from './reviews.ts';
import { type Route, routeOf } from './route.ts';
import { toValue, type Value } from './tree.ts';
import { watch, type Watcher } from './watch.ts';

export type HttpPorts = {
  readonly api: Api;
  readonly identities: Identities;
  readonly audit: ReturnType<typeof createAudit>;
  readonly logHandler: () => PodLogHandler | null;
  /** Runs after the given wall time in milliseconds; the returned function cancels. */
  readonly after: (delayMs: number, run: () => void) => () => void;
  readonly open: Set<() => void>;
  /** Sends a bookmark on each open watch that asked for them. */
  readonly bookmarks: Set<() => void>;
};

const mostBodyBytes = 3 * 1024 * 1024;
const mostUnreadBytes = 32 * 1024 * 1024;
const anonymous: Identity = { user: 'system:anonymous', groups: ['system:unauthenticated'], token: '', rules: [] };
const openToAll = new Set(['/healthz', '/livez', '/readyz', '/version']);

export async function handle(ports: HttpPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = request.url ?? '/';
  const [, tokenInPath, rest = ''] = /^\/as\/([^/?]+)(.*)$/.exec(given) ?? [];
  const url = new URL(tokenInPath === undefined ? given : rest || '/', 'http://sandbox');
  response.setHeader('date', new Date(ports.api.clock.now()).toUTCString());
  try {
    const identity = identify(
      ports.identities,
      tokenInPath === undefined ? request.headers.authorization : `Bearer ${tokenInPath}`,
    );
    if (/^\/(healthz|livez|readyz)(\/.*)?$/.test(url.pathname)) {
      send(response, { code: 200, text: 'ok', type: 'text/plain; charset=utf-8' });
      return;
    }
    const route = routeOf(url.pathname);
    if (identity === anonymous && route === null && !openToAll.has(url.pathname))
      throw new ApiFailure(
        403,
        'Forbidden',
        `forbidden: User "system:anonymous" cannot get path "${url.pathname}"`,
        {},
      );
    const document = request.method === 'GET' ? discoveryAt(url.pathname.replace(/(?<=.)\/$/, '')) : null;
    if (document !== null) {
      send(response, { code: 200, text: JSON.stringify(document), type: 'application/json' });
      return;
    }
    if (
      route !== null &&
      route.definition === undefined &&
      isServedGroup(route.group) &&
      !isReview(route.group, route.plural)
    )
      throw unknownResource();
    if (route === null || (route.definition === undefined && !isReview(route.group, route.plural))) {
      send(response, { code: 404, text: '404 page not found\n', type: 'text/plain; charset=utf-8' });
      return;
    }
    await serve(ports, identity, route, url, request, response);
  } catch (error) {
    const failure = asFailure(error);
    const again = failure.retryAfterSeconds;
    send(response, {
      code: failure.code,
      text: JSON.stringify(statusOf(failure)),
      type: 'application/json',
      headers: again === undefined ? {} : { 'retry-after': String(again) },
    });
  }
}

async function serve(
  ports: HttpPorts,
  identity: Identity,
  route: Route,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const verb = verbOf(request.method ?? '', route, url.searchParams);
  const record = {
    atMs: ports.api.clock.now(),
    user: identity.user,
    verb,
    uri: `${url.pathname}${url.search}`,
    group: route.group,
    resource: route.plural,
    namespace: route.namespace,
    name: route.name,
    subresource: route.subresource,
    dryRun: false,
    body: '',
  };
  try {
    authorize(identity, verb, route);
    if (verb === 'watch') {
      ports.audit.add({ ...record, code: 200 });
      startWatch(ports, route, url, request, response);
      return;
    }
    const text = verb === 'get' || verb === 'list' ? '' : await bodyOf(request);
    record.body = text.slice(0, 65_536);
    const contentType = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
    const wanted: Wanted = {
      verb,
      query: url.searchParams,
      contentType,
      body: parsed(text, verb, contentType),
      manager: managerOf(url.searchParams, request.headers['user-agent']),
    };
    const answer =
      route.definition === undefined
        ? reviewed(route, wanted, identity, ports.identities)
        : perform(ports.api, aimOf(route), wanted, ports.logHandler());
    record.dryRun = answer.dryRun ?? false;
    ports.audit.add({ ...record, code: answer.code });
    send(response, answer);
  } catch (error) {
    const failure = asFailure(error);
    record.dryRun = url.searchParams.getAll('dryRun').includes('All');
    ports.audit.add({ ...record, code: failure.code });
    throw failure;
  }
}

function startWatch(
  ports: HttpPorts,
  route: Route,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { definition } = route;
  if (definition === undefined) throw badRequest('cannot watch a review');
  const query = new URLSearchParams(url.searchParams);
  if (route.name !== '') query.set('fieldSelector', `metadata.name=${route.name}`);
  const waiting: string[] = [];
  let isOpen = false;
  let watcher: Watcher | null = null;
  const cancels: (() => void)[] = [];
  let stopTicking = (): void => undefined;
  const end = (): void => {
    watcher?.close();
    for (const cancel of cancels.splice(0)) cancel();
    stopTicking();
    ports.open.delete(end);
    ports.bookmarks.delete(bookmark);
    if (isOpen) response.end();
  };
  const bookmark = (): void => watcher?.bookmark();
  let ended = false;
  watcher = watch(ports.api, definition, route.namespace, query, {
    line(text) {
      if (!isOpen) waiting.push(text);
      else if (response.writableLength > mostUnreadBytes) end();
      else response.write(`${text}\n`);
    },
    end() {
      ended = true;
    },
  });
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  isOpen = true;
  response.write(waiting.length === 0 ? '' : `${waiting.join('\n')}\n`);
  if (ended) {
    response.end();
    return;
  }
  ports.open.add(end);
  ports.bookmarks.add(bookmark);
  request.on('close', end);
  response.on('close', end);
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || 2_400;
  cancels.push(ports.after(seconds * 1_000, end));
  if (seconds > 5) cancels.push(ports.after((seconds - 2) * 1_000, () => watcher.bookmark()));
  const tick = (): void => {
    watcher.bookmark();
    stopTicking = ports.after(60_000, tick);
  };
  stopTicking = ports.after(60_000, tick);
}

function identify(identities: Identities, header: string | undefined): Identity {
  if (header === undefined) return anonymous;
  const identity = /^Bearer\s+/i.test(header)
    ? identities.byToken(header.replace(/^Bearer\s+/i, '').trim())
    : undefined;
  if (identity === undefined) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  return identity;
}

function authorize(identity: Identity, verb: Verb, route: Route): void {
  const wanted: Attributes = { verb, resource: route.plural, ...route };
  if (identity !== anonymous && route.definition === undefined && route.plural.startsWith('self')) return;
  if (isAllowed(identity, wanted)) return;
  const qualified = route.group === '' ? route.plural : `${route.plural}.${route.group}`;
  const subject = route.name === '' ? qualified : `${qualified} "${route.name}"`;
  throw new ApiFailure(403, 'Forbidden', `${subject} is forbidden: ${denial(identity.user, wanted)}`, {
    ...(route.name === '' ? {} : { name: route.name }),
    ...(route.group === '' ? {} : { group: route.group }),
    kind: route.plural,
  });
}

function verbOf(method: string, route: Route, query: URLSearchParams): Verb {
  const isCollection = route.name === '';
  switch (method) {
    case 'GET':
      if (['true', '1'].includes(query.get('watch') ?? '') && route.subresource === '') return 'watch';
      return isCollection ? 'list' : 'get';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      throw methodNotAllowed();
  }
}

function aimOf(route: Route): Aim {
  const { definition, namespace, name, subresource } = route;
  if (definition === undefined) throw badRequest('no such resource');
  if (definition.namespaced ? namespace === '' && name !== '' : namespace !== '') throw unknownResource();
  return { definition, namespace, name, subresource };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > mostBodyBytes)
      throw new ApiFailure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${mostBodyBytes}`, {});
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

const jsonTypes = new Set(['application/json', '']);

function parsed(text: string, verb: Verb, contentType: string): Value {
  if (text === '') return null;
  if (verb !== 'patch' && !jsonTypes.has(contentType))
    throw new ApiFailure(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json',
      {},
    );
  if (verb === 'patch' && !contentType.endsWith('+json')) return null;
  try {
    return toValue(JSON.parse(text));
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : 'the body is not JSON');
  }
}

/** Field manager of the query, else what stands before the slash of the user agent. */
function managerOf(query: URLSearchParams, userAgent: string | undefined): string {
  return query.get('fieldManager') ?? ((userAgent ?? '').split('/')[0]?.slice(0, 128) || 'unknown');
}

function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiFailure(500, 'InternalError', `Internal error occurred: ${message}`, {});
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) {
    response.end();
    return;
  }
  response.writeHead(answer.code, {
    'content-type': answer.type,
    'cache-control': 'no-cache, private',
    'content-length': Buffer.byteLength(answer.text),
    ...answer.headers,
  });
  response.end(answer.text);
}
