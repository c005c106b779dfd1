// Incidents as the API shows them: the item of a list, the whole of one, and the filtered, sorted page.
import { z } from 'zod';
import { isClosed } from '../folds/lookup.ts';
import type { Incident, State } from '../folds/state.ts';
import type { IncidentDetail, IncidentItem } from '../model/api.ts';
import type { JournalEvent } from '../model/event.ts';
import { toJson } from '../model/json.ts';
import { iso, viewPlan } from './plan-view.ts';
import { badRequest } from './problems.ts';

export const incidentQuery = z.object({
  /** Comma-separated: open, waiting, closed, all, or states by their names. */
  state: z.string().max(200).optional(),
  severity: z.string().max(100).optional(),
  namespace: z.string().max(1_000).optional(),
  code: z.string().max(200).optional(),
  q: z.string().max(200).optional(),
  sort: z.enum(['severity', 'updated', 'opened']).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});
export type IncidentQuery = z.infer<typeof incidentQuery>;

const severityRank = { critical: 0, warning: 1, info: 2 } as const;
const states = new Set(
  'open,diagnosed,planned,awaiting approval,acting,verifying,resolved,escalated,suppressed'.split(','),
);

function viewItem(incident: Incident): IncidentItem {
  const leading = incident.hypotheses[0];
  const plan = incident.plans.at(-1);
  const outcome = incident.plans.flatMap((one) => one.actions).findLast((one) => one.outcome !== null)?.outcome;
  return {
    id: incident.id,
    state: incident.state,
    severity: incident.severity,
    title: incident.title,
    root: incident.root,
    code: leading?.code ?? null,
    cause: leading?.cause ?? null,
    strength: leading?.strength ?? null,
    openedAt: iso(incident.openedAtMs),
    updatedAt: iso(incident.updatedAtMs),
    closedAt: incident.closedAtMs === null ? null : iso(incident.closedAtMs),
    times: incident.times,
    findings: incident.findings.length,
    leader: incident.leader,
    plan: plan?.plan.id ?? null,
    approval: plan?.approval ?? null,
    outcome: outcome?.word ?? null,
    reason: incident.reason,
  };
}

export function viewIncident(state: State, incident: Incident, events: readonly JournalEvent[]): IncidentDetail {
  const item = viewItem(incident);
  return {
    ...item,
    openedRoot: incident.openedRoot,
    findingsOpen: incident.findings.flatMap((id) => state.findings.get(id) ?? []),
    evidence: [...incident.evidence],
    hypotheses: [...incident.hypotheses],
    ...(incident.roots === undefined ? {} : { roots: incident.roots }),
    plans: incident.plans.map((plan) => viewPlan(state, plan)),
    advice: [...incident.advice],
    rung: incident.rung,
    refusedAnswers: [...incident.refusedAnswers],
    mergedInto: incident.mergedInto,
    keyEvents: events.map(viewEvent),
  };
}

export function viewEvent(event: JournalEvent): IncidentDetail['keyEvents'][number] {
  return {
    seq: event.seq,
    at: iso(event.atMs),
    kind: event.body.kind,
    actor: event.actor,
    body: z.json().parse(toJson(event.body)),
  };
}

/** One page by cursor; `counts` are of all incidents by group, whatever the filter. */
export function pageOfIncidents(
  state: State,
  query: IncidentQuery,
): {
  readonly items: readonly IncidentItem[];
  readonly nextCursor: string | null;
  readonly counts: Readonly<Record<'open' | 'waiting' | 'closed', number>>;
} {
  const all = [...state.incidents.values()];
  const sort = query.sort ?? 'severity';
  const wanted = matcherOf(query);
  const ordered = all
    .filter(wanted)
    .map((incident) => ({ incident, key: keyOf(incident, sort) }))
    .toSorted((left, right) => compare(left.key, right.key));
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  const rest = after === null ? ordered : ordered.filter((one) => compare(one.key, after) > 0);
  const limit = query.limit ?? 50;
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((one) => viewItem(one.incident)),
    nextCursor: last !== undefined && rest.length > limit ? writeCursor(last.key) : null,
    counts: {
      open: all.filter((one) => !isClosed(one)).length,
      waiting: all.filter((one) => one.state === 'awaiting approval').length,
      closed: all.filter(isClosed).length,
    },
  };
}

function matcherOf(query: IncidentQuery): (incident: Incident) => boolean {
  const wanted = (query.state ?? 'open').split(',').map((one) => one.trim().replaceAll('-', ' '));
  const unknown = wanted.find((one) => !['open', 'waiting', 'closed', 'all'].includes(one) && !states.has(one));
  if (unknown !== undefined) throw badRequest(`state ${unknown.slice(0, 40)} is none of open, waiting, closed, all`);
  const severities = listOf(query.severity);
  const odd = severities?.find((one) => !(one in severityRank));
  if (odd !== undefined) throw badRequest(`severity ${odd.slice(0, 40)} is none of critical, warning, info`);
  const namespaces = listOf(query.namespace);
  const codes = listOf(query.code);
  const text = query.q?.toLowerCase();
  return (incident) =>
    wanted.some((one) => inGroup(incident, one)) &&
    (severities?.includes(incident.severity) ?? true) &&
    (namespaces?.includes(incident.root.namespace) ?? true) &&
    (codes === null ||
      incident.hypotheses.slice(0, 1).some((one) => codes.includes(one.code) || codes.includes(one.cause))) &&
    (text === undefined || textOf(incident).includes(text));
}

/** `open` is everything that is not closed, not only the first state. */
function inGroup(incident: Incident, group: string): boolean {
  if (group === 'all') return true;
  if (group === 'open') return !isClosed(incident);
  if (group === 'closed') return isClosed(incident);
  return incident.state === (group === 'waiting' ? 'awaiting approval' : group);
}

function textOf(incident: Incident): string {
  const { root } = incident;
  const causes = incident.hypotheses.map((one) => `${one.code} ${one.cause}`).join(' ');
  return `${incident.id} ${incident.title} ${root.namespace}/${root.kind}/${root.name} ${causes}`.toLowerCase();
}

function listOf(text: string | undefined): readonly string[] | null {
  return text === undefined || text === '' ? null : text.split(',').map((one) => one.trim());
}

type Key = readonly (number | string)[];

function keyOf(incident: Incident, sort: NonNullable<IncidentQuery['sort']>): Key {
  const number = -Number(incident.id.slice('inc-'.length));
  if (sort === 'updated') return [-incident.updatedAtMs, number];
  if (sort === 'opened') return [-incident.openedAtMs, number];
  return [isClosed(incident) ? 1 : 0, severityRank[incident.severity], -incident.openedAtMs, number];
}

function compare(left: Key, right: Key): number {
  for (const [index, one] of left.entries()) {
    const other = right[index];
    if (other === undefined || one === other) continue;
    return one < other ? -1 : 1;
  }
  return 0;
}

function writeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function readCursor(text: string): Key {
  try {
    return z
      .array(z.number())
      .min(2)
      .max(4)
      .parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw badRequest('the cursor is not one that this server gave');
  }
}
