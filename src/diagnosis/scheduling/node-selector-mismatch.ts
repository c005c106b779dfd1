// SCH-001: no node carries the labels that the pods select.
import type { Cause } from '../../model/cause.ts';
import { conditionOf, type KubeNode, type PodSpec } from '../../model/kube.ts';
import { changeOf, templateChanged } from '../change.ts';
import { field, fromFinding, measured } from '../fact.ts';
import { nearest } from '../near.ts';
import { weigh, type Check } from '../proof.ts';
import { rollback } from '../remedy.ts';
import { factOf, livePods, timeOf } from '../signs.ts';

export const nodeSelectorMismatch: Cause = {
  code: 'SCH-001',
  cause: 'node_selector_mismatch',
  title: 'node selector matches no node',
  gate: 3,
  verify: ['V-sched', 'V-roll'],
  metricOnly: false,
  diagnose(context) {
    const { view, subject } = context;
    const unscheduled = livePods(view, subject).filter((pod) => {
      const condition = conditionOf(pod, 'PodScheduled');
      return condition?.status === 'False' && condition.reason === 'Unschedulable';
    });
    const [pod] = unscheduled;
    const spec = view.workload(subject)?.template.spec ?? pod?.spec;
    const selector = Object.entries(spec?.nodeSelector ?? {});
    if (pod === undefined || spec === undefined || selector.length === 0) return null;
    const condition = conditionOf(pod, 'PodScheduled');
    const message = condition?.message ?? '';
    const matching = view.nodes.filter((node) => carries(node, selector));
    const open = view.nodes.filter((node) => isOpen(node, spec));
    const change = changeOf(view, subject);
    const changed = change !== undefined && templateChanged(change, (one) => one.spec?.nodeSelector);
    const finding = factOf(context, subject, 'unschedulable');
    const missing = selector.filter(
      ([key, value]) => !view.nodes.some((node) => node.metadata.labels?.[key] === value),
    );
    const shown = selector.map(([key, value]) => `${key}=${value}`).join(', ');
    const checks: Check[] = [
      {
        holds: /didn't match Pod's node affinity\/selector|didn't match node selector/i.test(message) ? true : null,
        settle: 'the message of the condition PodScheduled',
        fact: measured(
          field(subject, 'pods status.conditions[PodScheduled].message'),
          timeOf(condition?.lastTransitionTime) ?? view.asOfMs,
          `${unscheduled.length} pods wait for a node: ${message.slice(0, 160)}`,
        ),
      },
      {
        holds: view.complete.has('Node') ? matching.length === 0 : null,
        decisive: true,
        settle: 'labels of all nodes',
        fact: measured(
          field(subject, 'spec.template.spec.nodeSelector'),
          view.asOfMs,
          `the pods ask for ${shown}; ${matching.length} of ${view.nodes.length} nodes carry it`,
        ),
      },
      {
        holds: spec.affinity === undefined && open.length > 0,
        settle: 'which filter opens a node: the selector, the affinity, taints or cordons',
        fact: measured(
          'nodes spec.taints, spec.unschedulable',
          view.asOfMs,
          open.length > 0
            ? `without the selector ${open.length} of ${view.nodes.length} nodes are open to them`
            : 'without the selector no node is open to them either (cordons or taints)',
        ),
      },
    ];
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    return {
      root: subject,
      ...weigh(checks),
      remedies:
        change !== undefined && changed
          ? [
              rollback(
                subject,
                change,
                `revision ${change.current.number} changed the node selector`,
                'all pods are scheduled and ready',
              ),
            ]
          : [],
      advice: missing.flatMap(([key, value]) => adviceFor(view.nodes, subject, key, value)),
    };
  },
};

function adviceFor(
  nodes: readonly KubeNode[],
  subject: { readonly kind: string; readonly namespace: string; readonly name: string },
  key: string,
  value: string,
): string[] {
  const values = [...new Set(nodes.flatMap((node) => node.metadata.labels?.[key] ?? []))];
  const near = nearest(value, values);
  const nearKeys = nearest(key, [...new Set(nodes.flatMap((node) => Object.keys(node.metadata.labels ?? {})))]);
  const patch = (name: string, to: string): string =>
    `kubectl -n ${subject.namespace} patch ${subject.kind.toLowerCase()} ${subject.name} --type=merge -p '${JSON.stringify(
      {
        spec: { template: { spec: { nodeSelector: name === key ? { [key]: to } : { [key]: null, [name]: to } } } },
      },
    )}'`;
  const nearValue = near.length === 1 ? near[0] : undefined;
  const nearKey = nearKeys.length === 1 ? nearKeys[0] : undefined;
  if (nearValue !== undefined)
    return [`no node has ${key}=${value}; nodes have ${key}=${nearValue}. If that is meant: ${patch(key, nearValue)}`];
  if (nearKey !== undefined)
    return [`no node has the label ${key}; nodes have ${nearKey}. If that is meant: ${patch(nearKey, value)}`];
  return [
    values.length > 0
      ? `no node has ${key}=${value}; values that exist: ${values.slice(0, 10).join(', ')}. Choose one of them, or add a node that carries ${key}=${value}`
      : `no node has the label ${key}; take it out of the selector, or add a node that carries ${key}=${value}`,
  ];
}

function carries(node: KubeNode, selector: readonly (readonly [string, string])[]): boolean {
  return selector.every(([key, value]) => node.metadata.labels?.[key] === value);
}

/** Ready for new pods but for the selector: not cordoned, and its hard taints are tolerated. */
function isOpen(node: KubeNode, spec: PodSpec): boolean {
  if (node.spec?.unschedulable === true) return false;
  const hard = (node.spec?.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule');
  return hard.every((taint) =>
    (spec.tolerations ?? []).some(
      (one) =>
        (one.key === undefined || one.key === taint.key) &&
        (one.effect === undefined || one.effect === '' || one.effect === taint.effect) &&
        (one.operator === 'Exists' || (one.value ?? '') === (taint.value ?? '')),
    ),
  );
}
