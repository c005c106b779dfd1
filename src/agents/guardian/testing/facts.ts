// Facts of a healthy Deployment that may be scaled from 3 to 5, for tests of the rules; a test changes what it is about.
import { scale } from '../../../actions/scale.ts';
import { aContainer, aPod, aTemplate, aWorkload, liveOf } from '../../../actions/testing/live.ts';
import { aNode, aView, nowMs } from '../../../diagnosis/testing/view.ts';
import { emptyState } from '../../../folds/state.ts';
import type { ActionDefinition, Live } from '../../../model/action.ts';
import type { JsonObject } from '../../../model/json.ts';
import type { KubeNode } from '../../../model/kube.ts';
import { paceOf } from '../../../model/pace.ts';
import type { Plan, PlannedAction } from '../../../model/plan.ts';
import type { WriteReply } from '../../../model/write.ts';
import { buildChange } from '../build-change.ts';
import { known, type Change, type Facts } from '../facts.ts';

export const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const permitId = '7.01PERMIT';

export function anAction(more: Partial<PlannedAction> = {}): PlannedAction {
  return {
    id: 'inc-1/p1/a1',
    action: 'scale',
    target,
    params: { replicas: 5 },
    cites: ['E1'],
    why: 'CPU is saturated',
    ...more,
  };
}

export function aPlan(more: Partial<Plan> = {}): Plan {
  return {
    id: 'inc-1/p1',
    incident: 'inc-1',
    code: 'APP-006',
    leader: 'playbook',
    actions: [anAction()],
    expectedEffect: 'latency is back in its band',
    verify: ['V-roll'],
    untrustedOnly: false,
    ...more,
  };
}

/** Pods of the newest revision: `ready` ready ones and `unready` others. */
export function podsOf(ready: number, unready = 0, owner = 'uid-rs-5'): JsonObject[] {
  return Array.from({ length: ready + unready }, (_, at) =>
    aPod({
      name: `checkout-${at}`,
      owner,
      ...(at < ready ? {} : { ready: { status: 'False', since: '2026-01-05T13:30:00Z' } }),
    }),
  );
}

export function aLive(more: Parameters<typeof aWorkload>[0] = {}, ready = more.replicas ?? 3, unready = 0): Live {
  return liveOf(
    aWorkload({ annotations: {}, ...more, metadata: { resourceVersion: '100', ...more.metadata } }),
    [],
    podsOf(ready ?? 1, unready),
  );
}

/** A ready node with room for 100 small pods. */
export function aRoomyNode(name = 'node-1', more: Partial<KubeNode> = {}): KubeNode {
  return {
    ...aNode(name),
    status: {
      allocatable: { cpu: '16', memory: '64Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
    ...more,
  };
}

/** The change of an action on what was read, built as gather builds it. */
export function changeOf(live: Live, action = anAction(), definition: ActionDefinition = scale): Change {
  const change = buildChange(definition, action, live, permitId, null);
  if ('refused' in change) throw new Error(change.refused);
  return change;
}

export function aReply(object: JsonObject, more: Partial<WriteReply> = {}): WriteReply {
  return {
    status: 200,
    reason: 'OK',
    object,
    fields: [],
    summary: 'accepted',
    retryAfterS: null,
    warnings: [],
    ...more,
  };
}

type More = Partial<Facts> & {
  readonly on?: Live;
  readonly by?: ActionDefinition;
};

/** Facts under which every rule allows. `on` is the target as read, `by` the action's definition; change and dry run follow from them. */
export function someFacts(more: More = {}): Facts {
  const { on = aLive(), by = scale, ...rest } = more;
  const action = rest.action ?? anAction();
  const built = buildChange(by, action, on, permitId, null);
  const after = 'refused' in built ? on.object : built.after;
  return {
    plan: aPlan({ actions: [action] }),
    action,
    nowMs,
    wallMs: nowMs,
    pace: paceOf(1),
    mode: { mode: 'auto', because: '--mode' },
    stopped: false,
    journalWritable: true,
    lease: { epoch: 7, remainingMs: 15_000 },
    freshness: { cacheLagMs: 1_000, broken: [], clockSkewMs: 200 },
    metricsAgeMs: 9_000,
    state: emptyState,
    view: aView({ nodes: [aRoomyNode()] }),
    allows: [],
    allowsSuspended: null,
    advisorNamespace: 'nemotron-advisor',
    volatilePaths: [],
    definition: by,
    live: known(on),
    namespace: known({ kind: 'Namespace', metadata: { name: 'shop' } }),
    budgets: known([]),
    quotas: known([]),
    limitRanges: known([]),
    autoscalers: known([]),
    change: known(built),
    dryRun: known({ reply: aReply(after) }),
    owners: known({ live: [], detector: [], former: [], unknown: [] }),
    approval: null,
    cover: null,
    ...rest,
  };
}

export { aContainer, aTemplate };
