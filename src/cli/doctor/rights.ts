// The rights that the product uses, each with what is lost without it: read from the kinds that it watches and the actions that it has.
import type { AccessQuestion } from '../../cluster/own.ts';
import { placeOf } from '../../cluster/resources.ts';
import type { ActionDefinition } from '../../model/action.ts';
import { modes, type Mode } from '../../model/mode.ts';
import type { ViewKind } from '../../model/view.ts';

export type Right = Required<Pick<AccessQuestion, 'group' | 'resource' | 'verb'>> & {
  /** In one namespace only; absent: in the whole cluster. */
  readonly namespace?: string;
};

export type Capability = {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly Right[];
  /** A right that is not given everywhere is asked for namespace by namespace. */
  readonly perNamespace: boolean;
  readonly required: boolean;
  readonly costs: string;
  /** Why it is not asked for: a choice, not a lack. */
  readonly off?: string;
};

export type RightsNeeds = {
  readonly mode: Mode;
  readonly readLogs: boolean;
  readonly hasPrometheus: boolean;
  readonly advisorNamespace: string;
  readonly actions: readonly Pick<ActionDefinition, 'name' | 'rbac'>[];
};

/** What the cluster room watches, by what is lost together. Objects that are changed or lead to them are read afresh, one by one. */
const watched: readonly (readonly [
  id: string,
  name: string,
  kinds: readonly ViewKind[],
  costs: string,
  verbs?: readonly string[],
])[] = [
  [
    'read-workloads',
    'read workloads',
    ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ControllerRevision'],
    'the advisor does not see what runs; nothing is found or repaired',
    ['get', 'list', 'watch'],
  ],
  [
    'read-services',
    'read services',
    ['Service', 'EndpointSlice'],
    'who calls whom is not known; causes in a dependency stay hidden',
  ],
  ['read-nodes', 'read nodes', ['Node'], 'scheduling and node causes are not told apart'],
  ['read-events', 'read events', ['Event'], 'causes that only an event tells stay "fair" at best'],
  [
    'read-bounds',
    'read budgets and limits',
    ['PodDisruptionBudget', 'HorizontalPodAutoscaler', 'ResourceQuota', 'LimitRange'],
    'rulings that need them deny: no repair is permitted',
  ],
  [
    'read-names',
    'read configuration names',
    ['ConfigMap', 'PersistentVolumeClaim'],
    'a missing ConfigMap or claim is not proven',
  ],
  [
    'read-namespaces',
    'read namespaces',
    ['Namespace'],
    'the cluster is not recognised, and no mode can be read',
    ['get', 'list', 'watch'],
  ],
];

/** In the order in which they are shown. */
export function capabilities(needs: RightsNeeds): readonly Capability[] {
  const writes = modes.indexOf(needs.mode) >= modes.indexOf('approve');
  const own = needs.advisorNamespace;
  const quiet = writes ? {} : { off: `mode ${needs.mode} writes nothing` };
  const ofOwn = (group: string, resource: string, ...verbs: readonly string[]): readonly Right[] =>
    verbs.map((verb) => ({ group, resource, verb, namespace: own }));
  return [
    ...watched.map(([id, name, kinds, costs, verbs = ['list', 'watch']]) => ({
      id,
      name,
      rights: kinds
        .map(placeOf)
        .flatMap(({ group, plural }) => verbs.map((verb) => ({ group, resource: plural, verb }))),
      perNamespace: false,
      required: true,
      costs,
    })),
    {
      id: 'read-logs',
      name: 'read pod logs',
      rights: [{ group: '', resource: 'pods/log', verb: 'get' }],
      perNamespace: true,
      required: needs.readLogs,
      costs: 'no log evidence there; crash causes stay "fair" at best',
      ...(needs.readLogs ? {} : { off: 'logs are not read (ADVISOR_READ_LOGS)' }),
    },
    {
      id: 'read-kubelets',
      name: 'read kubelets',
      rights: [{ group: '', resource: 'nodes/metrics', verb: 'get' }],
      perNamespace: false,
      required: writes && !needs.hasPrometheus,
      costs: 'no usage of containers; guards of a repair cannot be watched',
      ...(needs.hasPrometheus ? { off: 'Prometheus is configured' } : {}),
    },
    ...changesOf(needs.actions).map(({ right, names }) => ({
      id: `${right.verb}-${right.resource.replaceAll('/', '-')}`,
      name: `change ${right.resource}`,
      rights: [right],
      perNamespace: true,
      required: writes,
      costs: `plans there end as suggestions with the command to type: ${names.join(', ')}`,
      ...quiet,
    })),
    {
      id: 'lease',
      name: 'keep the lease',
      rights: ofOwn('coordination.k8s.io', 'leases', 'get', 'create', 'update'),
      perNamespace: false,
      required: writes,
      costs: 'the advisor cannot be the one that acts; the mode stays suggest',
      ...quiet,
    },
    {
      id: 'stop-switch',
      name: 'keep the stop switch',
      rights: ofOwn('', 'configmaps', 'get', 'create', 'patch'),
      perNamespace: false,
      required: writes,
      costs: 'a stop is not seen by other processes; nothing is written',
      ...quiet,
    },
    {
      id: 'own-events',
      name: 'record events',
      rights: [{ group: 'events.k8s.io', resource: 'events', verb: 'create' }],
      perNamespace: true,
      required: writes,
      costs: 'kubectl describe does not tell what the advisor did',
      ...quiet,
    },
  ];
}

/** Each right that some action needs, with the names of all that do: actions share them, and one line tells of one right. */
function changesOf(
  all: RightsNeeds['actions'],
): readonly { readonly right: Right; readonly names: readonly string[] }[] {
  type Change = { readonly right: Right; readonly names: string[] };
  const found = new Map<string, Change>();
  for (const action of all) {
    for (const right of action.rbac) {
      const key = `${right.verb} ${right.group}/${right.resource}`;
      const known: Change = found.get(key) ?? { right, names: [] };
      known.names.push(action.name);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

/** Written as RBAC writes it: `list pods`, `get pods/log`, `patch deployments in pay`. */
export function rightText(right: Right, namespaces: readonly string[] = []): string {
  const where = right.namespace === undefined ? namespaces : [right.namespace];
  const more = where.length > 4 ? ` and ${where.length - 4} more` : '';
  return `${right.verb} ${right.resource}${where.length === 0 ? '' : ` in ${where.slice(0, 4).join(', ')}${more}`}`;
}
