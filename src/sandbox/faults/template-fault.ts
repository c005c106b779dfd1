// Faults that someone rolls out: a patch of a workload's template, and the patch that takes it back.
import type { ObjectRef } from '../../model/target.ts';
import type { ResourceRef } from '../cluster-port.ts';
import { resources } from '../kubelet/resources.ts';
import type { FaultContext } from './fault.ts';

/** Strategic merge patch of a container of the target's template. */
export async function patchContainer(
  { port }: FaultContext,
  target: ObjectRef,
  container: Readonly<Record<string, unknown>>,
): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: target.name, ...container }] } } } };
  const found = await port.patch(resourceOf(target), target.namespace, target.name, 'strategic', body);
  if (found === null) throw new Error(`${target.namespace}/${target.name} does not exist: nothing was injected`);
}

/** Sets replicas through the scale subresource, as `kubectl scale` does. */
export async function scaleTo({ port }: FaultContext, target: ObjectRef, replicas: number): Promise<void> {
  const options = { subresource: 'scale' };
  const found = await port.patch(
    resourceOf(target),
    target.namespace,
    target.name,
    'merge',
    { spec: { replicas } },
    options,
  );
  if (found === null) throw new Error(`${target.namespace}/${target.name} does not exist: nothing was injected`);
}

function resourceOf(target: ObjectRef): ResourceRef {
  return target.kind === 'StatefulSet' ? resources.statefulSets : resources.deployments;
}
