// G10: a field that an autoscaler, a GitOps tool, Helm, an operator or a controller holds is not fought over: refused, with the change to make there.
import type { JsonObject } from '../../model/json.ts';
import { shownRef } from '../../model/target.ts';
import { isWithin } from './changed-leaves.ts';
import { need, needChange, type Facts, type Owners } from './facts.ts';
import { creatorOf, isOurs, type FieldOwner } from './field-owners.ts';
import { objectsAt, textIn } from './json-list.ts';
import { allow, ask, deny, type Rule } from './rule.ts';

export const ownership: Rule = {
  id: 'G10',
  about:
    'A field held by an autoscaler, GitOps, Helm, an operator or a controller is not fought over: advice names the owner.',
  judge(facts) {
    const { object } = need(facts.live);
    const { preview } = needChange(facts);
    const owners = need(facts.owners);
    const holder =
      autoscaler(facts, preview.touches) ?? controller(object) ?? gitOps(object) ?? manager(object, owners);
    if (holder !== null) return deny(holder);
    if (owners.unknown.length > 0 && facts.cover === null)
      return ask(
        1,
        `${owners.unknown[0] ?? ''} is ours now and the journal does not tell who held it before: a person decides`,
      );
    return allow(nobody(object, owners));
  },
};

function autoscaler(facts: Facts, touches: readonly string[]): string | null {
  const { target } = facts.action;
  const found = need(facts.autoscalers).find(
    (one) => one.spec?.scaleTargetRef?.kind === target.kind && one.spec.scaleTargetRef.name === target.name,
  );
  if (
    found === undefined ||
    !touches.some((path) => isWithin(path, '/spec/replicas') || isWithin('/spec/replicas', path))
  )
    return null;
  const { name } = found.metadata;
  const scaled = found.metadata.ownerReferences?.find((one) => one.kind === 'ScaledObject');
  const bounds = `${found.spec?.minReplicas ?? 1} to ${found.spec?.maxReplicas ?? 'an unknown number'}`;
  return scaled === undefined
    ? `HPA ${name} owns the replicas of ${shownRef(target)} (${bounds}): change minReplicas or maxReplicas of hpa/${name} instead`
    : `KEDA ScaledObject ${scaled.name} owns the replicas of ${shownRef(target)} (${bounds}): change minReplicaCount or maxReplicaCount there`;
}

function controller(object: JsonObject): string | null {
  const owner = objectsAt(object, '/metadata/ownerReferences').find((one) => one['controller'] === true);
  if (owner === undefined) return null;
  return `${text(owner['kind'])} ${text(owner['name'])} (${text(owner['apiVersion'])}) controls it and would set it back: make the change there`;
}

function gitOps(object: JsonObject): string | null {
  const label = (key: string): string | null => textIn(object, '/metadata/labels', key);
  const annotation = (key: string): string | null => textIn(object, '/metadata/annotations', key);
  const argo = annotation('argocd.argoproj.io/tracking-id')?.split(':')[0] ?? label('argocd.argoproj.io/instance');
  if (argo !== null) return `Argo CD application ${argo} owns it: make the change in its repository`;
  const kustomization = label('kustomize.toolkit.fluxcd.io/name');
  if (kustomization !== null) return `Flux Kustomization ${kustomization} owns it: make the change in its repository`;
  const fluxRelease = label('helm.toolkit.fluxcd.io/name');
  if (fluxRelease !== null) return `Flux HelmRelease ${fluxRelease} owns it: change its values in the repository`;
  const release = annotation('meta.helm.sh/release-name');
  if (release === null && label('app.kubernetes.io/managed-by') !== 'Helm') return null;
  const shown = release ?? label('app.kubernetes.io/instance') ?? 'of unknown name';
  return `Helm release ${shown} owns it: change its values and run helm upgrade ${shown}, or helm rollback ${shown}`;
}

/** Apply entries of anybody but kubectl, and Update entries of anybody but a person's kubectl, the creating client and us. */
function manager(object: JsonObject, owners: Owners): string | null {
  const creator = creatorOf(object);
  const holder = [...owners.live, ...owners.former].find((one) => !isOurs(one) && !isFormerEdit(one, creator));
  if (holder !== undefined) {
    const how = holder.operation === 'Apply' ? 'applies' : 'sets';
    const through = holder.subresource === '' ? '' : ` through ${holder.subresource}`;
    return `${holder.manager} ${how} ${holder.path}${through}: make the change there`;
  }
  const conflict = (owners.detector ?? []).find((one) => !isKubectl(one.manager) && one.manager !== creator);
  return conflict === undefined
    ? null
    : `the server names ${conflict.manager} as owner of ${conflict.field}: make the change there`;
}

/** A person's kubectl, or the client that created the object, which is the person or pipeline whose object it is. */
function isFormerEdit(owner: FieldOwner, creator: string | null): boolean {
  return isKubectl(owner.manager) || (owner.operation === 'Update' && owner.manager === creator);
}

function isKubectl(name: string): boolean {
  return name === 'kubectl' || name.startsWith('kubectl-');
}

function nobody(object: JsonObject, owners: Owners): string {
  const names = [...new Set([...owners.live, ...owners.former].map((one) => one.manager))];
  const applied =
    textIn(object, '/metadata/annotations', 'kubectl.kubernetes.io/last-applied-configuration') === null
      ? ''
      : '; somebody applies it by kubectl, whose next apply brings the old value back';
  const asked = owners.detector === null ? ' by managedFields' : ' by managedFields and the server';
  return names.length === 0
    ? `no other owner holds what changes${asked}${applied}`
    : `what changes was set by ${names.join(', ')}, a person's or the creator's edit${applied}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
