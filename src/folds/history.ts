// The recent past in bounded lists: writes and outcomes of the last day, findings that hold, deviations that were left alone.
import { pushed, type Body } from './edit.ts';
import type { Intent, PastOutcome, State } from './state.ts';
import { findAction } from './lookup.ts';

const dayMs = 24 * 3_600_000;
const pastKept = 1_000;
const dismissalsKept = 200;

/** Remembers a write that landed, for cooldowns and blast radius. */
export function addWrite(state: State, intent: Intent, atMs: number): State {
  if (state.writes.some((one) => one.permit === intent.permit)) return state;
  const actionName = findAction(state, intent.action)?.planned.action ?? intent.summary;
  const write = {
    permit: intent.permit,
    plan: intent.plan,
    action: intent.action,
    actionName,
    target: intent.target,
    atMs,
    purpose: intent.purpose,
  };
  return { ...state, writes: pushed(sinceADay(state.writes, atMs), write, pastKept) };
}

export function addOutcome(
  state: State,
  of: Pick<Body<'outcome.recorded'>, 'plan' | 'action' | 'outcome' | 'undone'> &
    Pick<PastOutcome, 'actionName' | 'target' | 'atMs'>,
): State {
  const past: PastOutcome = {
    plan: of.plan,
    action: of.action,
    actionName: of.actionName,
    target: of.target,
    word: of.outcome,
    undone: of.undone,
    atMs: of.atMs,
  };
  // Told again when it was taken back later: one action has one outcome, and does harm once.
  const others = sinceADay(state.outcomes, of.atMs).filter((one) => one.action !== of.action);
  return { ...state, outcomes: pushed(others, past, pastKept) };
}

export function openFinding(state: State, body: Body<'finding.opened'>): State {
  return { ...state, findings: new Map(state.findings).set(body.finding.id, body.finding) };
}

export function closeFinding(state: State, body: Body<'finding.closed'>): State {
  if (!state.findings.has(body.finding)) return state;
  const findings = new Map(state.findings);
  findings.delete(body.finding);
  return { ...state, findings };
}

export function dismissDeviation(state: State, body: Body<'deviation.dismissed'>): State {
  return { ...state, dismissed: pushed(state.dismissed, body.dismissal, dismissalsKept) };
}

function sinceADay<T extends { readonly atMs: number }>(list: readonly T[], atMs: number): readonly T[] {
  return list.filter((one) => one.atMs > atMs - dayMs);
}
