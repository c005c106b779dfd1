// Findings become incidents: opened, updated, merged into the older one, reopened; keyed by the workload at the root. Pure.
import { fromFinding } from '../diagnosis/fact.ts';
import type { Incident, State } from '../folds/state.ts';
import { isClosed, livePlan, openIncidents } from '../folds/lookup.ts';
import type { EventBody } from '../model/event.ts';
import type { Finding } from '../model/finding.ts';
import type { Pace } from '../model/pace.ts';
import { keyOf, sameRef, type ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import { numbered } from './evidence.ts';
import { groupFindings, subjectOf, type Group } from './group.ts';
import { byGate, titleOf, worst } from './rank.ts';
import { rootOrders } from './root-order.ts';

/** While a write is under way or asked for, an incident keeps its root and is merged into nothing. */
const busy: ReadonlySet<Incident['state']> = new Set(['awaiting approval', 'acting', 'verifying']);
const evidenceAtOpening = 10;

export type Sight = {
  readonly findings: readonly Finding[];
  readonly view: ClusterView;
  readonly pace: Pace;
  readonly nowMs: number;
  /** True when the root of an incident has been without own signs for so long that what its victims still show stands for itself. */
  readonly outlived: (incident: Incident) => boolean;
};

export function correlate(state: State, sight: Sight): readonly EventBody[] {
  const changes: EventBody[] = [];
  const taken = new Set<string>();
  let next = state.nextIncident;
  for (const group of groupFindings(sight.findings, sight.view, sight.pace)) {
    const matched = matching(state, group, sight).filter((one) => !taken.has(one.id));
    const [into, ...others] = matched;
    if (into !== undefined) {
      taken.add(into.id);
      for (const other of others) {
        if (isBusy(other)) continue;
        taken.add(other.id);
        changes.push({
          kind: 'incident.merged',
          incident: other.id,
          into: into.id,
          reason: `its root is ${group.root.name}, as of ${into.id}`,
        });
      }
      changes.push(...updates(into, group, sight));
      continue;
    }
    const before = closedBefore(state, group, sight);
    if (before?.state === 'suppressed') continue;
    if (worst(group.findings) === 'info') continue;
    if (before !== undefined) changes.push(reopened(before, group));
    else {
      changes.push(opened(`inc-${next}`, group, sight.view));
      next += 1;
    }
  }
  return changes;
}

/** Open incidents of this group, oldest first: same root, or a share of its findings. */
function matching(state: State, group: Group, sight: Sight): readonly Incident[] {
  const ids = new Set(group.findings.map((one) => one.id));
  return openIncidents(state).filter(
    (incident) =>
      sameRef(incident.root, group.root) ||
      sameRef(incident.openedRoot, group.root) ||
      (incident.findings.some((id) => ids.has(id)) && !sight.outlived(incident)),
  );
}

function updates(incident: Incident, group: Group, sight: Sight): readonly EventBody[] {
  const root = rootAfter(incident, group.root, sight.view);
  const others = incident.findings.filter((id) => !group.findings.some((one) => one.id === id));
  const stillHeld = others.filter((id) => sight.findings.some((one) => one.id === id));
  const findings = [...new Set([...group.findings.map((one) => one.id), ...stillHeld])].toSorted();
  const held = sight.findings.filter((one) => findings.includes(one.id));
  const severity = worst(held);
  const title = titleFor(root, held, sight.view);
  const fresh = group.findings.filter((one) => !incident.evidence.some((known) => known.finding === one.id));
  const grown = findings.some((id) => !incident.findings.includes(id));
  const changed = {
    ...(sameRef(root, incident.root) ? {} : { root }),
    ...(worse(severity, incident.severity) ? { severity } : {}),
    ...(sameRef(root, incident.root) && !grown ? {} : { title }),
    ...(sameList(findings, incident.findings) ? {} : { findings }),
    ...(grown ? { roots: rootOrders(new Set(findings), sight) } : {}),
    ...(fresh.length === 0 ? {} : { evidence: [...numbered(fresh.map(fromFinding), incident.evidence).added] }),
  };
  if (changed.title === incident.title) delete changed.title;
  return Object.keys(changed).length === 0 ? [] : [{ kind: 'incident.updated', incident: incident.id, ...changed }];
}

/** An undo that is held lives on in an incident that went to a person: merged away, it would never be written. */
function isBusy(incident: Incident): boolean {
  return busy.has(incident.state) || livePlan(incident)?.plan.undoOf !== undefined;
}

/** The root only moves down the call graph, and not while a write is under way: a victim that lingers is not a new root. */
function rootAfter(incident: Incident, root: ObjectRef, view: ClusterView): ObjectRef {
  if (sameRef(incident.root, root) || isBusy(incident)) return incident.root;
  return reaches(view, incident.root, root) ? root : incident.root;
}

function reaches(view: ClusterView, from: ObjectRef, to: ObjectRef): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (let current = queue.shift(); current !== undefined && seen.size < 1_000; current = queue.shift()) {
    if (sameRef(current, to)) return true;
    if (seen.has(keyOf(current))) continue;
    seen.add(keyOf(current));
    queue.push(...view.calleesOf(current).map((edge) => edge.callee));
  }
  return false;
}

/** The newest closed incident of this root within the time in which a return is the same incident. */
function closedBefore(state: State, group: Group, sight: Sight): Incident | undefined {
  return [...state.incidents.values()].findLast(
    (one) =>
      isClosed(one) &&
      one.mergedInto === null &&
      one.closedAtMs !== null &&
      sight.nowMs - one.closedAtMs < sight.pace.reopenMs &&
      (sameRef(one.root, group.root) || sameRef(one.openedRoot, group.root)),
  );
}

function reopened(incident: Incident, group: Group): EventBody {
  return {
    kind: 'incident.reopened',
    incident: incident.id,
    reason: group.findings.toSorted(byGate)[0]?.sentence ?? 'its signs are back',
    findings: group.findings.map((one) => one.id),
  };
}

function opened(id: string, group: Group, view: ClusterView): EventBody {
  const ranked = group.findings.toSorted(byGate);
  return {
    kind: 'incident.opened',
    incident: id,
    root: group.root,
    severity: worst(group.findings),
    title: titleFor(group.root, group.findings, view),
    findings: group.findings.map((one) => one.id),
    evidence: [...numbered(ranked.slice(0, evidenceAtOpening).map(fromFinding), []).added],
  };
}

function titleFor(root: ObjectRef, findings: readonly Finding[], view: ClusterView): string {
  return titleOf(root, findings, (one) => sameRef(subjectOf(one.of, view), root));
}

function worse(left: Incident['severity'], right: Incident['severity']): boolean {
  const order = ['info', 'warning', 'critical'];
  return order.indexOf(left) > order.indexOf(right);
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}
