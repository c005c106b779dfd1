// The list of rules that turn hard facts of the API into findings without statistics.
import type { FactRule } from './fact.ts';
import { configMissing } from './config-missing.ts';
import { crashLooping } from './crash-looping.ts';
import { imagePullFailed } from './image-pull-failed.ts';
import { noEndpoints } from './no-endpoints.ts';
import { notReady } from './not-ready.ts';
import { oomKilled } from './oom-killed.ts';
import { probeKilling } from './probe-killing.ts';
import { rolloutStuck } from './rollout-stuck.ts';
import { unschedulable } from './unschedulable.ts';
import { zeroReplicasCalled } from './zero-replicas-called.ts';

export const factRules: readonly FactRule[] = [
  zeroReplicasCalled,
  unschedulable,
  configMissing,
  imagePullFailed,
  oomKilled,
  probeKilling,
  crashLooping,
  notReady,
  rolloutStuck,
  noEndpoints,
];
