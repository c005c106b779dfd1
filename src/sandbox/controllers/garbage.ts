// Garbage collection: dependents go when their last owner is gone, first when the owner waits for them; events go after an hour.
import { type Api, uidOf } from '../api/context.ts';
import { definitions, known } from '../api/resources.ts';
import { isList, makeTree, textAt, type Tree, treeAt, treesAt } from '../api/tree.ts';
import { deleteObject, edit } from './control.ts';
import type { Controller, Later } from './controller.ts';
import { isTerminating } from './pods.ts';

const owned = ['pods', 'replicasets', 'controllerrevisions', 'endpointslices', 'jobs', 'persistentvolumeclaims'];
const dependents = definitions.filter((one) => owned.includes(one.plural));
const owners = definitions.filter((one) => one.group === 'apps' || one.group === 'batch' || one.plural === 'services');

export function garbage(api: Api): Controller {
  return {
    name: 'garbage',
    concerns({ type, table, entry }) {
      if (type === 'DELETED') return [...(mayOwn(table) ? [uidOf(entry.object)] : []), ...endingOwners(entry.object)];
      return isTerminating(entry.object) && waitsForDependents(entry.object) ? [uidOf(entry.object)] : [];
    },
    reconcile(uid) {
      const owner = findOwner(api, uid);
      if (owner !== undefined && !isTerminating(owner.object)) return;
      let left = 0;
      for (const definition of dependents)
        for (const { object } of api.store.list(definition.table)) {
          const references = treesAt(object, 'metadata', 'ownerReferences');
          if (!references.some((one) => textAt(one, 'uid') === uid)) continue;
          const others = references.filter((one) => textAt(one, 'uid') !== uid);
          if (others.some((one) => findOwner(api, textAt(one, 'uid')) !== undefined)) continue;
          left += 1;
          if (!isTerminating(object)) deleteObject(api, definition, object);
        }
      if (owner !== undefined && left === 0 && waitsForDependents(owner.object))
        edit(api, owner.definition, owner.object, (live) => {
          const metadata = makeTree(live, 'metadata');
          const finalizers = isList(metadata['finalizers']) ? metadata['finalizers'] : [];
          metadata['finalizers'] = finalizers.filter((one) => one !== 'foregroundDeletion');
        });
    },
  };
}

function mayOwn(table: string): boolean {
  return owners.some((one) => one.table === table);
}

/** Owners that may be waiting for this object to go. */
function endingOwners(object: Tree): string[] {
  return treesAt(object, 'metadata', 'ownerReferences').map((one) => textAt(one, 'uid'));
}

function waitsForDependents(object: Tree): boolean {
  const { finalizers } = treeAt(object, 'metadata');
  return isList(finalizers) && finalizers.includes('foregroundDeletion');
}

function findOwner(api: Api, uid: string): { definition: (typeof definitions)[number]; object: Tree } | undefined {
  for (const definition of owners)
    for (const { object } of api.store.list(definition.table)) if (uidOf(object) === uid) return { definition, object };
  return undefined;
}

const eventLifeMs = 3_600_000;
const sweepMs = 300_000;

/** Events live for an hour after their last change. */
export function eventExpiry(api: Api, later: Later): Controller {
  const events = known('', 'events');
  const touched = new Map<string, number>();
  let isSet = false;
  return {
    name: 'event-expiry',
    concerns({ type, table, entry }) {
      if (table !== events.table) return [];
      const key = `${entry.namespace}/${entry.name}`;
      if (type === 'DELETED') touched.delete(key);
      else touched.set(key, api.clock.now());
      if (!isSet) later('sweep', sweepMs);
      isSet = true;
      return [];
    },
    reconcile() {
      const oldest = api.clock.now() - eventLifeMs;
      for (const [key, atMs] of touched) {
        if (atMs > oldest) continue;
        const cut = key.indexOf('/');
        api.store.remove(events.table, key.slice(0, cut), key.slice(cut + 1));
      }
      isSet = touched.size > 0;
      if (isSet) later('sweep', sweepMs);
    },
  };
}
