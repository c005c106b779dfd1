// Every injection of the sandbox and the lab, by name, and those that the acts of the demo use.
import { badGateway } from './bad-gateway.ts';
import { badRollout } from './bad-rollout.ts';
import { dependencyDown } from './dependency-down.ts';
import type { Fault } from './fault.ts';
import { hangingReplica } from './hanging-replica.ts';
import { hostileLog } from './hostile-log.ts';
import { incorrectImage } from './incorrect-image.ts';
import { livenessPort } from './liveness-port.ts';
import { memoryBlip } from './memory-blip.ts';
import { missingConfigMap } from './missing-configmap.ts';
import { nightlyJob } from './nightly-job.ts';
import { nodeSelector } from './node-selector.ts';
import { oomKilled } from './oom-killed.ts';
import { tightLimit } from './tight-limit.ts';
import { trafficSurge } from './traffic-surge.ts';
import { zeroReplicas } from './zero-replicas.ts';

/** The eleven that the loop must close end to end. */
export const faults: readonly Fault[] = [
  oomKilled,
  incorrectImage,
  badRollout,
  livenessPort,
  trafficSurge,
  zeroReplicas,
  missingConfigMap,
  nodeSelector,
  dependencyDown,
  hostileLog,
  memoryBlip,
];

/** What each act of the demo injects, first act first. */
const actFaults: readonly Fault[] = [nightlyJob, trafficSurge, oomKilled, hangingReplica, badGateway, hostileLog];

/** Repairs that do harm which only a guard sees. */
const harmfulRepairs: readonly Fault[] = [tightLimit];

/** By name, by `act1` to `act6`, else by the code of one of the eleven; throws with the names that exist. */
export function faultByName(name: string): Fault {
  const all = [...new Set([...faults, ...actFaults, ...harmfulRepairs])];
  const act = /^act([1-6])$/.exec(name);
  const found =
    act === null
      ? (all.find((one) => one.name === name) ?? faults.find((one) => one.code === name))
      : actFaults[Number(act[1]) - 1];
  if (found !== undefined) return found;
  throw new Error(
    `there is no injection "${name}"; there are ${all.map((one) => one.name).join(', ')} and act1 to act6`,
  );
}
