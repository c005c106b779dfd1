// What the API server refuses in the spec of a pod, or of a template of pods.
import { parseQuantity } from '../../model/quantity.ts';
import { type Cause, duplicateValue, forbiddenValue, invalidValue, requiredValue } from './failure.ts';
import { wrongWithLabel, wrongWithPortName, wrongWithVariable } from './names.ts';
import { isTree, numberAt, sameValue, textAt, textMapAt, type Tree, treeAt, treesAt } from './tree.ts';
import { oneOf, portCauses } from './validate-field.ts';
import { labelCauses } from './validate-metadata.ts';
import { probeCauses } from './validate-probe.ts';

export function podSpecCauses(spec: Tree, path: string): Cause[] {
  const causes = [
    ...oneOf(spec, 'restartPolicy', ['Always', 'OnFailure', 'Never'], path),
    ...oneOf(spec, 'dnsPolicy', ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'], path),
    ...labelCauses(textMapAt(spec, 'nodeSelector'), `${path}.nodeSelector`),
    ...treesAt(spec, 'tolerations').flatMap((one, index) => tolerationCauses(one, `${path}.tolerations[${index}]`)),
    ...volumeCauses(treesAt(spec, 'volumes'), `${path}.volumes`),
  ];
  const volumes = new Set(treesAt(spec, 'volumes').map((volume) => textAt(volume, 'name')));
  if (treesAt(spec, 'containers').length === 0) causes.push(requiredValue(`${path}.containers`));
  for (const list of ['initContainers', 'containers']) {
    const seen = new Set<string>();
    for (const [index, container] of treesAt(spec, list).entries()) {
      const at = `${path}.${list}[${index}]`;
      const name = textAt(container, 'name');
      causes.push(...nameCauses(name, `${at}.name`, seen), ...containerCauses(container, at, volumes));
      seen.add(name);
    }
  }
  return causes;
}

function nameCauses(name: string, field: string, seen: ReadonlySet<string>): Cause[] {
  if (name === '') return [requiredValue(field)];
  if (seen.has(name)) return [duplicateValue(field, name)];
  const wrong = wrongWithLabel(name);
  return wrong === null ? [] : [invalidValue(field, JSON.stringify(name), wrong)];
}

function containerCauses(container: Tree, at: string, volumes: ReadonlySet<string>): Cause[] {
  const causes: Cause[] = textAt(container, 'image') === '' ? [requiredValue(`${at}.image`)] : [];
  causes.push(
    ...oneOf(container, 'imagePullPolicy', ['Always', 'IfNotPresent', 'Never'], at),
    ...resourceCauses(container, `${at}.resources`),
    ...treesAt(container, 'env').flatMap((variable, index) => variableCauses(variable, `${at}.env[${index}]`)),
    ...treesAt(container, 'ports').flatMap((port, index) => portOfContainer(port, `${at}.ports[${index}]`)),
  );
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[kind];
    if (isTree(probe)) causes.push(...probeCauses(probe, kind, `${at}.${kind}`));
  }
  for (const [position, mount] of treesAt(container, 'volumeMounts').entries())
    if (!volumes.has(textAt(mount, 'name')))
      causes.push({
        reason: 'FieldValueNotFound',
        message: `Not found: "${textAt(mount, 'name')}"`,
        field: `${at}.volumeMounts[${position}].name`,
      });
  return causes;
}

const standardResources = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

function resourceCauses(container: Tree, at: string): Cause[] {
  const causes: Cause[] = [];
  const limits = textMapAt(container, 'resources', 'limits');
  for (const list of ['limits', 'requests'])
    for (const [key, value] of Object.entries(textMapAt(container, 'resources', list))) {
      const field = `${at}.${list}[${key}]`;
      if (!standardResources.test(key) && !key.includes('/'))
        for (const why of [
          'must be a standard resource type or fully qualified',
          'must be a standard resource for containers',
        ])
          causes.push(invalidValue(field, JSON.stringify(key), why));
      if ((parseQuantity(value) ?? 0) < 0)
        causes.push(invalidValue(field, JSON.stringify(value), 'must be greater than or equal to 0'));
    }
  for (const [key, request] of Object.entries(textMapAt(container, 'resources', 'requests'))) {
    const limit = limits[key];
    if (limit !== undefined && (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0))
      causes.push(
        invalidValue(
          `${at}.requests`,
          JSON.stringify(request),
          `must be less than or equal to ${key} limit of ${limit}`,
        ),
      );
  }
  return causes;
}

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

function variableCauses(variable: Tree, at: string): Cause[] {
  const name = textAt(variable, 'name');
  const wrong = name === '' ? null : wrongWithVariable(name);
  const causes: Cause[] = name === '' ? [requiredValue(`${at}.name`)] : [];
  if (wrong !== null) causes.push(invalidValue(`${at}.name`, JSON.stringify(name), wrong));
  const from = variable['valueFrom'];
  if (!isTree(from)) return causes;
  const field = `${at}.valueFrom`;
  if (variable['value'] !== undefined)
    causes.push(invalidValue(field, '""', 'may not be specified when `value` is not empty'));
  const given = sources.filter((source) => from[source] !== undefined);
  if (given.length === 0) {
    const listed = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    causes.push(invalidValue(field, '""', `must specify one of: ${listed}`));
  } else if (given.length > 1)
    causes.push(invalidValue(field, '""', 'may not have more than one field specified at a time'));
  for (const source of ['configMapKeyRef', 'secretKeyRef'])
    if (from[source] !== undefined && textAt(from, source, 'key') === '')
      causes.push(requiredValue(`${field}.${source}.key`));
  return causes;
}

function portOfContainer(port: Tree, at: string): Cause[] {
  const number = numberAt(port, 'containerPort') ?? 0;
  const name = textAt(port, 'name');
  const wrong = name === '' ? null : wrongWithPortName(name);
  return [
    ...(wrong === null ? [] : [invalidValue(`${at}.name`, JSON.stringify(name), wrong)]),
    ...(number === 0 ? [requiredValue(`${at}.containerPort`)] : portCauses(number, `${at}.containerPort`)),
    ...oneOf(port, 'protocol', ['SCTP', 'TCP', 'UDP'], at),
  ];
}

function tolerationCauses(toleration: Tree, at: string): Cause[] {
  const operator = textAt(toleration, 'operator');
  if (!['', 'Equal', 'Exists'].includes(operator)) return oneOf(toleration, 'operator', ['Equal', 'Exists'], at);
  const value = textAt(toleration, 'value');
  const causes = oneOf(toleration, 'effect', ['NoSchedule', 'PreferNoSchedule', 'NoExecute'], at);
  if (operator === 'Exists' && value !== '')
    causes.push(
      invalidValue(`${at}.operator`, JSON.stringify(value), "value must be empty when `operator` is 'Exists'"),
    );
  return causes;
}

function volumeCauses(volumes: readonly Tree[], at: string): Cause[] {
  const seen = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const name = textAt(volume, 'name');
    const causes = nameCauses(name, `${at}[${index}].name`, seen);
    seen.add(name);
    const [, ...more] = Object.keys(volume).filter((key) => key !== 'name');
    const extra = more.map((type) =>
      forbiddenValue(`${at}[${index}].${type}`, 'may not specify more than 1 volume type'),
    );
    return [...causes, ...extra];
  });
}

const mutableFields =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

export function podChangeCauses(before: Tree, after: Tree): Cause[] {
  const rest = (pod: Tree): Tree => {
    const { tolerations, activeDeadlineSeconds, ...spec } = treeAt(pod, 'spec');
    void [tolerations, activeDeadlineSeconds];
    for (const list of ['containers', 'initContainers'])
      spec[list] = treesAt(spec, list).map((container) => ({ ...container, image: '' }));
    return spec;
  };
  const causes: Cause[] = [];
  const seconds = numberAt(after, 'spec', 'activeDeadlineSeconds');
  if (seconds !== undefined && seconds < 1)
    causes.push(
      invalidValue('spec.activeDeadlineSeconds', String(seconds), 'must be between 1 and 2147483647, inclusive'),
    );
  if (!sameValue(rest(before), rest(after))) causes.push(forbiddenValue('spec', mutableFields));
  return causes;
}
