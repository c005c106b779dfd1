// Counts from the API server's audit what really landed, by permit, and holds it against what the journal says of it.
import { openIntents } from '../../src/folds/lookup.ts';
import type { State } from '../../src/folds/state.ts';
import { pointer } from '../../src/model/json.ts';
import { markAnnotation } from '../../src/model/mode.ts';
import { z } from 'zod';
import type { AuditedRequest } from '../scenario/judge.ts';

export type LandedWrite = {
  /** Permit that the write carried as its mark; for a fence the permit that it voided; null for a hand back, which leaves no mark. */
  readonly permit: string | null;
  readonly kind: 'change' | 'fence' | 'hand back' | 'foreign';
  /** `resource namespace/name`. */
  readonly target: string;
};

const ops = z.array(z.looseObject({ op: z.string(), path: z.string(), value: z.unknown() }));
const annotations = z.record(z.string(), z.string());
const markPath = pointer('metadata', 'annotations', markAnnotation);
const workloads: ReadonlySet<string> = new Set(['deployments', 'statefulsets', 'daemonsets', 'replicasets', 'pods']);

/** Mutating requests of this user on workloads that were stored: no dry run, answered with success. */
export function landedWrites(requests: readonly AuditedRequest[], user: string): readonly LandedWrite[] {
  const mutating = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
  return requests
    .filter(
      (one) =>
        one.user === user &&
        mutating.has(one.verb) &&
        !one.dryRun &&
        one.code >= 200 &&
        one.code < 300 &&
        workloads.has(one.resource.split('/')[0] ?? ''),
    )
    .map((one) => ({ ...what(one.body), target: `${one.resource} ${one.namespace}/${one.name}` }));
}

/** What is wrong with the record of these writes; empty when each landed once, was asked for in the journal, and nothing is left open there. */
export function accountProblems(state: State, landed: readonly LandedWrite[]): readonly string[] {
  const problems: string[] = [];
  const changes = landed.filter((one) => one.kind === 'change');
  const byPermit = Map.groupBy(changes, (one) => one.permit ?? '');
  for (const [permit, writes] of byPermit) {
    if (writes.length > 1) problems.push(`double write: permit ${permit} landed ${writes.length} times`);
    const intent = state.intents.get(permit);
    if (intent === undefined)
      problems.push(`lost write: ${writes[0]?.target} carries ${permit}, which no intent names`);
    else if (intent.answer?.result !== 'landed' && intent.fence?.result !== 'landed')
      problems.push(`lost write: ${permit} landed, and the journal says ${intent.answer?.result ?? 'nothing'} of it`);
  }
  for (const one of landed) if (one.kind === 'foreign') problems.push(`a write without a mark at ${one.target}`);
  for (const intent of state.intents.values()) {
    const says = intent.answer?.result === 'landed' || intent.fence?.result === 'landed';
    if (says && (intent.purpose === 'act' || intent.purpose === 'undo') && !byPermit.has(intent.permit))
      problems.push(`${intent.permit} is recorded as landed, and the server never stored it`);
  }
  for (const one of openIntents(state)) problems.push(`open intent: ${one.permit} (${one.purpose})`);
  for (const one of state.approvals.values())
    if (one.state === 'waiting' || one.state === 'half approved' || one.state === 'approved')
      problems.push(`orphaned approval: ${one.id} is ${one.state}`);
  return problems;
}

function what(body: unknown): Pick<LandedWrite, 'permit' | 'kind'> {
  const read = ops.safeParse(typeof body === 'string' ? jsonOf(body) : body);
  const changes = read.success ? read.data.filter((one) => one.op !== 'test') : [];
  if (changes.length === 0) return { permit: null, kind: 'foreign' };
  if (changes.every((one) => one.path === '/metadata/managedFields')) return { permit: null, kind: 'hand back' };
  const mark = changes.flatMap((one) => markIn(one) ?? [])[0];
  if (mark === undefined) return { permit: null, kind: 'foreign' };
  return mark.startsWith('void:') ? { permit: mark.slice(5), kind: 'fence' } : { permit: mark, kind: 'change' };
}

function markIn(op: { readonly path: string; readonly value?: unknown }): string | undefined {
  if (op.path === markPath) return typeof op.value === 'string' ? op.value : undefined;
  if (op.path !== '/metadata/annotations') return undefined;
  return annotations.safeParse(op.value).data?.[markAnnotation];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
