// The manifests of the world, as a person would have applied them.
import type { KubeObject, ResourceRef } from '../cluster-port.ts';
import { resources } from '../kubelet/resources.ts';
import { imageOf, port } from './images.ts';
import type { Deployed } from './workloads.ts';

export type Manifest = { readonly resource: ResourceRef; readonly object: KubeObject };

/** ConfigMap, workload (with its first image), Service and budget of one workload. */
export function manifestsOf(one: Deployed): Manifest[] {
  const [namespace = '', name = ''] = one.model.key.split('/');
  const metadata = { name, namespace, labels: { app: name } };
  const manifests: Manifest[] = [];
  if (one.config !== undefined)
    manifests.push({
      resource: resources.configMaps,
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, name: `${name}-config` },
        data: one.config,
      },
    });
  manifests.push(workloadManifest(one, namespace, name));
  if (one.model.visitors !== null)
    manifests.push({
      resource: resources.services,
      object: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: { app: name }, ports: [{ name: 'http', port, targetPort: 'http', protocol: 'TCP' }] },
      },
    });
  if (one.budget !== undefined)
    manifests.push({
      resource: resources.podDisruptionBudgets,
      object: {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata,
        spec: { selector: { matchLabels: { app: name } }, ...one.budget },
      },
    });
  return manifests;
}

function workloadManifest(one: Deployed, namespace: string, name: string): Manifest {
  const labels = { app: name };
  const isStateful = one.kind === 'StatefulSet';
  const container = containerOf(name, imageOf(one.model.key, one.tags[0] ?? ''), {
    resources: {
      requests: { cpu: one.cpu.request, memory: one.memory.request },
      limits: { cpu: one.cpu.limit, memory: one.memory.limit },
    },
    env: [
      ...Object.entries(one.env).map(([key, value]) => ({ name: key, value })),
      ...Object.keys(one.config ?? {}).map((key) => ({
        name: key,
        valueFrom: { configMapKeyRef: { name: `${name}-config`, key } },
      })),
    ],
    ...(one.model.visitors === null
      ? {}
      : {
          readinessProbe: httpProbe('/ready', { initialDelaySeconds: 4, periodSeconds: 5 }),
          // A store that stalls is not dead: only its port is asked.
          livenessProbe: isStateful
            ? { tcpSocket: { port }, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 3 }
            : httpProbe('/healthz', { initialDelaySeconds: 10, periodSeconds: 10 }),
        }),
  });
  const template = {
    metadata: {
      labels,
      annotations: {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(port),
        'prometheus.io/path': '/metrics',
      },
    },
    spec: { containers: [container], terminationGracePeriodSeconds: 30 },
  };
  return {
    resource: isStateful ? resources.statefulSets : resources.deployments,
    object: {
      apiVersion: 'apps/v1',
      kind: one.kind,
      metadata: { name, namespace, labels },
      spec: {
        replicas: one.replicas,
        selector: { matchLabels: labels },
        ...(isStateful ? { serviceName: name } : {}),
        template,
      },
    },
  };
}

/** A container that serves HTTP on the world's port. */
export function containerOf(
  name: string,
  image: string,
  more: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { name, image, ports: [{ name: 'http', containerPort: port, protocol: 'TCP' }], ...more };
}

function httpProbe(
  path: string,
  timing: { readonly initialDelaySeconds: number; readonly periodSeconds: number },
): Record<string, unknown> {
  return { httpGet: { path, port }, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1, ...timing };
}

/** The patch that sets the image of a workload's only container. */
export function imagePatch(name: string, image: string): Record<string, unknown> {
  return { spec: { template: { spec: { containers: [{ name, image }] } } } };
}

export function namespaceManifest(name: string): Manifest {
  return {
    resource: resources.namespaces,
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    },
  };
}
