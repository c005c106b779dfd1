// Defaults of pod specs as the API server fills them (k8s.io/kubernetes pkg/apis/core/v1/defaults.go).
import { isTree, makeTree, textAt, type Tree, treeAt, treesAt } from './tree.ts';

/** Fills a pod spec or the spec of a template in place. */
export function defaultPodSpec(spec: Tree): void {
  spec['restartPolicy'] ??= 'Always';
  spec['terminationGracePeriodSeconds'] ??= 30;
  spec['dnsPolicy'] ??= 'ClusterFirst';
  spec['securityContext'] ??= {};
  spec['schedulerName'] ??= 'default-scheduler';
  if (textAt(spec, 'serviceAccountName') !== '') spec['serviceAccount'] ??= textAt(spec, 'serviceAccountName');
  for (const container of [...treesAt(spec, 'containers'), ...treesAt(spec, 'initContainers')])
    defaultContainer(container);
  for (const volume of treesAt(spec, 'volumes')) defaultVolume(volume);
}

/** What a pod gets beyond its template by defaulting. */
export function defaultPod(spec: Tree): void {
  defaultPodSpec(spec);
  spec['enableServiceLinks'] ??= true;
  for (const container of [...treesAt(spec, 'containers'), ...treesAt(spec, 'initContainers')]) {
    const resources = makeTree(container, 'resources');
    const limits = treeAt(resources, 'limits');
    if (Object.keys(limits).length === 0) continue;
    const requests = makeTree(resources, 'requests');
    for (const [key, value] of Object.entries(limits)) requests[key] ??= value;
  }
}

function defaultContainer(container: Tree): void {
  container['resources'] ??= {};
  container['terminationMessagePath'] ??= '/dev/termination-log';
  container['terminationMessagePolicy'] ??= 'File';
  container['imagePullPolicy'] ??= pullPolicy(textAt(container, 'image'));
  for (const port of treesAt(container, 'ports')) port['protocol'] ??= 'TCP';
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[name];
    if (isTree(probe)) defaultProbe(probe);
  }
  for (const hook of ['postStart', 'preStop']) defaultHttpGet(treeAt(container, 'lifecycle', hook)['httpGet']);
  for (const variable of treesAt(container, 'env')) {
    const field = treeAt(variable, 'valueFrom')['fieldRef'];
    if (isTree(field)) field['apiVersion'] ??= 'v1';
  }
}

function defaultProbe(probe: Tree): void {
  probe['timeoutSeconds'] ??= 1;
  probe['periodSeconds'] ??= 10;
  probe['successThreshold'] ??= 1;
  probe['failureThreshold'] ??= 3;
  defaultHttpGet(probe['httpGet']);
  const grpc = probe['grpc'];
  if (isTree(grpc)) grpc['service'] ??= '';
}

function defaultHttpGet(action: unknown): void {
  if (!isTree(action)) return;
  action['path'] ??= '/';
  action['scheme'] ??= 'HTTP';
}

function defaultVolume(volume: Tree): void {
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    const found = volume[source];
    if (isTree(found)) found['defaultMode'] ??= 420;
  }
  const hostPath = volume['hostPath'];
  if (isTree(hostPath)) hostPath['type'] ??= '';
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
}

function pullPolicy(image: string): string {
  const [, tag = 'latest'] = /^(?:[^/]*\/)*[^/:@]+(?::([^@]+))?/.exec(image) ?? [];
  return image.includes('@') || tag !== 'latest' ? 'IfNotPresent' : 'Always';
}
