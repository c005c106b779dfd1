// Judges one played scenario from the journal's state and the API server's audit: root, cause, act or restraint, outcome, wrong writes.
import type { Incident, State } from '../../src/folds/state.ts';
import { isClosed } from '../../src/folds/lookup.ts';
import { markAnnotation, stopConfigMap } from '../../src/model/mode.ts';
import { pointer } from '../../src/model/json.ts';
import { sameRef, shownRef, type ObjectRef } from '../../src/model/target.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';

/** A request as the audit of sandbox and lab both tell it. */
export type AuditedRequest = {
  readonly user: string;
  readonly verb: string;
  readonly dryRun: boolean;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  readonly body?: unknown;
};

export type Judgement = {
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly wrongWrites: readonly string[];
  readonly root: string;
  readonly code: string;
  readonly action: string;
  readonly ending: string;
};

/** The incident that the injection should lead to: at the expected root, else the newest that touches target or victims. */
function incidentFor(fault: Fault, state: State): Incident | undefined {
  const all = [...state.incidents.values()].filter((one) => one.mergedInto === null);
  return all.findLast((one) => sameRef(one.root, fault.expected.root)) ?? all.at(-1);
}

/** Whether nothing more will happen: the incident ended as it can, or restraint has lasted long enough for the caller. */
export function isOver(fault: Fault, state: State): boolean {
  if (fault.expected.ending === 'left alone') return false;
  const incident = incidentFor(fault, state);
  if (incident === undefined) return false;
  if (fault.expected.ending === 'effective')
    return isClosed(incident) || (incident.state === 'escalated' && incident.plans.every((one) => one.ended !== null));
  return incident.state === 'escalated' || isClosed(incident);
}

export function judge(fault: Fault, state: State, requests: readonly AuditedRequest[], advisorUser: string): Judgement {
  const { expected } = fault;
  const wrong = wrongWrites(fault, requests, advisorUser);
  const incident = expected.ending === 'left alone' ? [...state.incidents.values()].at(-1) : incidentFor(fault, state);
  const leading = incident?.hypotheses[0];
  const written = (incident?.plans ?? [])
    .filter((one) => one.plan.undoOf === undefined)
    .flatMap((one) =>
      one.actions.filter((action) => action.writtenAtMs !== null).map((action) => ({ plan: one, action })),
    );
  const acts = [
    ...new Set(
      written.flatMap(({ plan, action }) =>
        plan.plan.actions.filter((one) => one.id === action.id).map((one) => one.action),
      ),
    ),
  ];
  const outcomes = written.flatMap(({ action }) => (action.outcome === null ? [] : [action.outcome]));
  const ending = endingOf(incident, outcomes);
  const problems = wrong.map((one) => `wrong write: ${one}`);
  if (expected.ending !== 'left alone' && incident === undefined) problems.push('no incident was opened');
  if (incident !== undefined && expected.ending !== 'left alone' && !sameRef(incident.root, expected.root))
    problems.push(`root is ${shownRef(incident.root)}, not ${shownRef(expected.root)}`);
  if (expected.cause !== null && leading?.code !== expected.cause.code)
    problems.push(`cause is ${leading?.code ?? 'not settled'}, not ${expected.cause.code}`);
  if (acts.join() !== (expected.action ?? ''))
    problems.push(`action is ${acts.join() || 'none'}, not ${expected.action ?? 'none'}`);
  if (ending !== expected.ending) problems.push(`it ended as ${ending}, not ${expected.ending}`);
  for (const victim of expected.victims)
    if (touched(requests, advisorUser, victim)) problems.push(`the victim ${shownRef(victim)} was written`);
  return {
    ok: problems.length === 0,
    problems,
    wrongWrites: wrong,
    root: incident === undefined ? '-' : shownRef(incident.root),
    code: leading?.code ?? '-',
    action: acts.join() || '-',
    ending,
  };
}

function endingOf(
  incident: Incident | undefined,
  outcomes: readonly { readonly word: string; readonly undone: boolean }[],
): string {
  if (incident === undefined) return 'left alone';
  if (outcomes.some((one) => one.word === 'harmful'))
    return outcomes.some((one) => one.word === 'harmful' && one.undone) ? 'harmful' : 'harmful, not undone';
  if (outcomes.at(-1)?.word === 'effective') return isClosed(incident) ? 'effective' : `effective, ${incident.state}`;
  return outcomes.at(-1)?.word ?? incident.state;
}

/** Mutating requests of the advisor that are no dry run, not of the closed list, no fence or hand back, and not the expected act. */
function wrongWrites(fault: Fault, requests: readonly AuditedRequest[], advisorUser: string): string[] {
  const mutating = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
  return requests
    .filter(
      (one) =>
        one.user === advisorUser &&
        mutating.has(one.verb) &&
        !one.dryRun &&
        !isOwn(one) &&
        !isBookkeeping(one) &&
        !isExpected(fault, one),
    )
    .map((one) => `${one.verb} ${one.resource} ${one.namespace}/${one.name} (${one.code})`);
}

function isOwn(request: AuditedRequest): boolean {
  if (
    /^(selfsubjectaccessreviews|selfsubjectrulesreviews|subjectaccessreviews|selfsubjectreviews|tokenreviews|leases|events)$/.test(
      request.resource,
    )
  )
    return true;
  return (
    request.resource === 'configmaps' &&
    (request.name === stopConfigMap || (request.verb === 'create' && request.name === ''))
  );
}

/** A fence touches the mark alone, a hand back managedFields alone. */
function isBookkeeping(request: AuditedRequest): boolean {
  const paths = changedPaths(request.body);
  const mark = pointer('metadata', 'annotations', markAnnotation);
  return (
    paths !== null &&
    paths.length > 0 &&
    (paths.every((path) => path === mark || path === '/metadata/annotations') ||
      paths.every((path) => path === '/metadata/managedFields'))
  );
}

function isExpected(fault: Fault, request: AuditedRequest): boolean {
  return fault.expected.action !== null && request.verb === 'patch' && isOn(request, fault.expected.root);
}

function touched(requests: readonly AuditedRequest[], advisorUser: string, ref: ObjectRef): boolean {
  return requests.some(
    (one) =>
      one.user === advisorUser &&
      !one.dryRun &&
      ['create', 'update', 'patch', 'delete'].includes(one.verb) &&
      isOn(one, ref),
  );
}

function isOn(request: AuditedRequest, ref: ObjectRef): boolean {
  return (
    request.resource.split('/')[0] === `${ref.kind.toLowerCase()}s` &&
    request.namespace === ref.namespace &&
    request.name === ref.name
  );
}

function changedPaths(body: unknown): string[] | null {
  const parsed: unknown = typeof body === 'string' ? JSON.parse(body) : body;
  if (!Array.isArray(parsed)) return null;
  return parsed.flatMap((op: unknown) =>
    typeof op === 'object' &&
    op !== null &&
    'op' in op &&
    'path' in op &&
    op.op !== 'test' &&
    typeof op.path === 'string'
      ? [op.path]
      : [],
  );
}
