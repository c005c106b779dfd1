// Reading what was found and planned: overview, incidents now or as of a position, their events and evidence, plans.
import { z } from 'zod';
import { findPlan } from '../folds/lookup.ts';
import type { Incident, State } from '../folds/state.ts';
import { apiPrefix } from '../model/door.ts';
import type { JournalEvent } from '../model/event.ts';
import { incidentQuery, pageOfIncidents, viewEvent, viewIncident } from './incident-view.ts';
import { viewOverview } from './overview.ts';
import { iso, viewPlan } from './plan-view.ts';
import type { ServerPorts } from './ports.ts';
import { badRequest, notFound } from './problems.ts';
import { envelopeOf } from './envelope.ts';
import type { Server } from './plain-server.ts';

const byId = z.object({ id: z.string().max(200) });
const keyEventsShown = 100;

export function incidentRoutes(server: Server, ports: ServerPorts): void {
  server.get(`${apiPrefix}/overview`, () => ({
    ...envelopeOf(ports),
    ...viewOverview(ports.state(), ports.health(), ports.modes(), ports.isStopped()),
  }));

  server.get(`${apiPrefix}/incidents`, { schema: { querystring: incidentQuery } }, (request) => ({
    ...envelopeOf(ports),
    ...pageOfIncidents(ports.state(), request.query),
  }));

  const asOf = z.object({ at: z.coerce.number().int().min(1).optional() });
  server.get(`${apiPrefix}/incidents/:id`, { schema: { params: byId, querystring: asOf } }, async (request) => {
    const state = await stateAt(ports, request.query.at);
    const incident = incidentOf(state, request.params.id);
    const events = await eventsAt(ports, incident.events.slice(-keyEventsShown));
    return { ...envelopeOf(ports), seq: state.seq, ...viewIncident(state, incident, events) };
  });

  const page = z.object({
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  });
  server.get(`${apiPrefix}/incidents/:id/events`, { schema: { params: byId, querystring: page } }, async (request) => {
    const incident = incidentOf(ports.state(), request.params.id);
    const { after, limit } = request.query;
    const positions = incident.events.filter((seq) => seq > after);
    const events = await eventsAt(ports, positions.slice(0, limit));
    const nextAfter = positions.length > limit ? (events.at(-1)?.seq ?? null) : null;
    return { ...envelopeOf(ports), items: events.map(viewEvent), nextAfter };
  });

  const oneEvidence = byId.extend({ evidence: z.string().max(20) });
  server.get(`${apiPrefix}/incidents/:id/evidence/:evidence`, { schema: { params: oneEvidence } }, async (request) => {
    const incident = incidentOf(ports.state(), request.params.id);
    const found = incident.evidence.find((one) => one.id === request.params.evidence);
    if (found === undefined) throw notFound('evidence', request.params.evidence);
    const series = (await ports.series?.(incident.id, found)) ?? null;
    return { ...envelopeOf(ports), ...found, at: iso(found.atMs), series };
  });

  const showPlan = (id: string) => {
    const state = ports.state();
    const found = findPlan(state, id);
    if (found === undefined) throw notFound('plan', id);
    return { ...envelopeOf(ports), ...viewPlan(state, found.plan) };
  };
  server.get(`${apiPrefix}/plans/:id`, { schema: { params: byId } }, (request) => showPlan(request.params.id));
  // A plan's id holds a slash: typed as it is, it is two steps of the path.
  const typed = z.object({ id: z.string().max(100), number: z.string().max(100) });
  server.get(`${apiPrefix}/plans/:id/:number`, { schema: { params: typed } }, (request) =>
    showPlan(`${request.params.id}/${request.params.number}`),
  );
}

async function stateAt(ports: ServerPorts, seq: number | undefined): Promise<State> {
  if (seq === undefined) return ports.state();
  const head = ports.journal.head();
  if (seq > head) throw badRequest(`the journal ends at event ${head}`);
  return await ports.at(seq);
}

function incidentOf(state: State, id: string): Incident {
  const incident = state.incidents.get(id);
  if (incident === undefined) throw notFound('incident', id);
  return incident;
}

/** Events at rising positions; runs of neighbours are read at once. */
async function eventsAt(ports: ServerPorts, positions: readonly number[]): Promise<readonly JournalEvent[]> {
  const events: JournalEvent[] = [];
  for (let from = 0; from < positions.length;) {
    const first = positions[from] ?? 0;
    let length = 1;
    while (positions[from + length] === first + length) length += 1;
    events.push(...(await ports.journal.read(first - 1, length)));
    from += length;
  }
  return events;
}
