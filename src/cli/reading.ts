// Reads incidents either from a running advisor or from a journal file: state is a fold, so both answer the same.
import { foldAll } from '../folds/fold.ts';
import { incidentOfPlan } from '../folds/lookup.ts';
import type { Envelope, IncidentDetail, IncidentItem } from '../model/api.ts';
import type { JournalEvent } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { pageOfIncidents, viewIncident } from '../server/incident-view.ts';
import { openJournalFile } from '../store/journal-reader.ts';
import { age, clockTime, rfc3339 } from './ages.ts';
import { connectAdvisor, type AdvisorClient, type IncidentQuery } from './client.ts';
import { latest, normalId, pickId } from './ids.ts';
import type { VerbContext } from './verb.ts';

/** What an id stands for: an incident, and the plan that the id named or that its approval is about. */
export type Place = { readonly incident: string; readonly plan: string | null };

export interface Reading extends AsyncDisposable {
  /** One line that names the scope and how fresh it is. */
  readonly header: string;
  /** False for a journal file, which does not go on. */
  readonly isLive: boolean;
  incidents(query: IncidentQuery): Promise<{ readonly items: readonly IncidentItem[] } & Envelope>;
  /** Takes what a person types; a Failure when it stands for nothing. */
  locate(id: string): Promise<Place>;
  /** `at` is a position of the journal. */
  incident(id: string, at?: number): Promise<IncidentDetail & Envelope>;
}

export async function openReading(context: VerbContext): Promise<Reading> {
  return context.flags.journal === undefined ? await liveReading(context) : await journalReading(context.flags.journal);
}

async function liveReading(context: VerbContext): Promise<Reading> {
  const client = await connectAdvisor(context);
  const session = await client.session();
  const { clusterName, clusterId, clusterLagMs, mode } = session.server;
  const fresh = clusterLagMs === null ? 'cluster not read yet' : `live, cluster ${age(0, clusterLagMs)} ago`;
  return {
    header: `${clusterName} (${clusterId.slice(0, 6)}) · ${scopeOf(context)} · mode ${mode} · ${fresh}`,
    isLive: true,
    incidents: async (query) => await client.incidents(query),
    locate: async (id) => await locateLive(client, id),
    incident: async (id, at) => await client.incident(id, at),
    [Symbol.asyncDispose]: async () => await Promise.resolve(),
  };
}

/** "all namespaces", or the one that was asked for. */
function scopeOf(context: VerbContext): string {
  return context.flags.namespace === undefined ? 'all namespaces' : `namespace ${context.flags.namespace}`;
}

const mostIds = 200;

async function locateLive(client: AdvisorClient, text: string): Promise<Place> {
  const newest = async (limit: number) =>
    (await client.incidents({ state: 'all', limit, sort: 'opened' })).items.map((one) => one.id);
  if (text === latest) {
    const [first] = await newest(1);
    if (first === undefined) throw notFound(text, 'the advisor knows no incident yet');
    return { incident: first, plan: null };
  }
  const id = normalId(text);
  if (id.startsWith('apr-')) {
    const approval = await client.approval(id);
    return { incident: approval.incident, plan: approval.plan };
  }
  const head = incidentOfPlan(id);
  const known = await newest(mostIds);
  // An old incident may lie beyond the page; the advisor itself answers for it.
  return placeOf(id, pickId(head, known) ?? head);
}

const pageSize = 1_000;

async function journalReading(path: string): Promise<Reading> {
  const journal = await openJournalFile(path);
  const events: JournalEvent[] = [];
  for (
    let page = await journal.read(0, pageSize);
    page.length > 0;
    page = await journal.read(events.at(-1)?.seq ?? 0, pageSize)
  )
    events.push(...page);
  const last = events.at(-1);
  const now = foldAll(events);
  const envelope: Envelope = { asOf: rfc3339(last?.atMs ?? 0), seq: last?.seq ?? 0, complete: true, warnings: [] };
  return {
    header: `journal ${path} · ${events.length} events · as of ${last === undefined ? 'never' : `event ${last.seq}, ${clockTime(last.atMs)}`}`,
    isLive: false,
    incidents: async (query) => await Promise.resolve({ ...envelope, items: pageOfIncidents(now, query).items }),
    async locate(text) {
      const ids = [...now.incidents.keys()];
      const id = text === latest ? (ids.at(-1) ?? text) : normalId(text);
      const plan = now.approvals.get(id)?.plan ?? null;
      const incident = plan === null ? pickId(incidentOfPlan(id), ids) : incidentOfPlan(plan);
      if (incident === null) throw notFound(text, `${path} does not name it`);
      return await Promise.resolve(plan === null ? placeOf(id, incident) : { incident, plan });
    },
    async incident(id, at) {
      const state = at === undefined ? now : foldAll(events.filter((one) => one.seq <= at));
      const incident = state.incidents.get(id);
      if (incident === undefined)
        throw notFound(id, at === undefined ? `${path} does not name it` : `it is not yet there at event ${at}`);
      const own = new Set(incident.events);
      const shown = events.filter((one) => own.has(one.seq));
      return await Promise.resolve({ ...envelope, seq: at ?? envelope.seq, ...viewIncident(state, incident, shown) });
    },
    [Symbol.asyncDispose]: async () => await journal.close(),
  };
}

/** `inc-42/p1/a1` is about `inc-42/p1`. */
function placeOf(id: string, incident: string): Place {
  const number = id.split('/')[1];
  return { incident, plan: number === undefined ? null : `${incident}/${number}` };
}

function notFound(id: string, why: string): Failure {
  return new Failure({
    code: 'not-found',
    what: `there is no ${id.slice(0, 40)}`,
    why,
    next: 'advisor incidents --state all',
    exitCode: exitCodes.usage,
  });
}
