// Gathers all facts on one action: fresh reads, the change built from them, a dry run of the very body that will be sent, and the owners of what changes.
import { createDryRun } from '../../cluster/dry-run.ts';
import type { Transport } from '../../cluster/transport.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import { valueAt, isJsonObject, type JsonObject } from '../../model/json.ts';
import type { Plan, PlannedAction } from '../../model/plan.ts';
import { shownRef } from '../../model/target.ts';
import type { WriteReply } from '../../model/write.ts';
import type { Circumstances } from '../../orchestrator/ports.ts';
import { undoBasis } from './act-past.ts';
import { buildChange } from './build-change.ts';
import { capsOf, doubts, effectiveMode, type EffectiveMode } from './effective-mode.ts';
import { known, missing, type Change, type DryRunFact, type Fact, type Facts, type Owners } from './facts.ts';
import { onlyFields } from './field-owners.ts';
import { changedPlaces, findOwners } from './find-owners.ts';
import type { DryRunPort, GuardianPorts } from './guardian-ports.ts';
import { readTarget, type TargetFacts } from './read-target.ts';

/** The only way to a dry run: handed to the guardian by app.ts. */
export function dryRunOver(transport: Transport): DryRunPort {
  return createDryRun(transport);
}

export type GatherRequest = Circumstances & {
  readonly plan: Plan;
  readonly action: PlannedAction;
  /** Drawn before, so that the dry run carries the very mark. */
  readonly permit: string;
  /** Set for a later action of a plan: its dry run would be of a target that is not yet as it will be. */
  readonly later: string | null;
};

/** Rejects with a Failure when the cluster does not answer, or the dry run was not answered: nothing can be said then. */
export async function gather(ports: GuardianPorts, request: GatherRequest, signal: AbortSignal): Promise<Facts> {
  const { action, plan } = request;
  const target = await readTarget(ports.reader, action.target, signal);
  const definition = ports.actions.get(action.action) ?? null;
  const mode = modeOf(ports, request, target);
  const state = ports.state();
  const base: Facts = {
    ...target,
    plan,
    action,
    definition,
    mode,
    state: request.state.seq > state.seq ? request.state : state,
    nowMs: ports.cluster.now(),
    wallMs: ports.wall.now(),
    pace: ports.pace,
    stopped: ports.isStopped(),
    journalWritable: ports.journal.writable(),
    lease: ports.lease(),
    freshness: request.freshness,
    metricsAgeMs: request.metricsAgeMs,
    view: request.view,
    allows: ports.policy().allows,
    allowsSuspended: ports.policy().problem,
    advisorNamespace: ports.advisorNamespace,
    volatilePaths: ports.volatilePaths,
    change: missing('the target could not be read'),
    dryRun: missing('there is nothing to try'),
    owners: missing('the owners of what changes could not be asked'),
    approval: null,
    cover: null,
  };
  if (definition === null || !('known' in target.live)) return base;
  const built = await withChange(ports, base, request, target.live.known.object);
  if (!('known' in built.change) || 'refused' in built.change.known) return built;
  return await withDryRun(ports, built, built.change.known, target.live.known.object, request.later, signal);
}

/** The mode of a target as it was just read; what could not be read lowers it. */
function modeOf(
  ports: Pick<GuardianPorts, 'configured' | 'advisorNamespace' | 'hasAdvisorNamespace' | 'lease' | 'policy'>,
  request: Pick<GatherRequest, 'action' | 'state' | 'plan'>,
  target: Pick<TargetFacts, 'live' | 'namespace'>,
): EffectiveMode {
  const caps = capsOf({
    advisorNamespace: ports.advisorNamespace,
    hasNamespace: ports.hasAdvisorNamespace(),
    hasLease: ports.lease() !== null,
    policyProblem: ports.policy().problem,
  });
  return effectiveMode(
    { configured: ports.configured, modes: request.state.modes, caps: [...caps, ...doubts(request.plan)] },
    {
      target: request.action.target,
      namespaceAnnotations: 'known' in target.namespace ? annotationsOf(target.namespace.known) : null,
      annotations: 'known' in target.live ? annotationsOf(target.live.known.object) : null,
    },
  );
}

async function withChange(
  ports: GuardianPorts,
  facts: Facts,
  request: GatherRequest,
  object: JsonObject,
): Promise<Facts> {
  const { action, definition, plan } = facts;
  if (definition === null || !('known' in facts.live)) return facts;
  if (plan.undoOf === undefined)
    return { ...facts, change: known(buildChange(definition, action, facts.live.known, request.permit, null)) };
  const basis = await undoBasis(ports.journal, facts.state, plan, action, object, definition);
  if ('none' in basis) return { ...facts, change: known({ refused: basis.none }) };
  const change = buildChange(definition, action, facts.live.known, request.permit, basis.past);
  return { ...facts, cover: basis.cover, change: known(change) };
}

async function withDryRun(
  ports: GuardianPorts,
  facts: Facts,
  change: Change,
  object: JsonObject,
  later: string | null,
  signal: AbortSignal,
): Promise<Facts> {
  const waits = later ?? (await whyNoDryRun(ports, facts.mode, change, signal));
  const places = changedPlaces(object, change.after);
  const dryRun: Fact<DryRunFact> =
    waits === null
      ? known({ reply: answered(await ports.dryRun.send(change.request, signal), facts) })
      : known({ pending: waits });
  const detector = waits === null ? await detect(ports, change, object, places, signal) : null;
  return { ...facts, dryRun, owners: known(await findOwners(ports.journal, facts.state, object, places, detector)) };
}

/** In observe none is sent, in suggest only where the write itself would be allowed to us (design.md, modes). */
async function whyNoDryRun(
  ports: GuardianPorts,
  mode: EffectiveMode,
  { request }: Change,
  signal: AbortSignal,
): Promise<string | null> {
  if (mode.mode === 'observe') return 'in observe no dry run is sent';
  if (mode.mode !== 'suggest') return null;
  const { group, plural } = request.resource;
  const allowed = await ports.mayI({ group, resource: plural, verb: 'patch', namespace: request.namespace }, signal);
  return allowed
    ? null
    : `there is no right to patch ${plural} in ${request.namespace}, so no dry run is sent in suggest`;
}

async function detect(
  ports: GuardianPorts,
  change: Change,
  object: JsonObject,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Owners['detector']> {
  const apiVersion = valueAt(object, '/apiVersion');
  const kind = valueAt(object, '/kind');
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return null;
  const fields = onlyFields(change.after, places);
  return Object.keys(fields).length === 0
    ? null
    : await ports.dryRun.owners(change.request, { apiVersion, kind }, fields, signal);
}

/** Silence and overload are no word on the change: it is tried again at the next look. */
function answered(reply: WriteReply, facts: Facts): WriteReply {
  const { status } = reply;
  const isOverload = status === 429 || status === 503 || status === 504;
  if (status !== null && !isOverload) return reply;
  throw new Failure({
    code: 'dry-run-unanswered',
    what: `the dry run on ${shownRef(facts.action.target)} was not answered`,
    why: reply.summary.slice(0, 160),
    next: 'it is tried again at the next cycle; advisor doctor',
    exitCode: exitCodes.unreachable,
  });
}

function annotationsOf(object: JsonObject): JsonObject {
  const annotations = valueAt(object, '/metadata/annotations');
  return isJsonObject(annotations) ? annotations : {};
}
