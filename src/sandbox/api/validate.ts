// Values that the API server refuses, with the causes it names.
import { parseQuantity } from '../../model/quantity.ts';
import { type Cause, invalidValue, requiredValue } from './failure.ts';
import type { Definition } from './resources.ts';
import { selectorPicks } from './selectors.ts';
import { isTree, numberAt, sameValue, textAt, textMapAt, type Tree, treeAt, treesAt } from './tree.ts';

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const labelValueText =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const mostAnnotationBytes = 256 * 1024;

/** Every reason to refuse `after`; `before` is null on create. */
export function causesAgainst(definition: Definition, before: Tree | null, after: Tree): Cause[] {
  const causes = metadataCauses(definition, before, after);
  const spec = treeAt(after, 'spec');
  switch (definition.kind) {
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
      causes.push(...workloadCauses(before, after));
      break;
    case 'Pod':
      causes.push(...podSpecCauses(spec, 'spec'), ...(before === null ? [] : podChangeCauses(before, after)));
      break;
    case 'Service':
      causes.push(...serviceCauses(spec));
      break;
    case 'PodDisruptionBudget':
      if (spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined)
        causes.push(invalidValue('spec', '{}', 'minAvailable and maxUnavailable cannot be both set'));
      break;
    case 'ConfigMap':
      causes.push(...configMapCauses(before, after));
      break;
    case 'HorizontalPodAutoscaler':
      causes.push(...autoscalerCauses(spec));
      break;
  }
  return causes;
}

function metadataCauses(definition: Definition, before: Tree | null, after: Tree): Cause[] {
  const causes: Cause[] = [];
  const name = textAt(after, 'metadata', 'name');
  if (before === null) {
    const short = definition.kind === 'Namespace' || definition.kind === 'Service';
    const fits = short ? label.test(name) && name.length <= 63 : subdomain.test(name) && name.length <= 253;
    if (name === '') causes.push(requiredValue('metadata.name', 'name or generateName is required'));
    else if (!fits && !['serviceaccounts', 'events'].includes(definition.plural))
      causes.push(invalidValue('metadata.name', JSON.stringify(name), short ? labelText : subdomainText));
  } else causes.push(...uidCauses(before, after));
  for (const value of Object.values(textMapAt(after, 'metadata', 'labels')))
    if (!labelValue.test(value)) causes.push(invalidValue('metadata.labels', JSON.stringify(value), labelValueText));
  let bytes = 0;
  for (const [key, value] of Object.entries(textMapAt(after, 'metadata', 'annotations')))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > mostAnnotationBytes)
    causes.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${mostAnnotationBytes} bytes`,
      field: 'metadata.annotations',
    });
  return causes;
}

export function uidCauses(before: Tree, after: Tree): Cause[] {
  const uid = textAt(after, 'metadata', 'uid');
  if (uid === textAt(before, 'metadata', 'uid')) return [];
  return [invalidValue('metadata.uid', JSON.stringify(uid), 'field is immutable')];
}

function workloadCauses(before: Tree | null, after: Tree): Cause[] {
  const causes: Cause[] = [];
  const spec = treeAt(after, 'spec');
  for (const field of ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']) {
    const value = numberAt(spec, field);
    if (value !== undefined && value < 0)
      causes.push(invalidValue(`spec.${field}`, String(value), 'must be greater than or equal to 0'));
  }
  if (spec['selector'] === undefined) causes.push(requiredValue('spec.selector'));
  else if (before !== null && !sameValue(treeAt(before, 'spec')['selector'], spec['selector']))
    causes.push(invalidValue('spec.selector', JSON.stringify(spec['selector']), 'field is immutable'));
  const labels = textMapAt(spec, 'template', 'metadata', 'labels');
  if (spec['selector'] !== undefined && !selectorPicks(spec['selector'], labels))
    causes.push(
      invalidValue(
        'spec.template.metadata.labels',
        JSON.stringify(labels),
        '`selector` does not match template `labels`',
      ),
    );
  if (textAt(spec, 'strategy', 'type') === 'Recreate' && treeAt(spec, 'strategy')['rollingUpdate'] !== undefined)
    causes.push({
      reason: 'FieldValueForbidden',
      message: "Forbidden: may not be specified when strategy `type` is 'Recreate'",
      field: 'spec.strategy.rollingUpdate',
    });
  const policy = textAt(spec, 'template', 'spec', 'restartPolicy');
  if (policy !== 'Always')
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${policy}": supported values: "Always"`,
      field: 'spec.template.spec.restartPolicy',
    });
  causes.push(...podSpecCauses(treeAt(spec, 'template', 'spec'), 'spec.template.spec'));
  return causes;
}

function podSpecCauses(spec: Tree, path: string): Cause[] {
  const causes: Cause[] = [];
  const volumes = new Set(treesAt(spec, 'volumes').map((volume) => textAt(volume, 'name')));
  if (treesAt(spec, 'containers').length === 0) causes.push(requiredValue(`${path}.containers`));
  for (const list of ['initContainers', 'containers']) {
    const seen = new Set<string>();
    for (const [index, container] of treesAt(spec, list).entries()) {
      const at = `${path}.${list}[${index}]`;
      const name = textAt(container, 'name');
      if (name === '') causes.push(requiredValue(`${at}.name`));
      else if (!label.test(name) || name.length > 63)
        causes.push(invalidValue(`${at}.name`, JSON.stringify(name), labelText));
      if (seen.has(name)) causes.push(duplicate(`${at}.name`, name));
      seen.add(name);
      if (textAt(container, 'image') === '') causes.push(requiredValue(`${at}.image`));
      causes.push(...containerCauses(container, at));
      for (const [position, mount] of treesAt(container, 'volumeMounts').entries())
        if (!volumes.has(textAt(mount, 'name')))
          causes.push({
            reason: 'FieldValueNotFound',
            message: `Not found: "${textAt(mount, 'name')}"`,
            field: `${at}.volumeMounts[${position}].name`,
          });
    }
  }
  return causes;
}

function containerCauses(container: Tree, at: string): Cause[] {
  const causes: Cause[] = [];
  const limits = textMapAt(container, 'resources', 'limits');
  for (const [key, request] of Object.entries(textMapAt(container, 'resources', 'requests'))) {
    const limit = limits[key];
    if (limit !== undefined && (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0))
      causes.push(
        invalidValue(
          `${at}.resources.requests`,
          JSON.stringify(request),
          `must be less than or equal to ${key} limit of ${limit}`,
        ),
      );
  }
  for (const [index, variable] of treesAt(container, 'env').entries()) {
    if (textAt(variable, 'name') === '') causes.push(requiredValue(`${at}.env[${index}].name`));
    if (variable['value'] !== undefined && variable['valueFrom'] !== undefined)
      causes.push(
        invalidValue(`${at}.env[${index}].valueFrom`, '""', 'may not be specified when `value` is not empty'),
      );
  }
  for (const [index, port] of treesAt(container, 'ports').entries())
    causes.push(...portCauses(numberAt(port, 'containerPort'), `${at}.ports[${index}].containerPort`));
  for (const kind of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[kind];
    if (!isTree(probe)) continue;
    const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((one) => probe[one] !== undefined);
    if (handlers.length === 0) causes.push(requiredValue(`${at}.${kind}`, 'must specify a handler type'));
    if (kind !== 'readinessProbe' && numberAt(probe, 'successThreshold') !== 1)
      causes.push(
        invalidValue(`${at}.${kind}.successThreshold`, String(numberAt(probe, 'successThreshold')), 'must be 1'),
      );
    for (const field of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'failureThreshold'])
      if ((numberAt(probe, field) ?? 0) < 0)
        causes.push(
          invalidValue(`${at}.${kind}.${field}`, String(numberAt(probe, field)), 'must be greater than or equal to 0'),
        );
    const port = treeAt(probe, 'httpGet')['port'] ?? treeAt(probe, 'tcpSocket')['port'];
    if (typeof port === 'number')
      causes.push(
        ...portCauses(port, `${at}.${kind}.${probe['httpGet'] === undefined ? 'tcpSocket' : 'httpGet'}.port`),
      );
  }
  return causes;
}

const mutablePodFields =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function podChangeCauses(before: Tree, after: Tree): Cause[] {
  const rest = (pod: Tree): Tree => {
    const { tolerations, activeDeadlineSeconds, ...spec } = treeAt(pod, 'spec');
    void tolerations;
    void activeDeadlineSeconds;
    for (const list of ['containers', 'initContainers'])
      spec[list] = treesAt(spec, list).map((container) => ({ ...container, image: '' }));
    return spec;
  };
  if (sameValue(rest(before), rest(after))) return [];
  return [{ reason: 'FieldValueForbidden', message: `Forbidden: ${mutablePodFields}`, field: 'spec' }];
}

function serviceCauses(spec: Tree): Cause[] {
  const causes: Cause[] = [];
  const type = textAt(spec, 'type');
  const ports = treesAt(spec, 'ports');
  if (ports.length === 0 && type !== 'ExternalName' && textAt(spec, 'clusterIP') !== 'None')
    causes.push(requiredValue('spec.ports'));
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    causes.push(...portCauses(numberAt(port, 'port'), `spec.ports[${index}].port`));
    const name = textAt(port, 'name');
    if (ports.length > 1 && name === '') causes.push(requiredValue(`spec.ports[${index}].name`));
    else if (seen.has(name)) causes.push(duplicate(`spec.ports[${index}].name`, name));
    seen.add(name);
  }
  if (!['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'].includes(type))
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: "${type}": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"`,
      field: 'spec.type',
    });
  return causes;
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
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
      field: 'data',
    });
  return causes;
}

function autoscalerCauses(spec: Tree): Cause[] {
  const least = numberAt(spec, 'minReplicas') ?? 1;
  const most = numberAt(spec, 'maxReplicas') ?? 0;
  if (most < 1) return [invalidValue('spec.maxReplicas', String(most), 'must be greater than 0')];
  return most < least
    ? [invalidValue('spec.maxReplicas', String(most), 'must be greater than or equal to `minReplicas`')]
    : [];
}

function portCauses(port: number | undefined, field: string): Cause[] {
  if (port === undefined) return [requiredValue(field)];
  return port >= 1 && port <= 65_535
    ? []
    : [invalidValue(field, String(port), 'must be between 1 and 65535, inclusive')];
}

function duplicate(field: string, value: string): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}
