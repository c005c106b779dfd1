// Values that the API server refuses, with the causes it names: what is checked of which kind.
import {
  type Cause,
  duplicateValue,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from './failure.ts';
import type { Definition } from './resources.ts';
import { isTree, numberAt, sameValue, textAt, type Tree, treeAt, treesAt } from './tree.ts';
import { notNegative, portCauses, shareCauses } from './validate-field.ts';
import { metadataCauses } from './validate-metadata.ts';
import { podChangeCauses, podSpecCauses } from './validate-pod.ts';
import { workloadCauses } from './validate-workload.ts';

/** Every reason to refuse `after`; `before` is null on create. */
export function causesAgainst(definition: Definition, before: Tree | null, after: Tree): Cause[] {
  return [...metadataCauses(definition, before, after), ...kindCauses(definition.kind, before, after)];
}

function kindCauses(kind: string, before: Tree | null, after: Tree): Cause[] {
  const spec = treeAt(after, 'spec');
  switch (kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      return workloadCauses(kind, before, after);
    case 'Pod':
      return [...podSpecCauses(spec, 'spec'), ...(before === null ? [] : podChangeCauses(before, after))];
    case 'Service':
      return serviceCauses(before, spec);
    case 'PodDisruptionBudget':
      return budgetCauses(spec);
    case 'Lease':
      return leaseCauses(spec);
    case 'ConfigMap':
      return configMapCauses(before, after);
    case 'HorizontalPodAutoscaler':
      return autoscalerCauses(spec);
    default:
      return [];
  }
}

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function serviceCauses(before: Tree | null, spec: Tree): Cause[] {
  const causes: Cause[] = [];
  const type = textAt(spec, 'type');
  const ports = treesAt(spec, 'ports');
  if (ports.length === 0 && type !== 'ExternalName' && textAt(spec, 'clusterIP') !== 'None')
    causes.push(requiredValue('spec.ports'));
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    causes.push(...portCauses(port['port'], `${at}.port`), ...portCauses(port['targetPort'], `${at}.targetPort`));
    const name = textAt(port, 'name');
    if (ports.length > 1 && name === '') causes.push(requiredValue(`${at}.name`));
    else if (names.has(name)) causes.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    const number = `${textAt(port, 'protocol')} ${String(numberAt(port, 'port'))}`;
    if (numbers.has(number)) causes.push(duplicateValue(at, number));
    numbers.add(number);
  }
  if (!serviceTypes.includes(type)) causes.push(unsupportedValue('spec.type', type, serviceTypes));
  const address = textAt(treeAt(before ?? {}, 'spec'), 'clusterIP');
  if (address !== '' && type !== 'ExternalName' && textAt(spec, 'clusterIP') !== address)
    causes.push(
      invalidValue('spec.clusterIPs[0]', JSON.stringify([textAt(spec, 'clusterIP')]), 'may not change once set'),
    );
  return causes;
}

function budgetCauses(spec: Tree): Cause[] {
  const both = spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined;
  return [
    ...(both ? [invalidValue('spec', '{}', 'minAvailable and maxUnavailable cannot be both set')] : []),
    ...shareCauses(spec['minAvailable'], 'spec.minAvailable', 100),
    ...shareCauses(spec['maxUnavailable'], 'spec.maxUnavailable', 100),
  ];
}

function leaseCauses(spec: Tree): Cause[] {
  const seconds = numberAt(spec, 'leaseDurationSeconds');
  const short =
    seconds !== undefined && seconds <= 0
      ? [invalidValue('spec.leaseDurationSeconds', String(seconds), 'must be greater than 0')]
      : [];
  return [...short, ...notNegative(spec, 'leaseTransitions', 'spec')];
}

function configMapCauses(before: Tree | null, after: Tree): Cause[] {
  const causes: Cause[] = [];
  for (const key of Object.keys(treeAt(after, 'data')))
    if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key))
      causes.push(
        invalidValue(
          `data[${key}]`,
          JSON.stringify(key),
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ),
      );
  if (before?.['immutable'] === true && !sameValue(before['data'], after['data']))
    causes.push(forbiddenValue('data', 'field is immutable when `immutable` is set'));
  return causes;
}

function autoscalerCauses(spec: Tree): Cause[] {
  const least = numberAt(spec, 'minReplicas') ?? 1;
  const most = numberAt(spec, 'maxReplicas') ?? 0;
  const causes: Cause[] = most === 0 ? [requiredValue('spec.maxReplicas')] : [];
  if (most < least)
    causes.push(invalidValue('spec.maxReplicas', String(most), 'must be greater than or equal to `minReplicas`'));
  const metrics = treesAt(spec, 'metrics');
  const scalesOnDemand = metrics.some((one) => isTree(one['object']) || isTree(one['external']));
  if (least === 0 && !scalesOnDemand)
    causes.push(
      forbiddenValue(
        'spec.metrics',
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  return causes;
}
