// The causes in the discriminating order: the first closed gate of a workload names its family (faults.md 3).
import type { Cause } from '../model/cause.ts';
import { trafficSurge } from './application/traffic-surge.ts';
import { upstreamDependency } from './application/upstream-dependency.ts';
import { missingConfigMap } from './config/missing-configmap.ts';
import { incorrectImageReference } from './image/incorrect-image-reference.ts';
import { nodeSelectorMismatch } from './scheduling/node-selector-mismatch.ts';
import { badRollout } from './workload/bad-rollout.ts';
import { livenessProbePort } from './workload/liveness-probe-port.ts';
import { memoryLeak } from './workload/memory-leak.ts';
import { oomKilled } from './workload/oom-killed.ts';
import { zeroReplicas } from './workload/zero-replicas.ts';

export const causes: readonly Cause[] = [
  zeroReplicas,
  nodeSelectorMismatch,
  incorrectImageReference,
  missingConfigMap,
  livenessProbePort,
  oomKilled,
  memoryLeak,
  upstreamDependency,
  badRollout,
  trafficSurge,
];
