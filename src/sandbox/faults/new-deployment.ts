// A Deployment that a fault brings in, in its first revision.
import type { ObjectRef } from '../../model/target.ts';
import type { KubeObject } from '../cluster-port.ts';
import { resources } from '../kubelet/resources.ts';
import { imageOf } from '../world/images.ts';
import { containerOf } from '../world/manifests.ts';
import type { FaultContext } from './fault.ts';

export async function createDeployment(
  { port }: FaultContext,
  target: ObjectRef,
  more: { readonly container?: Readonly<Record<string, unknown>>; readonly pod?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const labels = { app: target.name };
  const size = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '200m', memory: '256Mi' } };
  const image = imageOf(`${target.namespace}/${target.name}`, '1.0.0');
  const containers = [containerOf(target.name, image, { resources: size, ...more.container })];
  const object: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: target.name, namespace: target.namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers, ...more.pod } },
    },
  };
  await port.create(resources.deployments, target.namespace, object);
}

export async function deleteDeployment({ port }: FaultContext, target: ObjectRef): Promise<void> {
  if ((await port.get(resources.deployments, target.namespace, target.name)) !== null)
    await port.delete(resources.deployments, target.namespace, target.name);
}
