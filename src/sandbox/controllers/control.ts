// How controllers read and write: through the same storage path as everyone else, under their own field manager.
import { type Aim, type Api, mannerOf, nameOf, namespaceOf, timeText, uidOf } from '../api/context.ts';
import { plainDelete, remove } from '../api/deletion.ts';
import type { Definition } from '../api/resources.ts';
import type { Change, Entry } from '../api/store.ts';
import { makeTree, numberAt, textAt, type Tree, treesAt } from '../api/tree.ts';
import { create, update } from '../api/writes.ts';

const manager = mannerOf('kube-controller-manager');

function aimAt(definition: Definition, object: Tree, subresource = ''): Aim {
  return { definition, namespace: namespaceOf(object), name: nameOf(object), subresource };
}

export function createObject(api: Api, definition: Definition, namespace: string, body: Tree): Tree {
  return create(api, { definition, namespace, name: '', subresource: '' }, body, manager);
}

/** Edits the newest version of an object in place; null when it is gone. */
export function edit(
  api: Api,
  definition: Definition,
  object: Tree,
  change: (live: Tree) => void,
  subresource = '',
): Tree | null {
  const aim = aimAt(definition, object, subresource);
  if (api.store.get(definition.table, aim.namespace, aim.name) === undefined) return null;
  const edited = (live: Tree): Tree => {
    change(live);
    return live;
  };
  return update(api, aim, { whole: false, change: edited }, manager);
}

export function setStatus(api: Api, definition: Definition, object: Tree, status: Tree): Tree | null {
  return edit(
    api,
    definition,
    object,
    (live) => {
      live['status'] = status;
    },
    'status',
  );
}

export function deleteObject(api: Api, definition: Definition, object: Tree): void {
  const aim = aimAt(definition, object);
  const found = api.store.get(definition.table, aim.namespace, aim.name);
  if (found !== undefined && uidOf(found.object) === uidOf(object)) remove(api, aim, plainDelete);
}

export function controllerOf(object: Tree): Tree | undefined {
  return treesAt(object, 'metadata', 'ownerReferences').find((one) => one['controller'] === true);
}

/** Objects of a table in the owner's namespace that it controls. */
export function controlledBy(api: Api, table: string, owner: Tree): readonly Entry[] {
  const uid = uidOf(owner);
  return api.store
    .list(table, namespaceOf(owner))
    .filter((entry) => textAt(controllerOf(entry.object) ?? {}, 'uid') === uid);
}

export function ownerReference(definition: Definition, owner: Tree): Tree {
  const apiVersion = definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
  return {
    apiVersion,
    kind: definition.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Key of the controlling owner of a kind, for the queue of that kind's controller. */
/** The key of a changed object of a controller's own table, or of the owner of one that it controls. */
export function ownOrDependent(
  { table, entry }: Pick<Change, 'table' | 'entry'>,
  own: string,
  dependents: string,
  kind: string,
): readonly string[] {
  if (table === own) return [`${entry.namespace}/${entry.name}`];
  const owner = table === dependents ? ownerKey(entry.object, kind) : null;
  return owner === null ? [] : [owner];
}

function ownerKey(object: Tree, kind: string): string | null {
  const owner = controllerOf(object);
  return owner !== undefined && textAt(owner, 'kind') === kind
    ? `${namespaceOf(object)}/${textAt(owner, 'name')}`
    : null;
}

export function keyParts(key: string): readonly [namespace: string, name: string] {
  const cut = key.indexOf('/');
  return [key.slice(0, cut), key.slice(cut + 1)];
}

/**
 * Conditions with one of them set. One that has the same status and reason stays as it is; the time of its transition
 * moves only with the status.
 */
export function withCondition(
  api: Api,
  conditions: readonly Tree[],
  type: string,
  status: string,
  reason: string,
  message: string,
  hasUpdateTime = false,
): Tree[] {
  const before = conditions.find((one) => textAt(one, 'type') === type);
  const isSame = before !== undefined && textAt(before, 'status') === status && textAt(before, 'reason') === reason;
  if (isSame) return [...conditions];
  const now = timeText(api.clock);
  const moved = before === undefined || textAt(before, 'status') !== status;
  const condition: Tree = {
    type,
    status,
    ...(hasUpdateTime ? { lastUpdateTime: now } : {}),
    lastTransitionTime: moved ? now : textAt(before, 'lastTransitionTime'),
    reason,
    message,
  };
  return [...conditions.filter((one) => textAt(one, 'type') !== type), condition];
}

export function conditionOf(object: Tree, type: string): Tree | undefined {
  return treesAt(object, 'status', 'conditions').find((one) => textAt(one, 'type') === type);
}

export function replicasOf(object: Tree): number {
  return numberAt(object, 'spec', 'replicas') ?? 0;
}

export function setAnnotation(object: Tree, key: string, value: string): void {
  makeTree(makeTree(object, 'metadata'), 'annotations')[key] = value;
}
