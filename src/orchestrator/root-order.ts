// Orders the workloads of an incident by how likely its root lies there, weighed by calls, changes and time, and always the plain order beside it.
import type { Finding, SignalFinding } from '../model/finding.ts';
import { scaled, type Pace } from '../model/pace.ts';
import type { RootCandidate, Roots } from '../model/roots.ts';
import { keyOf, sameRef, type ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import { subjectOf } from './group.ts';
import { gateOf } from './rank.ts';
import { furthest, plainDistance, robustDistance } from './root-distance.ts';

export type RootSight = {
  /** Every finding that holds now. */
  readonly findings: readonly Finding[];
  readonly view: ClusterView;
  readonly pace: Pace;
};

const mostListed = 10;
const mostSteps = 1_000;
const beforeMs = 60 * 60_000;
const afterMs = 15 * 60_000;
const symptomMs = 2 * 60_000;
const changeMs = 30 * 60_000;
const latePenalty = 0.7;
const reachBonus = 0.5;
/** Facts from this gate on may be the effect of another workload: they rank by calls and time. */
const symptomGate = 7;

/** `own` are the ids of the incident's findings. Ties break by id; a graph that is not known weighs nothing (detection.md 13). */
export function rootOrders(own: ReadonlySet<string>, sight: RootSight): Roots {
  const ofIncident = sight.findings.filter((one) => own.has(one.id));
  if (ofIncident.length === 0) return { weighed: [], plain: [] };
  const earliest = Math.min(...ofIncident.map((one) => one.onsetMs));
  const subjects = subjectsNear(ofIncident, earliest, sight);
  const affected = [...subjects.values()].map((one) => one.of);
  const ranked = [...subjects.values()].map((one) => candidateOf(one, affected, earliest, sight));
  const byId = (left: RootCandidate, right: RootCandidate): number => (keyOf(left.of) < keyOf(right.of) ? -1 : 1);
  return {
    weighed: ranked.toSorted((left, right) => byWeight(left, right) || byId(left, right)).slice(0, mostListed),
    plain: ranked
      .filter((one) => one.deviation !== null)
      .toSorted((left, right) => (right.deviation ?? 0) - (left.deviation ?? 0) || byId(left, right))
      .slice(0, mostListed)
      .map((one) => one.of),
  };
}

/** Deep facts by their gate, then facts that may be effects by calls and time, then signals by score. */
export function byWeight(left: RootCandidate, right: RootCandidate): number {
  const tier = (one: RootCandidate): number => (one.gate === null ? 2 : one.gate < symptomGate ? 0 : 1);
  const here = tier(left);
  if (here !== tier(right)) return here - tier(right);
  if (here === 2) return right.score - left.score;
  const depth = (left.gate ?? 0) - (right.gate ?? 0);
  const place = right.topology * right.time - left.topology * left.time;
  return here === 0 ? depth || right.score - left.score : place || depth || right.score - left.score;
}

type Subject = { readonly of: ObjectRef; readonly findings: Finding[] };

/** Workloads of the incident, and those that call or are called by them and turned bad about the same time. */
function subjectsNear(ofIncident: readonly Finding[], earliest: number, sight: RootSight): Map<string, Subject> {
  const { view, pace } = sight;
  const roots = ofIncident.map((one) => subjectOf(one.of, view));
  const near = new Set(roots.map(keyOf));
  for (const root of roots)
    for (const neighbour of [...reached(root, callers(view)), ...reached(root, callees(view))]) near.add(neighbour);
  const subjects = new Map<string, Subject>();
  for (const finding of sight.findings) {
    const isOwn = ofIncident.includes(finding);
    const inTime =
      finding.onsetMs >= earliest - scaled(pace, beforeMs) && finding.onsetMs <= earliest + scaled(pace, afterMs);
    const of = subjectOf(finding.of, view);
    if (!isOwn && !(inTime && near.has(keyOf(of)))) continue;
    const known = subjects.get(keyOf(of));
    if (known === undefined) subjects.set(keyOf(of), { of, findings: [finding] });
    else known.findings.push(finding);
  }
  return subjects;
}

function candidateOf(
  { of, findings }: Subject,
  affected: readonly ObjectRef[],
  earliest: number,
  { view, pace }: RootSight,
): RootCandidate {
  const signals = findings.filter((one): one is SignalFinding => one.kind === 'signal');
  const facts = findings.filter((one) => one.kind === 'fact');
  const onset = Math.min(...findings.map((one) => one.onsetMs));
  const base = furthest(signals, robustDistance);
  const deviation = furthest(signals, plainDistance);
  const others = affected.filter((one) => !sameRef(one, of));
  const above = reached(of, callers(view));
  const share = others.length === 0 ? 0 : others.filter((one) => above.has(keyOf(one))).length / others.length;
  const topology = 1 + reachBonus * share;
  const change = 1 + changeWeight(of, onset, view, pace);
  const time = onset <= earliest + scaled(pace, symptomMs) ? 1 : latePenalty;
  return {
    of,
    base: base === null ? null : digits(base),
    deviation: deviation === null ? null : digits(deviation),
    topology: digits(topology),
    change: digits(change),
    time,
    score: base === null ? 0 : digits(Math.log1p(base) * topology * change * time),
    gate: facts.length === 0 ? null : Math.min(...facts.map(gateOf)),
  };
}

/** 1 for a change at the onset, falling by half in 21 minutes; 0 without one, or when it came after. */
function changeWeight(of: ObjectRef, onsetMs: number, view: ClusterView, pace: Pace): number {
  const revisions = view.revisionsOf(of);
  const atMs = revisions.find((one) => one.current)?.createdAtMs ?? null;
  if (atMs === null || revisions.length < 2 || atMs > onsetMs + scaled(pace, symptomMs)) return 0;
  return Math.exp(-Math.max(0, onsetMs - atMs) / scaled(pace, changeMs));
}

type Neighbours = (of: ObjectRef) => readonly ObjectRef[];

function callers(view: ClusterView): Neighbours {
  return (of) => view.callersOf(of).map((edge) => edge.caller);
}

function callees(view: ClusterView): Neighbours {
  return (of) => view.calleesOf(of).map((edge) => edge.callee);
}

/** Keys of what can be reached, without the start. */
function reached(from: ObjectRef, next: Neighbours): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [from];
  for (let current = queue.shift(); current !== undefined && seen.size < mostSteps; current = queue.shift())
    for (const one of next(current)) {
      if (sameRef(one, from) || seen.has(keyOf(one))) continue;
      seen.add(keyOf(one));
      queue.push(one);
    }
  return seen;
}

function digits(value: number): number {
  return Number(value.toPrecision(6));
}
