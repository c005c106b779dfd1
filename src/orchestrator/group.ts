// Findings that belong together: each is led to the workload at its root, the callee before the caller, the lower gate before the higher.
import { faultyCallees, isFault } from '../diagnosis/callees.ts';
import type { Finding } from '../model/finding.ts';
import type { Pace } from '../model/pace.ts';
import { keyOf, sameRef, type ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import { gateOf } from './rank.ts';

export type Group = {
  readonly root: ObjectRef;
  /** Findings of the root and of its victims, by id. */
  readonly findings: readonly Finding[];
};

/** From this gate on a workload may be a victim; below it the trouble is its own. */
const victimGate = 7;
const deepest = 10;

export function groupFindings(findings: readonly Finding[], view: ClusterView, pace: Pace): readonly Group[] {
  const subjects = new Map<string, { readonly of: ObjectRef; readonly findings: Finding[] }>();
  for (const finding of findings) {
    const of = subjectOf(finding.of, view);
    const known = subjects.get(keyOf(of));
    if (known === undefined) subjects.set(keyOf(of), { of, findings: [finding] });
    else known.findings.push(finding);
  }
  const groups = new Map<string, { readonly root: ObjectRef; readonly findings: Finding[] }>();
  for (const subject of subjects.values()) {
    const root = rootOf(subject.of, subject.findings, findings, view, pace);
    const known = groups.get(keyOf(root));
    if (known === undefined) groups.set(keyOf(root), { root, findings: [...subject.findings] });
    else known.findings.push(...subject.findings);
  }
  return [...groups.values()]
    .map((group) => ({ root: group.root, findings: group.findings.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }))
    .toSorted((left, right) => (keyOf(left.root) < keyOf(right.root) ? -1 : 1));
}

/** The workload behind a pod or a Service; anything else stands for itself. */
export function subjectOf(of: ObjectRef, view: ClusterView): ObjectRef {
  if (of.kind === 'Pod') return view.ownerOf(of.namespace, of.name) ?? of;
  if (of.kind === 'Service')
    return (
      view.workloads.find((one) =>
        view
          .servicesOf(one.ref)
          .some((service) => service.metadata.name === of.name && (service.metadata.namespace ?? '') === of.namespace),
      )?.ref ?? of
    );
  return of;
}

/** Follows call edges to the deepest workload that is faulty and turned so no later. */
function rootOf(
  of: ObjectRef,
  own: readonly Finding[],
  findings: readonly Finding[],
  view: ClusterView,
  pace: Pace,
): ObjectRef {
  const passed: ObjectRef[] = [];
  let current = of;
  let signs = own.filter(isFault);
  for (let depth = 0; depth < deepest; depth += 1) {
    if (signs.length === 0 || Math.min(...signs.map(gateOf)) < victimGate) return current;
    passed.push(current);
    const onset = Math.min(...signs.map((one) => one.onsetMs));
    const [next] = faultyCallees({ findings, view, pace }, current, onset)
      .filter((one) => !passed.some((before) => sameRef(before, one.callee)))
      .toSorted((left, right) => (left.onsetMs ?? onset) - (right.onsetMs ?? onset));
    if (next === undefined) return current;
    current = next.callee;
    signs = [...next.findings];
  }
  return current;
}
