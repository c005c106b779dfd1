// The acting half of the composition root: the guardian, the only place where permits are minted, and the agent that alone can spend them.
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { actionsByName } from './actions/actions.ts';
import { capsOf, effectiveMode, type EffectiveMode } from './agents/guardian/effective-mode.ts';
import { dryRunOver } from './agents/guardian/gather.ts';
import { createGuardian } from './agents/guardian/guardian.ts';
import { createPermits } from './agents/guardian/permits.ts';
import type { PolicyBook } from './agents/guardian/policy.ts';
import { createK8sApiAgent } from './agents/k8s-api/k8s-api-agent.ts';
import type { Clock } from './clock.ts';
import type { Lease } from './cluster/lease.ts';
import type { StopLatch } from './cluster/stop-latch.ts';
import type { Config } from './config/config.ts';
import type { State } from './folds/state.ts';
import type { Journal } from './model/journal.ts';
import type { Pace } from './model/pace.ts';
import type { ObjectRef } from './model/target.ts';
import type { ClusterView } from './model/view.ts';
import { handsOf, type Hands } from './orchestrator/ports.ts';
import type { OpenedCluster } from './senses.ts';

export type HandsPorts = {
  readonly config: Config;
  readonly cluster: OpenedCluster;
  readonly journal: Journal;
  readonly state: () => State;
  readonly wall: Clock;
  readonly pace: Pace;
  readonly view: () => ClusterView;
  /** Whether the advisor's own namespace exists: without it nothing above suggest. */
  readonly hasNamespace: boolean;
  readonly latch: StopLatch;
  readonly lease: Pick<Lease, 'current'>;
  /** Whether what was open when the lease was gained is settled. */
  readonly isSettled: () => boolean;
  readonly policy: Pick<PolicyBook, 'current'>;
};

export type Composed = {
  readonly hands: Hands;
  /** The effective mode of a workload, or with an empty kind and name of a namespace. */
  readonly modeOf: (target: ObjectRef) => EffectiveMode;
};

/** The key of the permits is drawn here and never leaves: a permit of another process, or of before a restart, opens nothing. */
export function createHands(ports: HandsPorts): Composed {
  const { config, cluster, journal, state, wall, pace, latch, lease, policy } = ports;
  const permits = createPermits(randomBytes(32), wall);
  const configured = { mode: config.mode, source: config.modeSource };
  const guardian = createGuardian({
    dryRun: dryRunOver(cluster.transport),
    reader: cluster.reader,
    mayI: async (question, limit) => await cluster.own.mayI(question, limit),
    journal,
    state,
    cluster: cluster.clock,
    wall,
    pace,
    newId: ulid,
    mint: (body) => permits.mint(body),
    clusterId: cluster.clusterId,
    lease: () => lease.current(),
    isSettled: () => ports.isSettled(),
    isStopped: () => latch.isStopped(),
    configured,
    advisorNamespace: config.advisorNamespace,
    hasAdvisorNamespace: () => ports.hasNamespace,
    actions: actionsByName,
    policy: () => policy.current(),
    volatilePaths: [],
  });
  const modeOf = (target: ObjectRef): EffectiveMode => {
    const view = ports.view();
    return effectiveMode(
      {
        configured,
        modes: state().modes,
        caps: capsOf({
          advisorNamespace: config.advisorNamespace,
          hasNamespace: ports.hasNamespace,
          hasLease: lease.current() !== null,
          policyProblem: policy.current().problem,
        }),
      },
      {
        target,
        namespaceAnnotations: view.namespaces.get(target.namespace)?.annotations ?? null,
        annotations: target.name === '' ? {} : (view.workload(target)?.object?.metadata.annotations ?? {}),
      },
    );
  };
  const k8sApi = createK8sApiAgent({
    transport: cluster.transport,
    reader: cluster.reader,
    // A stop that is first seen at the write is latched like any other.
    own: { readStop: async (limit) => await latch.look(limit) },
    journal,
    wall,
    permits,
    clusterId: cluster.clusterId,
    state,
    lease: () => lease.current(),
    isStopped: () => latch.isStopped(),
    modeOf: (scope) => modeOf(scope).mode,
    permitFence: async (intent, current) => await guardian.permitFence(intent, current),
    permitHandBack: async (undo, now, fields) => await guardian.permitHandBack(undo, now, fields),
  });
  return { hands: handsOf(guardian, k8sApi), modeOf };
}
