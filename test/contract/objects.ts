// The objects that the contract creates; each builder makes the smallest that its kind allows.
import type { Tree, Value } from '../../src/sandbox/api/tree.ts';
import { webImage } from './images.ts';

export function aConfigMap(name: string, data: Tree = { a: '1' }, labels?: Tree): Tree {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(labels && { labels }) }, data };
}

export function aContainer(more: Tree = {}): Tree {
  return { name: 'app', image: webImage, ...more };
}

export type WorkloadParts = {
  readonly replicas?: number;
  readonly container?: Tree;
  /** Further fields of the spec. */
  readonly spec?: Tree;
  /** Further fields of the pods' spec. */
  readonly podSpec?: Tree;
  readonly annotations?: Tree;
};

export function aDeployment(name: string, parts: WorkloadParts = {}): Tree {
  return aWorkload('Deployment', name, parts);
}

export function aStatefulSet(name: string, parts: WorkloadParts = {}): Tree {
  return aWorkload('StatefulSet', name, { ...parts, spec: { serviceName: name, ...parts.spec } });
}

function aWorkload(kind: string, name: string, parts: WorkloadParts): Tree {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, ...(parts.annotations && { annotations: parts.annotations }) },
    spec: {
      replicas: parts.replicas ?? 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [aContainer(parts.container)], ...parts.podSpec },
      },
      ...parts.spec,
    },
  };
}

export function aPod(name: string, container: Tree = {}, spec: Tree = {}): Tree {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { containers: [aContainer(container)], terminationGracePeriodSeconds: 0, ...spec },
  };
}

export function aService(name: string, ports: readonly Tree[] = [{ port: 80, targetPort: 8080 }]): Tree {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [...ports] },
  };
}

export function aLease(name: string, spec: Tree = {}): Tree {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name },
    spec: { holderIdentity: 'one', leaseDurationSeconds: 15, renewTime: '2026-06-09T14:00:00.123456Z', ...spec },
  };
}

export function aBudget(name: string, spec: Tree): Tree {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, ...spec },
  };
}

export function anAutoscaler(name: string, spec: Tree = {}): Tree {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      maxReplicas: 3,
      ...spec,
    },
  };
}

export function anEvent(name: string, namespace: string, more: Tree = {}): Tree {
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name },
    eventTime: '2026-06-09T14:00:00.123456Z',
    reportingController: 'nemotron-advisor.dev/advisor',
    reportingInstance: 'advisor-1',
    action: 'Scaled',
    reason: 'AdvisorAct',
    type: 'Normal',
    note: 'scaled from 1 to 2',
    regarding: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' },
    ...more,
  };
}

/** One operation of a JSON patch. */
export function op(kind: string, path: string, value?: Value): Tree {
  return { op: kind, path, ...(value === undefined ? {} : { value }) };
}
