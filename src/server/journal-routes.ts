// The journal for reading: pages of events, and the exact lines that were hashed, for whoever wants to verify them.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { incidentOfPlan } from '../folds/lookup.ts';
import type { State } from '../folds/state.ts';
import { apiPrefix } from '../model/door.ts';
import type { EventBody, JournalEvent } from '../model/event.ts';
import { viewEvent } from './incident-view.ts';
import type { ServerPorts } from './ports.ts';
import { notAllowed } from './problems.ts';
import { envelopeOf, whoAsks } from './envelope.ts';
import type { Server } from './plain-server.ts';

const pageOfLines = 500;
/** A filtered page looks at no more events than this; `nextAfter` says where to go on. */
const eventsLookedAt = 5_000;

export function journalRoutes(server: Server, ports: ServerPorts): void {
  const query = z.object({
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(500).default(100),
    kind: z.string().max(200).optional(),
    incident: z.string().max(100).optional(),
  });
  server.get(`${apiPrefix}/journal`, { schema: { querystring: query } }, async (request) => {
    const { after, limit, kind, incident } = request.query;
    const kinds = kind?.split(',');
    const items: JournalEvent[] = [];
    let position = after;
    while (items.length < limit && position < ports.journal.head() && position - after < eventsLookedAt) {
      const events = await ports.journal.read(position, pageOfLines);
      if (events.length === 0) break;
      for (const event of events) {
        if (items.length >= limit) break;
        position = event.seq;
        if (kinds !== undefined && !kinds.includes(event.body.kind)) continue;
        if (incident !== undefined && incidentOf(ports.state(), event.body) !== incident) continue;
        items.push(event);
      }
    }
    const nextAfter = position < ports.journal.head() ? position : null;
    return {
      ...envelopeOf(ports),
      items: items.map((event) => ({ ...viewEvent(event), v: event.v, prevHash: event.prevHash, hash: event.hash })),
      nextAfter,
    };
  });

  const range = z.object({
    after: z.coerce.number().int().min(0).default(0),
    until: z.coerce.number().int().min(1).optional(),
  });
  server.get(`${apiPrefix}/journal/export`, { schema: { querystring: range } }, async (request, reply) => {
    const identity = whoAsks(request);
    if (!identity.can.export) throw notAllowed(identity.subject, 'export');
    const { after, until } = request.query;
    const last = Math.min(until ?? Number.MAX_SAFE_INTEGER, ports.journal.head());
    return await reply
      .type('application/x-ndjson')
      .header('content-disposition', 'attachment; filename="journal.jsonl"')
      .send(Readable.from(linesOf(ports, after, last)));
  });
}

async function* linesOf(ports: ServerPorts, after: number, last: number): AsyncGenerator<string> {
  for (let position = after; position < last;) {
    const lines = await ports.journal.lines(position, Math.min(pageOfLines, last - position));
    if (lines.length === 0) return;
    yield `${lines.join('\n')}\n`;
    position += lines.length;
  }
}

/** The incident that an event is about, by its own words or by the plan, approval or permit that it names. */
function incidentOf(state: State, body: EventBody): string | null {
  if ('incident' in body && body.incident !== undefined) return body.incident;
  if (body.kind === 'plan.proposed') return body.plan.incident;
  if ('plan' in body) return incidentOfPlan(body.plan);
  if ('approval' in body) {
    const approval = state.approvals.get(body.approval);
    return approval === undefined ? null : incidentOfPlan(approval.plan);
  }
  if ('permit' in body) {
    const intent = state.intents.get(body.permit);
    return intent === undefined ? null : incidentOfPlan(intent.plan);
  }
  return null;
}
