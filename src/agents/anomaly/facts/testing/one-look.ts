// A small Deployment and one look at it, for the tests of facts.
import { aDeployment, aPod, replicaSetOf } from '../../../../../test/builders/view.ts';
import type { FactFinding } from '../../../../model/finding.ts';
import { paceOf } from '../../../../model/pace.ts';
import type { ClusterView } from '../../../../model/view.ts';
import { createFactFindings } from '../../fact-findings.ts';
import type { FactContext } from '../fact.ts';

export const deployment = aDeployment();
export const replicas = replicaSetOf(deployment);
export const base = { Deployment: [deployment], ReplicaSet: [replicas] };
export const healthy = aPod({ owner: replicas, name: 'cart-aaa-1' });

export function context(view: ClusterView, over: Partial<FactContext> = {}): FactContext {
  return { view, nowMs: view.asOfMs, pace: paceOf(1), restarts: () => null, usualRequests: () => null, ...over };
}

export function factsOf(view: ClusterView, over: Partial<FactContext> = {}): readonly FactFinding[] {
  return createFactFindings().cycle(context(view, over));
}
