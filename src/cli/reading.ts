// Reads incidents either from a running advisor or from a journal file: state is a fold, so both answer the same.
import { foldAll } from '../folds/fold.ts';
import type { Envelope, IncidentDetail, IncidentItem } from '../model/api.ts';
import type { JournalEvent } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { pageOfIncidents, viewIncident } from '../server/incident-view.ts';
import { openJournalFile } from '../store/journal-reader.ts';
import { age, clockTime, rfc3339 } from './ages.ts';
import { connectAdvisor, type IncidentQuery } from './client.ts';
import type { VerbContext } from './verb.ts';

export interface Reading extends AsyncDisposable {
  /** One line that names the scope and how fresh it is. */
  readonly header: string;
  asOf(): string;
  seq(): number;
  incidents(query: IncidentQuery): Promise<{ readonly items: readonly IncidentItem[] } & Envelope>;
  incident(id: string, at?: number): Promise<IncidentDetail>;
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
    header: `${clusterName} (${clusterId.slice(0, 6)}) · all namespaces · mode ${mode} · ${fresh}`,
    asOf: () => session.asOf,
    seq: () => session.seq,
    incidents: async (query) => await client.incidents(query),
    incident: async (id, at) => await client.incident(incidentIdOf(id), at),
    [Symbol.asyncDispose]: async () => await Promise.resolve(),
  };
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
  const asOf = rfc3339(last?.atMs ?? 0);
  const upTo = (at: number | undefined): readonly JournalEvent[] =>
    at === undefined ? events : events.filter((one) => one.seq <= at);
  return {
    header: `journal ${path} · ${events.length} events · as of ${last === undefined ? 'never' : `event ${last.seq}, ${clockTime(last.atMs)}`}`,
    asOf: () => asOf,
    seq: () => last?.seq ?? 0,
    incidents: async (query) =>
      await Promise.resolve({
        asOf,
        seq: last?.seq ?? 0,
        complete: true,
        warnings: [],
        items: pageOfIncidents(foldAll(events), query).items,
      }),
    async incident(id, at) {
      const state = foldAll(upTo(at));
      const incident =
        state.incidents.get(incidentIdOf(id)) ??
        [...state.incidents.values()].find((one) => one.plans.some((plan) => plan.approval === id));
      if (incident === undefined) throw notFound(id, path);
      const own = new Set(incident.events);
      return await Promise.resolve(
        viewIncident(
          state,
          incident,
          events.filter((one) => own.has(one.seq)),
        ),
      );
    },
    [Symbol.asyncDispose]: async () => await journal.close(),
  };
}

/** `42`, `inc-42`, `inc-42/p1/a1` → `inc-42`; other ids are left to the one who answers. */
function incidentIdOf(id: string): string {
  if (/^\d+$/.test(id)) return `inc-${id}`;
  return id.startsWith('inc-') ? (id.split('/')[0] ?? id) : id;
}

function notFound(id: string, path: string): Failure {
  return new Failure({
    code: 'not-found',
    what: `there is no ${id} in this journal`,
    why: `${path} does not name it`,
    next: 'advisor incidents --state all --journal FILE',
    exitCode: exitCodes.usage,
  });
}
