// The HTTP API: who asks is established first, every answer says as of when, every refusal has three sentences.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { apiPrefix, challengeRequest } from '../model/door.ts';
import { approvalRoutes } from './approval-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { bearerOf, createTokens, isLoopbackHost, type Holder, type Identity } from './identity.ts';
import { incidentRoutes } from './incident-routes.ts';
import { journalRoutes } from './journal-routes.ts';
import { plainServer, type Server } from './plain-server.ts';
import { iso } from './plan-view.ts';
import type { ServerPorts } from './ports.ts';
import { noSuchEndpoint, rateLimited, signedOut, wrongHost, wrongMethod } from './problems.ts';
import { createRateLimit } from './rate-limit.ts';

const challengePath = `${apiPrefix}/challenge`;

/** Built but not listening; holders are the tokens that open it, the operator's first. */
export function buildServer(ports: ServerPorts, holders: readonly Holder[]): Server {
  const server = plainServer((error, requestId) => ports.fault?.(error, requestId));
  const tokens = createTokens(holders);
  const known = createRateLimit(ports.wall, 50, 200);
  const strangers = createRateLimit(ports.wall, 10, 40);

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (!isLoopbackHost(request.headers.host) || request.headers.origin !== undefined) throw wrongHost();
    const identity = identify(request);
    request.identity = identity;
    const limit = identity === null ? strangers : known;
    if (!limit.take(identity?.subject ?? 'stranger')) {
      void reply.header('retry-after', '1');
      throw rateLimited();
    }
    if (identity === null && !isOpen(request))
      throw signedOut(
        request.headers.authorization === undefined ? 'no token came with the request' : 'the token is not of this run',
      );
  });
  const routes = listRoutes(server);
  server.setNotFoundHandler((request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = routes().filter((one) => one.matches.test(path));
    if (allowed.length === 0) throw noSuchEndpoint(request.method, path);
    throw wrongMethod(request.method, path, [...new Set(allowed.map((one) => one.method))]);
  });

  server.get('/healthz', async (_request, reply) => {
    const health = ports.health();
    const writable = ports.journal.writable();
    return await reply.send({
      status: writable ? 'ok' : 'watching only',
      journal: writable ? 'writable' : 'not writable',
      clusterLagMs: health.clusterLagMs,
      stopped: ports.isStopped() || ports.state().switch.stopped,
      seq: ports.journal.head(),
      asOf: iso(ports.cluster.now()),
    });
  });
  server.get('/metrics', async (_request, reply) => {
    const text = await ports.metrics.metrics();
    return await reply.type(ports.metrics.contentType).send(text);
  });
  server.post(challengePath, { schema: { body: challengeRequest } }, async (request) => {
    const proof = tokens.prove(request.body.nonce, request.socket.localPort ?? 0, request.body.tokenId);
    if (proof === null) throw signedOut('the token that the client holds is not of this run');
    return { proof };
  });
  incidentRoutes(server, ports);
  approvalRoutes(server, ports);
  controlRoutes(server, ports);
  journalRoutes(server, ports);
  return server;

  function identify(request: FastifyRequest): Identity | null {
    const token = bearerOf(request.headers.authorization);
    return token === null ? null : tokens.identify(token);
  }
}

/** By the route that was matched: the address as written may spell the same route in another way, such as `/%61pi`. */
function isOpen(request: FastifyRequest): boolean {
  const path = request.routeOptions.url ?? request.url.split('?', 1)[0] ?? '';
  return path === challengePath || !path.startsWith(`${apiPrefix}/`);
}

function listRoutes(
  server: Pick<FastifyInstance, 'addHook'>,
): () => readonly { readonly method: string; readonly matches: RegExp }[] {
  const found: { readonly method: string; readonly matches: RegExp }[] = [];
  server.addHook('onRoute', (route) => {
    const matches = new RegExp(`^${route.url.replaceAll(/:\w+/g, '[^/]+')}$`);
    for (const method of [route.method].flat()) if (method !== 'HEAD') found.push({ method, matches });
  });
  return () => found;
}
