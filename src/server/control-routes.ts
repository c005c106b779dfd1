// What a person may order besides deciding: stop and resume, undo; and what they may know of the process: session, modes, agents, doctor.
import { z } from 'zod';
import { findPlan } from '../folds/lookup.ts';
import { askRequest, switchRequest, undoRequest, type Right, type SessionView } from '../model/api.ts';
import { apiPrefix, doorHeader } from '../model/door.ts';
import type { Json } from '../model/json.ts';
import { doorOf } from './approval-routes.ts';
import type { Identity } from './identity.ts';
import { viewSwitch } from './overview.ts';
import { viewPlan } from './plan-view.ts';
import type { ServerPorts } from './ports.ts';
import { noSuchEndpoint, notAllowed, notFound } from './problems.ts';
import { envelopeOf, whoAsks } from './envelope.ts';
import type { Server } from './plain-server.ts';

const protocol = 1;

export function controlRoutes(server: Server, ports: ServerPorts): void {
  server.get(`${apiPrefix}/session`, (request) => ({ ...envelopeOf(ports), ...viewSession(ports, whoAsks(request)) }));

  server.get(`${apiPrefix}/switch`, () => ({ ...envelopeOf(ports), ...viewSwitch(ports.state(), ports.isStopped()) }));
  server.put(`${apiPrefix}/switch`, { schema: { body: switchRequest } }, async (request) => {
    const { body } = request;
    const identity = allowed(whoAsks(request), body.stopped ? 'stop' : 'resume');
    const order = { by: identity.subject, door: doorOf(request.headers[doorHeader]) };
    const { warnings } = body.stopped
      ? await ports.stop({ ...order, ...(body.reason === undefined ? {} : { reason: body.reason }) })
      : await ports.resume({ ...order, reason: body.reason });
    const envelope = envelopeOf(ports);
    const said = warnings.map((what) => ({ code: 'switch', what, cost: 'the switch holds in this process only' }));
    const now = viewSwitch(ports.state(), ports.isStopped());
    return {
      ...envelope,
      complete: envelope.complete && said.length === 0,
      warnings: [...envelope.warnings, ...said],
      ...now,
    };
  });

  server.post(`${apiPrefix}/ask`, { schema: { body: askRequest } }, async (request) => {
    if (ports.ask === undefined) throw noSuchEndpoint('POST', `${apiPrefix}/ask`);
    whoAsks(request);
    const { question, incident } = request.body;
    const answer = await ports.ask({ question, ...(incident === undefined ? {} : { incident }) });
    return { ...envelopeOf(ports), ...answer };
  });

  const undo = async (
    id: string,
    identity: Identity,
    header: string | string[] | undefined,
    body: z.infer<typeof undoRequest>,
  ) => {
    allowed(identity, 'undo');
    if (findPlan(ports.state(), id) === undefined) throw notFound('plan', id);
    const made = await ports.requestUndo({
      plan: id,
      by: identity.subject,
      door: doorOf(header),
      dryRun: body.dryRun ?? false,
      ...(body.action === undefined ? {} : { action: body.action }),
      ...(body.reason === undefined ? {} : { reason: body.reason }),
    });
    const found = findPlan(made.state, made.plan);
    if (found === undefined) throw notFound('plan', made.plan);
    return { ...envelopeOf(ports), plan: viewPlan(made.state, found.plan), approval: found.plan.approval };
  };
  // Nothing at all is a body too: undo the whole plan.
  const body = undoRequest.nullish();
  const byId = z.object({ id: z.string().max(200) });
  server.post(
    `${apiPrefix}/plans/:id/undo`,
    { schema: { params: byId, body } },
    async (request) => await undo(request.params.id, whoAsks(request), request.headers[doorHeader], request.body ?? {}),
  );
  const typed = z.object({ id: z.string().max(100), number: z.string().max(100) });
  server.post(
    `${apiPrefix}/plans/:id/:number/undo`,
    { schema: { params: typed, body } },
    async (request) =>
      await undo(
        `${request.params.id}/${request.params.number}`,
        whoAsks(request),
        request.headers[doorHeader],
        request.body ?? {},
      ),
  );

  server.get(`${apiPrefix}/modes`, () => ({ ...envelopeOf(ports), tree: ports.modes() }));
  passThrough('agents', ports.agents?.bind(ports));
  passThrough('doctor', ports.doctor?.bind(ports));

  function passThrough(name: string, port: (() => Promise<Json>) | undefined): void {
    server.get(`${apiPrefix}/${name}`, async (request) => {
      if (port === undefined) throw noSuchEndpoint(request.method, request.url);
      return { ...envelopeOf(ports), data: await port() };
    });
  }
}

function allowed(identity: Identity, right: Right): Identity {
  if (!identity.can[right]) throw notAllowed(identity.subject, right);
  return identity;
}

function viewSession(ports: ServerPorts, identity: Identity): SessionView {
  const health = ports.health();
  return {
    subject: identity.subject,
    groups: [],
    roles: [identity.role],
    can: { ...identity.can },
    expiresAt: null,
    server: {
      version: health.version,
      protocol,
      leader: health.leader,
      mode: health.mode,
      modeSource: health.modeSource,
      clusterId: health.clusterId,
      clusterName: health.clusterName,
      clusterLagMs: health.clusterLagMs,
      journal: ports.journal.writable() ? 'writable' : 'not writable',
    },
  };
}
