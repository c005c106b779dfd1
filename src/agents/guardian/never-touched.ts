// G05: what is never touched, whatever the catalogue says: only workloads are written, never the advisor's own, never without a selector.
import { isJsonObject, valueAt, type JsonObject } from '../../model/json.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ResourceName } from '../../model/action.ts';
import { need } from './facts.ts';
import { allow, deny, type Rule } from './rule.ts';

/** A closed list: what is not named here is refused, so that no new kind slips in. */
const writable: Readonly<Record<string, ResourceName>> = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments' },
  StatefulSet: { group: 'apps', version: 'v1', plural: 'statefulsets' },
  DaemonSet: { group: 'apps', version: 'v1', plural: 'daemonsets' },
};

/** Where a kind that may be written lives, null for every other kind. */
export function writableResource(kind: string): ResourceName | null {
  return Object.hasOwn(writable, kind) ? (writable[kind] ?? null) : null;
}

/** Why this object must not be touched, or null. A fence asks it too. */
export function whyUntouchable(target: ObjectRef, object: JsonObject, advisorNamespace: string): string | null {
  if (writableResource(target.kind) === null)
    return `objects of kind ${target.kind} are never touched; only ${Object.keys(writable).join(', ')} are`;
  if (target.namespace === '') return 'a workload without a namespace is never touched';
  if (target.namespace === advisorNamespace)
    return `${advisorNamespace} holds the advisor itself, which it never touches`;
  if (valueAt(object, '/kind') !== target.kind || valueAt(object, '/metadata/name') !== target.name)
    return 'what was read is another object than the target';
  if (valueAt(object, '/metadata/namespace') !== target.namespace) return 'what was read lies in another namespace';
  return null;
}

export const neverTouched: Rule = {
  id: 'G05',
  about:
    'Never touched: namespaces, PersistentVolumes, Secrets, RBAC, webhooks, CRDs, APIServices, certificates, nodes, foreign custom resources, static pods, the advisor itself; an empty selector selects nothing.',
  judge(facts) {
    const { object } = need(facts.live);
    const { target } = facts.action;
    const why = whyUntouchable(target, object, facts.advisorNamespace);
    if (why !== null) return deny(why);
    return selectsSomething(object)
      ? allow(`a ${target.kind} in ${target.namespace}, with a selector of its own`)
      : deny('its selector is empty or missing, so it is not known which pods are its own');
  },
};

function selectsSomething(object: JsonObject): boolean {
  const labels = valueAt(object, '/spec/selector/matchLabels');
  const expressions = valueAt(object, '/spec/selector/matchExpressions');
  return (
    (isJsonObject(labels) && Object.keys(labels).length > 0) || (Array.isArray(expressions) && expressions.length > 0)
  );
}
