// Revisions of a StatefulSet: ControllerRevisions that hold the template as a patch.
import { type Api, nameOf, namespaceOf } from '../api/context.ts';
import { known } from '../api/resources.ts';
import { cloneTree, numberAt, sameValue, textAt, textMapAt, type Tree, treeAt } from '../api/tree.ts';
import { controlledBy, createObject, deleteObject, edit, ownerReference } from './control.ts';
import { templateHash } from './revision.ts';

export const statefulSets = known('apps', 'statefulsets');
const revisions = known('apps', 'controllerrevisions');

export function revisionsOf(api: Api, set: Tree): Tree[] {
  return controlledBy(api, revisions.table, set)
    .map((entry) => entry.object)
    .toSorted((a, b) => (numberAt(a, 'revision') ?? 0) - (numberAt(b, 'revision') ?? 0));
}

/** The revision of the set's template; an older equal one is raised to the newest number. */
export function updateRevision(api: Api, set: Tree): Tree {
  const all = revisionsOf(api, set);
  const data = { spec: { template: { ...cloneTree(treeAt(set, 'spec', 'template')), $patch: 'replace' } } };
  const next = (numberAt(all.at(-1) ?? {}, 'revision') ?? 0) + 1;
  const equal = all.findLast((one) => sameValue(one['data'], data));
  if (equal !== undefined && equal === all.at(-1)) return equal;
  if (equal !== undefined)
    return (
      edit(api, revisions, equal, (live) => {
        live['revision'] = next;
      }) ?? equal
    );
  const hash = templateHash(treeAt(set, 'spec', 'template'));
  return createObject(api, revisions, namespaceOf(set), {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${nameOf(set)}-${hash}`,
      labels: { ...textMapAt(set, 'spec', 'selector', 'matchLabels'), 'controller.kubernetes.io/hash': hash },
      annotations: { ...textMapAt(set, 'metadata', 'annotations') },
      ownerReferences: [ownerReference(statefulSets, set)],
    },
    data,
    revision: next,
  });
}

/** The template that a revision holds. */
export function templateIn(revision: Tree): Tree {
  const { $patch, ...template } = treeAt(revision, 'data', 'spec', 'template');
  void $patch;
  return template;
}

/** Revisions that no pod and no status names go beyond the history limit. */
export function cleanRevisions(api: Api, set: Tree, inUse: ReadonlySet<string>): void {
  const limit = numberAt(set, 'spec', 'revisionHistoryLimit') ?? 10;
  const unused = revisionsOf(api, set).filter((one) => !inUse.has(textAt(one, 'metadata', 'name')));
  for (const one of unused.slice(0, Math.max(0, unused.length - limit))) deleteObject(api, revisions, one);
}
