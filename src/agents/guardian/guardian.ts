// The only source of leave to write: judges every action of a plan, and draws a permit when rules, people and the journal all say so.
import { findPlan } from '../../folds/lookup.ts';
import type { Approval, State } from '../../folds/state.ts';
import { Failure } from '../../model/failure.ts';
import { valueAt } from '../../model/json.ts';
import { lowest } from '../../model/mode.ts';
import type { Granted } from '../../model/permit.ts';
import type { Plan, PlannedAction } from '../../model/plan.ts';
import type { Verdict } from '../../model/ruling.ts';
import type { Circumstances, Judgement, PermitAnswer } from '../../orchestrator/ports.ts';
import { actionDigest, planBinding } from './binding.ts';
import { hasConsent, isBelow, modeNeeded, whyHeldBack } from './consent.ts';
import type { Facts } from './facts.ts';
import { permitFence, permitHandBack } from './follow-up-permits.ts';
import { actor, grant, wordsOf } from './grant.ts';
import type { Guardian, GuardianPorts } from './guardian-ports.ts';
import { whyNoLease } from './leader-epoch.ts';
import { reviewMs } from './limits.ts';
import { writableResource } from './never-touched.ts';
import { uidOf } from './request-shape.ts';
import { review, type Reviewed } from './review.ts';

type PermitRequest = Circumstances & {
  readonly plan: Plan;
  readonly action: PlannedAction;
  readonly approval: Approval | null;
};

const mostShown = 500;
const attempts = 2;

/**
 * `judge` rejects with a Failure when the cluster does not answer: nothing is denied for that. `permit` and `permitUndo` answer
 * `held` then, and for stop, mode, lease and journal; `refused` carries the fresh verdict.
 */
export function createGuardian(ports: GuardianPorts): Guardian {
  /** resourceVersion of the target when a verdict was shown, by action: tells a status-only change from none. */
  const shown = new Map<string, string>();

  const judge = async (request: Circumstances & { readonly plan: Plan }): Promise<Judgement> => {
    const { plan } = request;
    const before = knownActions(request.state, plan);
    const verdicts: Verdict[] = [];
    const modesSeen: Facts['mode'][] = [];
    let turn: string | null = null;
    for (const action of plan.actions) {
      const written = before.get(action.id);
      if (written !== undefined && written.writtenAtMs !== null && written.verdict !== null) {
        verdicts.push(written.verdict);
        continue;
      }
      const later = turn === null ? null : `it is tried when its turn comes, after ${turn}`;
      const reviewed = await review(ports, { ...request, action, permit: drawId(ports), later }, null);
      turn ??= action.id;
      verdicts.push(reviewed.verdict);
      modesSeen.push(reviewed.facts.mode);
      remember(shown, action.id, reviewed);
    }
    const mode = lowest('auto', ...modesSeen.map((one) => one.mode));
    const because = modesSeen.find((one) => one.mode === mode)?.because ?? 'every action was written';
    return { verdicts, mode, because, binding: planBinding(plan, verdicts) };
  };

  const draw = async (request: PermitRequest): Promise<PermitAnswer<Granted>> => {
    const isUndo = request.plan.undoOf !== undefined;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const held = whatHolds(ports);
      if (held !== null) return { held };
      const startedAt = ports.wall.monotonic();
      const permit = drawId(ports);
      const { approval, context } = approvalNow(ports.state(), request);
      const reviewed = await review(ports, { ...request, permit, later: null }, context);
      // What was read is too old to write on: read again.
      if (ports.wall.monotonic() - startedAt >= reviewMs) continue;
      return await afterReview({ request, reviewed, approval, permit, startedAt, isUndo });
    }
    return { held: `reading the target and trying the change took more than ${reviewMs / 1_000} s, ${attempts} times` };
  };

  const afterReview = async (at: {
    readonly request: PermitRequest;
    readonly reviewed: Reviewed;
    readonly approval: Approval | null;
    readonly permit: string;
    readonly startedAt: number;
    readonly isUndo: boolean;
  }): Promise<PermitAnswer<Granted>> => {
    const { request, reviewed, approval, permit, isUndo } = at;
    const { facts, rulings, verdict } = reviewed;
    const heldBack = whyHeldBack(rulings, isUndo);
    if (heldBack !== null) return { held: heldBack };
    const needsMode = modeNeeded(reviewed, judgedMode(facts.state, request.plan));
    const isTooLow =
      isBelow(facts.mode.mode, 'approve') || (facts.cover !== null && isBelow(facts.mode.mode, needsMode));
    if (isTooLow) return { held: `the mode is ${facts.mode.mode} now: ${facts.mode.because}` };
    if (!hasConsent(reviewed, approval)) return { refused: verdict };
    const spent = await spend(ports, approval, permit, reviewed, shown.get(request.action.id));
    if (spent !== null) return { held: spent };
    const held = whatHolds(ports);
    if (held !== null) return { held };
    return await grantFor(at, needsMode);
  };

  const grantFor = async (
    at: { readonly reviewed: Reviewed; readonly permit: string; readonly startedAt: number; readonly isUndo: boolean },
    needsMode: Granted['needsMode'],
  ): Promise<PermitAnswer<Granted>> => {
    const { facts, verdict } = at.reviewed;
    const { action, plan } = facts;
    const resource = writableResource(action.target.kind);
    const change = 'known' in facts.change && !('refused' in facts.change.known) ? facts.change.known : null;
    const object = 'known' in facts.live ? facts.live.known.object : null;
    const uid = object === null ? null : uidOf(object);
    const epoch = Number(at.permit.split('.', 1)[0]);
    if (resource === null || change === null || object === null || uid === null) return { refused: verdict };
    if (ports.lease()?.epoch !== epoch) return { held: 'the lease moved on while the action was judged' };
    return await grant(ports, {
      permit: at.permit,
      purpose: at.isUndo ? 'undo' : 'act',
      plan: plan.id,
      action: action.id,
      actionDigest: actionDigest(action),
      actionName: action.action,
      target: { ...action.target, uid },
      resource,
      epoch,
      request: change.request,
      before: object,
      summary: `${action.action} ${change.summary}`,
      needsMode,
      startedAt: at.startedAt,
    });
  };

  /** A cluster that does not answer holds a write; it never denies one. */
  const holdingFailures = async (work: () => Promise<PermitAnswer<Granted>>): Promise<PermitAnswer<Granted>> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { held: wordsOf(error) };
    }
  };

  return {
    judge,
    permit: async (request) => await holdingFailures(async () => await draw(request)),
    permitUndo: async (request) => await holdingFailures(async () => await draw(request)),
    permitFence: async (intent, current) => await permitFence(ports, intent, current),
    permitHandBack: async (undo, current, fields) => await permitHandBack(ports, undo, current, fields),
  };
}

/** Stop, journal, lease and what was open before it, asked before anything is read and again right before the intent. A fence asks none of this. */
function whatHolds(ports: GuardianPorts): string | null {
  const { switch: stop } = ports.state();
  if (ports.isStopped() || stop.stopped) return `actions are stopped${stop.by === null ? '' : ` by ${stop.by}`}`;
  if (!ports.journal.writable()) return 'the journal cannot be written';
  const noLease = whyNoLease(ports.lease());
  if (noLease !== null) return noLease;
  return ports.isSettled() ? null : 'writes that were open when the lease was gained are settled first';
}

function drawId(ports: Pick<GuardianPorts, 'lease' | 'newId'>): string {
  return `${ports.lease()?.epoch ?? 0}.${ports.newId()}`;
}

/** The approval as the journal has it now, and what it must still bind: this action afresh, the others as they were shown. */
function approvalNow(
  state: State,
  { plan, action, approval }: PermitRequest,
): { readonly approval: Approval | null; readonly context: Facts['approval'] } {
  const given = approval === null ? null : (state.approvals.get(approval.id) ?? null);
  if (given === null || given.plan !== plan.id) return { approval: null, context: null };
  const before = knownActions(state, plan);
  const bindingWith = (fresh: string): string =>
    planBinding(
      plan,
      plan.actions.map((one) => ({
        binding: one.id === action.id ? fresh : (before.get(one.id)?.verdict?.binding ?? ''),
      })),
    );
  return { approval: given, context: { given, bindingWith } };
}

/** Spends the approval on this permit. Null when it is spent or was spent by an earlier step; else why nothing may be written. */
async function spend(
  ports: GuardianPorts,
  approval: Approval | null,
  permit: string,
  { facts }: Reviewed,
  shownVersion: string | undefined,
): Promise<string | null> {
  if (approval === null) return null;
  try {
    const version = versionOf(facts);
    if (approval.state === 'approved' && shownVersion !== undefined && version !== null && version !== shownVersion)
      await ports.journal.append(
        {
          kind: 'approval.reanchored',
          approval: approval.id,
          note: `only its status changed since it was shown (version ${shownVersion} → ${version})`,
        },
        actor,
      );
    if (approval.state === 'approved')
      await ports.journal.append({ kind: 'approval.used', approval: approval.id, permit }, actor);
  } catch (error) {
    return `the journal cannot be written: ${wordsOf(error)}`;
  }
  // A denial may have come while it was judged.
  const now = ports.state().approvals.get(approval.id);
  return now?.state === 'used' ? null : `approval ${approval.id} is ${now?.state ?? 'gone'} by now`;
}

function knownActions(
  state: State,
  plan: Plan,
): ReadonlyMap<string, { readonly verdict: Verdict | null; readonly writtenAtMs: number | null }> {
  return new Map((findPlan(state, plan.id)?.plan.actions ?? []).map((one) => [one.id, one]));
}

/** The mode under which the plan that is taken back was judged. */
function judgedMode(state: State, plan: Plan): Facts['mode']['mode'] | null {
  return plan.undoOf === undefined ? null : (findPlan(state, plan.undoOf)?.plan.judged?.mode ?? null);
}

function remember(shown: Map<string, string>, action: string, { facts }: Reviewed): void {
  const version = versionOf(facts);
  shown.delete(action);
  if (version !== null) shown.set(action, version);
  const [oldest] = shown.keys();
  if (shown.size > mostShown && oldest !== undefined) shown.delete(oldest);
}

function versionOf(facts: Facts): string | null {
  const version = 'known' in facts.live ? valueAt(facts.live.known.object, '/metadata/resourceVersion') : undefined;
  return typeof version === 'string' ? version : null;
}
