// What one look says: which incidents lie in the scope, since when, what is likely behind them, and what could not be seen.
import { openIncidents } from '../folds/lookup.ts';
import type { Incident, State } from '../folds/state.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import type { ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import type { LabelTest } from './labels.ts';
import { usage } from './verb.ts';

/** What a look brought: incidents opened and diagnosed once, the picture behind them, and what it could not read. */
export type Looked = {
  readonly state: State;
  readonly view: Pick<ClusterView, 'workload' | 'complete'>;
  readonly leader: string;
  readonly asOfMs: number;
  readonly blind: readonly {
    readonly capability: string;
    readonly cost: string;
    /** An objective that nothing counts is no source that could be required. */
    readonly source: 'metrics' | 'logs' | 'objects' | 'objectives';
  }[];
  readonly clusterName: string;
  readonly clusterId: string;
  readonly namespaces: readonly string[];
};

export type ScanScope = {
  readonly namespace?: string;
  readonly labels?: LabelTest;
  /** Only what began in this time before the look, milliseconds. */
  readonly sinceMs?: number;
};

export type ScanItem = {
  /** A look without a running advisor gives no ids. */
  readonly id: null;
  readonly severity: Severity;
  readonly state: Incident['state'];
  readonly title: string;
  readonly root: ObjectRef;
  readonly onset: string;
  readonly code: string | null;
  readonly cause: string | null;
  readonly strength: Hypothesis['strength'] | null;
  readonly leader: string;
  readonly findings: number;
  readonly hypotheses: readonly Hypothesis[];
  readonly evidence: readonly Evidence[];
  readonly advice: readonly string[];
};

export type ScanReport = {
  readonly items: readonly ScanItem[];
  readonly asOfMs: number;
  readonly scope: { readonly namespaces: number; readonly all: boolean; readonly namespace: string | null };
  /** Findings behind the items, and deviations that the usual of other days explains. */
  readonly findings: number;
  readonly usual: number;
  readonly blind: Looked['blind'];
};

const severities = ['critical', 'warning', 'info'] as const;

/** Throws a usage Failure for a namespace that the cluster does not have. */
export function scanReport(look: Looked, scope: ScanScope): ScanReport {
  const { namespace } = scope;
  if (namespace !== undefined && !look.namespaces.includes(namespace)) throw unknownNamespace(look, namespace);
  const items = openIncidents(look.state)
    .map((one) => ({ incident: one, onsetMs: onsetOf(look, one) }))
    .filter(({ incident, onsetMs }) => isInScope(look, incident, onsetMs, scope))
    .toSorted(
      (left, right) =>
        severities.indexOf(left.incident.severity) - severities.indexOf(right.incident.severity) ||
        left.onsetMs - right.onsetMs,
    )
    .map(({ incident, onsetMs }) => itemOf(look, incident, onsetMs));
  const isUsual = (ref: ObjectRef): boolean => namespace === undefined || ref.namespace === namespace;
  return {
    items,
    asOfMs: look.asOfMs,
    scope: {
      namespaces: namespace === undefined ? look.namespaces.length : 1,
      all: namespace === undefined && scope.labels === undefined,
      namespace: namespace ?? null,
    },
    findings: items.reduce((sum, one) => sum + one.findings, 0),
    usual: look.state.dismissed.filter((one) => isUsual(one.of)).length,
    blind: look.blind,
  };
}

/** The most urgent severity of the report. */
export function worstOf(report: ScanReport): 'none' | Severity {
  return severities.find((severity) => report.items.some((one) => one.severity === severity)) ?? 'none';
}

function isInScope(look: Looked, incident: Incident, onsetMs: number, scope: ScanScope): boolean {
  const { namespace, labels, sinceMs } = scope;
  if (namespace !== undefined && incident.root.namespace !== namespace) return false;
  if (sinceMs !== undefined && onsetMs < look.asOfMs - sinceMs) return false;
  return labels === undefined || labels(look.view.workload(incident.root)?.object?.metadata.labels ?? {});
}

function itemOf(look: Looked, incident: Incident, onsetMs: number): ScanItem {
  const leading = incident.hypotheses.find((one) => one.strength !== 'ruled out');
  return {
    id: null,
    severity: incident.severity,
    state: incident.state,
    title: incident.title,
    root: incident.root,
    onset: new Date(onsetMs).toISOString(),
    code: leading?.code ?? null,
    cause: leading?.cause ?? null,
    strength: leading?.strength ?? null,
    leader: look.leader,
    findings: incident.findings.length,
    hypotheses: incident.hypotheses,
    evidence: incident.evidence,
    advice: incident.advice,
  };
}

/** When its first sign began; the incident itself was opened by this look. */
function onsetOf(look: Looked, incident: Incident): number {
  const onsets = incident.findings.flatMap((id) => look.state.findings.get(id)?.onsetMs ?? []);
  return onsets.length === 0 ? incident.openedAtMs : Math.min(...onsets);
}

function unknownNamespace(look: Looked, namespace: string): Failure {
  if (look.view.complete.has('Namespace'))
    return usage(
      `there is no namespace "${namespace}"`,
      `${look.clusterName} has ${look.namespaces.slice(0, 4).join(', ')}${look.namespaces.length > 4 ? ` and ${look.namespaces.length - 4} more` : ''}`,
      'name one of them, or leave out --namespace',
    );
  return new Failure({
    code: 'namespace-not-seen',
    what: `the namespace "${namespace}" cannot be looked at`,
    why: `nothing in it could be read in ${look.clusterName}, and its namespaces cannot be listed`,
    next: 'advisor doctor --rbac',
    exitCode: exitCodes.unreachable,
  });
}
