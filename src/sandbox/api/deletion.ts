// DELETE: preconditions, grace for pods, finalizers, and what becomes of dependents.
import { type Aim, type Api, nameOf, timeText, uidOf } from './context.ts';
import { conflict, invalid, notFound, unsupportedValue } from './failure.ts';
import { definitionOfKind } from './resources.ts';
import { cloneTree, isList, makeTree, numberAt, textAt, type Tree, treeAt, treesAt } from './tree.ts';

export type DeleteOptions = {
  readonly dryRun: boolean;
  readonly graceSeconds: number | null;
  readonly uid: string | null;
  readonly resourceVersion: string | null;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
};

export const plainDelete: DeleteOptions = {
  dryRun: false,
  graceSeconds: null,
  uid: null,
  resourceVersion: null,
  propagation: 'Background',
};

/** Options out of a DELETE body, which then alone counts, else out of the query (writes.md C.9.2). */
export function deleteOptions(body: Tree | null, query: URLSearchParams): DeleteOptions {
  if (body === null) {
    const grace = query.get('gracePeriodSeconds');
    return {
      dryRun: isDryRun(query.getAll('dryRun')),
      graceSeconds: grace === null ? null : Number(grace),
      uid: null,
      resourceVersion: null,
      propagation: propagationOf(query.get('propagationPolicy') ?? ''),
    };
  }
  const { dryRun } = body;
  return {
    dryRun: isDryRun(isList(dryRun) ? dryRun : []),
    graceSeconds: numberAt(body, 'gracePeriodSeconds') ?? null,
    uid: textAt(body, 'preconditions', 'uid') || null,
    resourceVersion: textAt(body, 'preconditions', 'resourceVersion') || null,
    propagation: propagationOf(textAt(body, 'propagationPolicy')),
  };
}

/** `kind` names the options in a refusal. */
export function isDryRun(values: readonly unknown[], kind = 'DeleteOptions'): boolean {
  const given = values.filter((value) => value !== '');
  if (given.some((value) => value !== 'All'))
    throw invalid({ group: 'meta.k8s.io', plural: '', kind }, '', [
      unsupportedValue('dryRun', given.join(','), ['All']),
    ]);
  return given.length > 0;
}

function propagationOf(text: string): DeleteOptions['propagation'] {
  if (text === 'Orphan' || text === 'Foreground') return text;
  if (text === 'Background' || text === '') return 'Background';
  throw invalid({ group: 'meta.k8s.io', plural: '', kind: 'DeleteOptions' }, '', [
    unsupportedValue('propagationPolicy', text, ['Foreground', 'Background', 'Orphan', 'nil']),
  ]);
}

export type Deleted = { readonly object: Tree; /** False while it lives on, terminating. */ readonly gone: boolean };

export function remove(api: Api, aim: Aim, options: DeleteOptions): Deleted {
  const { definition, namespace, name } = aim;
  const entry = api.store.get(definition.table, namespace, name);
  if (entry === undefined) throw notFound(definition, name);
  const live = entry.object;
  // The server names the kind here where it names the resource elsewhere.
  const byKind = { ...definition, plural: definition.kind };
  if (options.uid !== null && options.uid !== uidOf(live))
    throw conflict(
      byKind,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uidOf(live)}). The object might have been deleted and then recreated`,
    );
  const version = textAt(live, 'metadata', 'resourceVersion');
  if (options.resourceVersion !== null && options.resourceVersion !== version)
    throw conflict(
      byKind,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`,
    );
  const finalizers = finalizersOf(live, definition.kind, options);
  const isGraceful = definition.kind === 'Pod';
  const grace = isGraceful ? graceOf(live, options.graceSeconds) : 0;
  const gone = grace === 0 && finalizers.length === 0;
  if (gone && !options.dryRun && options.propagation === 'Orphan') orphan(api, live);
  if (gone && !isGraceful) return { object: options.dryRun ? live : taken(api, aim, live), gone };
  const before = numberAt(live, 'metadata', 'deletionGracePeriodSeconds');
  if (before !== undefined && before <= grace && !gone) return { object: live, gone };
  const object = cloneTree(live);
  const metadata = makeTree(object, 'metadata');
  metadata['deletionTimestamp'] = timeText(api.clock, grace * 1_000);
  metadata['deletionGracePeriodSeconds'] = grace;
  if (definition.generation !== 'none') metadata['generation'] = (numberAt(live, 'metadata', 'generation') ?? 0) + 1;
  if (definition.kind === 'Namespace') makeTree(object, 'status')['phase'] = 'Terminating';
  else if (finalizers.length > 0) metadata['finalizers'] = [...finalizers];
  if (options.dryRun) return { object, gone };
  const ending = api.store.put(definition.table, namespace, name, object).object;
  // Watchers see a pod terminating, though for no time, before it is gone.
  return { object: gone ? taken(api, aim, ending) : ending, gone };
}

function taken(api: Api, aim: Aim, live: Tree): Tree {
  return api.store.remove(aim.definition.table, aim.namespace, aim.name)?.object ?? live;
}

function finalizersOf(live: Tree, kind: string, options: DeleteOptions): readonly string[] {
  if (kind === 'Namespace') return ['kubernetes'];
  const list = treeAt(live, 'metadata')['finalizers'];
  const given = isList(list) ? list.filter((item) => typeof item === 'string') : [];
  const waits = options.propagation === 'Foreground' && !given.includes('foregroundDeletion');
  return waits ? [...given, 'foregroundDeletion'] : given;
}

function graceOf(pod: Tree, wanted: number | null): number {
  const phase = textAt(pod, 'status', 'phase');
  if (textAt(pod, 'spec', 'nodeName') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  return Math.max(0, wanted ?? numberAt(pod, 'spec', 'terminationGracePeriodSeconds') ?? 30);
}

/** Strips the references of dependents, which then live on without an owner. */
function orphan(api: Api, owner: Tree): void {
  const uid = uidOf(owner);
  for (const table of ['pods', 'replicasets.apps', 'controllerrevisions.apps'])
    for (const entry of api.store.list(table, textAt(owner, 'metadata', 'namespace'))) {
      const references = treesAt(entry.object, 'metadata', 'ownerReferences');
      const left = references.filter((one) => textAt(one, 'uid') !== uid);
      if (left.length === references.length) continue;
      const object = cloneTree(entry.object);
      makeTree(object, 'metadata')['ownerReferences'] = left;
      api.store.put(table, entry.namespace, entry.name, object);
    }
}

/** The Status that DELETE answers with for kinds that do not return the object. */
export function deletedStatus(aim: Aim, object: Tree): Tree {
  const { group, plural } = definitionOfKind(textAt(object, 'apiVersion'), textAt(object, 'kind')) ?? aim.definition;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: nameOf(object), ...(group === '' ? {} : { group }), kind: plural, uid: uidOf(object) },
  };
}
