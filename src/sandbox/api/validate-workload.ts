// What the API server refuses in Deployments, ReplicaSets and StatefulSets.
import { type Cause, forbiddenValue, invalidValue, requiredValue, unsupportedValue } from './failure.ts';
import { selectorPicks } from './selectors.ts';
import { isTree, numberAt, sameValue, textAt, textMapAt, type Tree, treeAt } from './tree.ts';
import { notNegative, shareCauses } from './validate-field.ts';
import { podSpecCauses } from './validate-pod.ts';

export function workloadCauses(kind: string, before: Tree | null, after: Tree): Cause[] {
  const spec = treeAt(after, 'spec');
  return [
    ...['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'].flatMap((field) =>
      notNegative(spec, field, 'spec'),
    ),
    ...selectorCauses(kind, before, spec),
    ...(kind === 'Deployment' ? deploymentCauses(spec) : []),
    ...(kind === 'StatefulSet' ? statefulSetCauses(before, spec) : []),
    ...templateCauses(spec),
  ];
}

function selectorCauses(kind: string, before: Tree | null, spec: Tree): Cause[] {
  const { selector } = spec;
  const labels = textMapAt(spec, 'template', 'metadata', 'labels');
  const causes: Cause[] = [];
  if (selector === undefined) causes.push(requiredValue('spec.selector'));
  else if (isTree(selector) && Object.keys(selector).length === 0)
    return [invalidValue('spec.selector', '{}', `empty selector is invalid for ${kind.toLowerCase()}`)];
  if (before !== null && !sameValue(treeAt(before, 'spec')['selector'], selector))
    causes.push(invalidValue('spec.selector', JSON.stringify(selector ?? null), 'field is immutable'));
  if (!selectorPicks(selector, labels)) {
    const shown = Object.keys(labels).length === 0 ? 'null' : JSON.stringify(labels);
    causes.push(invalidValue('spec.template.metadata.labels', shown, '`selector` does not match template `labels`'));
  }
  return causes;
}

function templateCauses(spec: Tree): Cause[] {
  const pod = treeAt(spec, 'template', 'spec');
  const policy = textAt(pod, 'restartPolicy');
  const other = policy === 'Always' ? [] : [unsupportedValue('spec.template.spec.restartPolicy', policy, ['Always'])];
  return [...other, ...podSpecCauses({ ...pod, restartPolicy: 'Always' }, 'spec.template.spec')];
}

function deploymentCauses(spec: Tree): Cause[] {
  const causes: Cause[] = [];
  const deadline = numberAt(spec, 'progressDeadlineSeconds');
  if (deadline !== undefined && deadline <= (numberAt(spec, 'minReadySeconds') ?? 0))
    causes.push(invalidValue('spec.progressDeadlineSeconds', String(deadline), 'must be greater than minReadySeconds'));
  const type = textAt(spec, 'strategy', 'type');
  const rolling = treeAt(spec, 'strategy')['rollingUpdate'];
  if (type === 'Recreate' && rolling !== undefined)
    causes.push(
      forbiddenValue('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"),
    );
  if (!['Recreate', 'RollingUpdate'].includes(type))
    causes.push(unsupportedValue('spec.strategy', type, ['Recreate', 'RollingUpdate']));
  if (type === 'RollingUpdate' && isTree(rolling)) causes.push(...rollingCauses(rolling));
  return causes;
}

function rollingCauses({ maxSurge, maxUnavailable }: Tree): Cause[] {
  const at = 'spec.strategy.rollingUpdate';
  const none = (share: unknown): boolean => share === 0 || share === '0%';
  const causes = [
    ...shareCauses(maxSurge, `${at}.maxSurge`),
    ...shareCauses(maxUnavailable, `${at}.maxUnavailable`, 100),
  ];
  if (none(maxSurge) && none(maxUnavailable))
    causes.push(invalidValue(`${at}.maxUnavailable`, '0', 'may not be 0 when `maxSurge` is 0'));
  return causes;
}

const lasting = ['serviceName', 'podManagementPolicy', 'volumeClaimTemplates'];

function statefulSetCauses(before: Tree | null, spec: Tree): Cause[] {
  const causes: Cause[] = [];
  const former = before === null ? spec : treeAt(before, 'spec');
  for (const field of lasting)
    if (!sameValue(former[field], spec[field]))
      causes.push(invalidValue(`spec.${field}`, JSON.stringify(spec[field] ?? null), 'field is immutable'));
  const rolling = treeAt(spec, 'updateStrategy')['rollingUpdate'];
  if (textAt(spec, 'updateStrategy', 'type') === 'OnDelete' && rolling !== undefined)
    causes.push(
      invalidValue(
        'spec.updateStrategy.rollingUpdate',
        JSON.stringify(rolling),
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  if (isTree(rolling)) causes.push(...notNegative(rolling, 'partition', 'spec.updateStrategy.rollingUpdate'));
  return causes;
}

/** Counts that a status cannot have together. */
export function statusCauses(after: Tree): Cause[] {
  const status = treeAt(after, 'status');
  const count = (field: string): number => numberAt(status, field) ?? 0;
  const causes = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'].flatMap((field) =>
    notNegative(status, field, 'status'),
  );
  for (const field of ['updatedReplicas', 'readyReplicas', 'availableReplicas'])
    if (count(field) > count('replicas'))
      causes.push(invalidValue(`status.${field}`, String(count(field)), 'cannot be greater than status.replicas'));
  if (count('availableReplicas') > count('readyReplicas'))
    causes.push(
      invalidValue(
        'status.availableReplicas',
        String(count('availableReplicas')),
        'cannot be greater than readyReplicas',
      ),
    );
  return causes;
}
