// Create, update and patch: decoding, defaults, validation, generation, ownership of fields, then one put into the store.
import { admitNamespace, admitPod, admitToNamespace, allocateAddress } from './admission.ts';
import type { Aim, Api, Manner } from './context.ts';
import { nameOf, timeText, uidOf } from './context.ts';
import { decode } from './decode.ts';
import { applyDefaults } from './defaults.ts';
import { coreEventCauses, coreEventOf, modernEventCauses, withEventDefaults } from './event-form.ts';
import {
  alreadyExists,
  ApiFailure,
  badRequest,
  type Cause,
  conflict,
  invalid,
  invalidValue,
  modifiedMeanwhile,
  notFound,
} from './failure.ts';
import { ownersAfter } from './managed-fields.ts';
import { apiVersionOf, type Definition } from './resources.ts';
import { cloneTree, isTree, makeTree, sameValue, textAt, type Tree, treeAt, type Value } from './tree.ts';
import { causesAgainst } from './validate.ts';
import { uidCauses } from './validate-metadata.ts';
import { statusCauses } from './validate-workload.ts';

const otherNamespace = 'the namespace of the provided object does not match the namespace sent on the request';

/** The object as stored, or as it would be stored by a dry run. */
export function create(api: Api, aim: Aim, body: Tree, manner: Manner): Tree {
  const { definition } = aim;
  const object = received(definition, body, manner, 'body');
  const metadata = makeTree(object, 'metadata');
  if (metadata['namespace'] !== undefined && metadata['namespace'] !== aim.namespace) throw badRequest(otherNamespace);
  if (definition.namespaced) metadata['namespace'] = aim.namespace;
  if (metadata['resourceVersion'] !== undefined && !manner.dryRun)
    throw new ApiFailure(500, '', 'resourceVersion should not be set on objects to be created');
  for (const field of ['resourceVersion', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'])
    delete metadata[field];
  if (!isManagedList(metadata['managedFields'])) delete metadata['managedFields'];
  if (definition.subresources.includes('status') && definition.kind !== 'Namespace') delete object['status'];
  metadata['uid'] = api.random.uid();
  metadata['creationTimestamp'] = timeText(api.clock);
  if (definition.generation !== 'none') metadata['generation'] = 1;
  applyDefaults(definition, object);
  // What admission adds, and a status that the server starts with, belong to nobody.
  const { status, ...asked } = object;
  void status;
  const owners = ownersAfter(null, asked, definition.shape, {
    manager: manner.manager,
    subresource: '',
    apiVersion: apiVersionOf(definition),
    time: timeText(api.clock),
  });
  // Admission speaks of an object that is yet to be named by what its name begins with.
  const calledFor = textAt(metadata, 'name') || textAt(metadata, 'generateName');
  admitToNamespace(api, aim, calledFor);
  if (definition.kind === 'Namespace') admitNamespace(object);
  if (definition.kind === 'Pod') admitPod(api, aim, object, calledFor);
  if (textAt(metadata, 'name') === '' && textAt(metadata, 'generateName') !== '')
    metadata['name'] = `${textAt(metadata, 'generateName')}${api.random.suffix()}`;
  const name = textAt(metadata, 'name');
  if (definition.kind === 'Service') allocateAddress(api, object, manner.dryRun);
  refuse(definition, name, [...causesAgainst(definition, null, object), ...eventCauses(definition, object, null)]);
  if (api.store.get(definition.table, aim.namespace, name) !== undefined) throw alreadyExists(definition, name);
  metadata['managedFields'] = owners;
  const stored = definition.table === 'events' ? withEventDefaults(object) : object;
  return manner.dryRun ? stored : api.store.put(definition.table, aim.namespace, name, stored).object;
}

export type Update = {
  /** Makes the wanted object from a copy of the live one, which it may edit. */
  readonly change: (live: Tree) => Tree;
  /** PUT is judged in other words than PATCH. */
  readonly whole: boolean;
};

/** Replaces or patches an object or one of its subresources. An equal result is no write. */
export function update(api: Api, aim: Aim, { change, whole }: Update, manner: Manner): Tree {
  const { definition, namespace, name } = aim;
  const entry = api.store.get(definition.table, namespace, name);
  if (entry === undefined) throw notFound(definition, name);
  const live = entry.object;
  const wanted = received(definition, change(cloneTree(live)), manner, whole ? 'body' : 'patch');
  const metadata = makeTree(wanted, 'metadata');
  if (whole && textAt(metadata, 'name') === '')
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (textAt(metadata, 'name') !== name)
    throw badRequest(
      `the name of the object (${textAt(metadata, 'name')}) does not match the name on the URL (${name})`,
    );
  if (definition.namespaced && (textAt(metadata, 'namespace') || namespace) !== namespace)
    throw badRequest(otherNamespace);
  checkPreconditions(definition, live, metadata, whole);
  // What is stored is frozen, and defaults are written into what is wanted.
  keepSystemFields(definition, aim.subresource, cloneTree(live), wanted);
  applyDefaults(definition, wanted);
  refuse(definition, name, [
    ...(aim.subresource === 'status'
      ? [...uidCauses(live, wanted), ...(definition.kind === 'Deployment' ? statusCauses(wanted) : [])]
      : causesAgainst(definition, live, wanted)),
    ...eventCauses(definition, wanted, live),
  ]);
  if (aim.subresource !== 'status' && hasNewGeneration(definition, live, wanted))
    metadata['generation'] = Number(treeAt(live, 'metadata')['generation'] ?? 0) + 1;
  const owners = ownersAfter(live, wanted, definition.shape, {
    manager: manner.manager,
    subresource: aim.subresource,
    apiVersion: apiVersionOf(definition),
    time: aim.subresource === 'scale' ? null : timeText(api.clock),
  });
  if (owners.length === 0) delete metadata['managedFields'];
  else metadata['managedFields'] = owners;
  const result = definition.table === 'events' ? withEventDefaults(wanted) : wanted;
  if (sameValue(live, result)) return live;
  if (manner.dryRun) return result;
  const finalizers = metadata['finalizers'];
  const isDone =
    metadata['deletionTimestamp'] !== undefined &&
    metadata['deletionGracePeriodSeconds'] === 0 &&
    !(Array.isArray(finalizers) && finalizers.length > 0);
  const stored = api.store.put(definition.table, namespace, name, result).object;
  if (isDone && definition.kind !== 'Namespace') api.store.remove(definition.table, namespace, name);
  return stored;
}

/** Reads a body into the stored form; unknown fields are refused, reported or dropped. */
function received(definition: Definition, body: Tree, manner: Manner, from: 'body' | 'patch'): Tree {
  const wantedVersion = apiVersionOf(definition);
  const version = textAt(body, 'apiVersion') || wantedVersion;
  const kind = textAt(body, 'kind') || definition.kind;
  const stored = definition.group === 'events.k8s.io' && version === wantedVersion ? coreEventOf(body) : body;
  const isOther = kind !== definition.kind || (version !== wantedVersion && stored['apiVersion'] !== 'v1');
  if (isOther && from === 'patch') throw refusedPatch(body, `no kind "${kind}" is registered for version "${version}"`);
  if (isOther)
    throw badRequest(
      `the API version in the data (${version}, Kind=${kind}) does not match the expected API version (${wantedVersion}, Kind=${definition.kind})`,
    );
  const decoded = decode(stored, definition.shape);
  const said = `${definition.kind} in version "${definition.version}" cannot be handled as a ${definition.kind}`;
  if (decoded.wrong !== null)
    throw from === 'body' ? badRequest(`${said}: ${decoded.wrong}`) : refusedPatch(body, decoded.wrong);
  if (decoded.unknown.length > 0 && manner.fieldValidation !== 'Ignore') {
    const fields = decoded.unknown.map((path) => `unknown field "${path}"`);
    if (manner.fieldValidation === 'Strict') {
      const strict = `strict decoding error: ${fields.join(', ')}`;
      throw from === 'body' ? badRequest(`${said}: ${strict}`) : refusedPatch(body, strict);
    }
    manner.warnings.push(...fields);
  }
  const object = decoded.object;
  object['apiVersion'] = definition.table === 'events' ? 'v1' : wantedVersion;
  object['kind'] = definition.kind;
  return object;
}

/** A patch whose result is no object of the kind: the text quotes the whole object. */
function refusedPatch(body: Tree, why: string): ApiFailure {
  return invalid({ group: '', plural: '', kind: '' }, '', [
    invalidValue('patch', JSON.stringify(JSON.stringify(body)), why),
  ]);
}

function checkPreconditions(definition: Definition, live: Tree, metadata: Tree, whole: boolean): void {
  const name = nameOf(live);
  const version = textAt(metadata, 'resourceVersion');
  if (!/^\d*$/.test(version))
    throw new ApiFailure(500, '', `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`);
  if (version === '' || version === '0') {
    if (whole && !definition.unconditionalUpdate)
      throw invalid({ ...definition, kind: definition.plural }, name, [
        invalidValue('metadata.resourceVersion', '0', 'must be specified for an update'),
      ]);
  } else if (version !== textAt(live, 'metadata', 'resourceVersion'))
    throw conflict(definition, name, modifiedMeanwhile);
  const uid = textAt(metadata, 'uid');
  if (whole && uid !== '' && uid !== uidOf(live))
    throw conflict(
      definition,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(live)}`,
    );
  if (uid === '') metadata['uid'] = uidOf(live);
}

/** Puts back what the request may not change: system metadata, and the half that belongs to the other subresource. */
function keepSystemFields(definition: Definition, subresource: string, live: Tree, wanted: Tree): void {
  const metadata = makeTree(wanted, 'metadata');
  const former = treeAt(live, 'metadata');
  const restore = (from: Tree, to: Tree, field: string): void => {
    const value = from[field];
    if (value === undefined) delete to[field];
    else to[field] = value;
  };
  for (const field of [
    'namespace',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
  ])
    restore(former, metadata, field);
  if (!isManagedList(metadata['managedFields'])) restore(former, metadata, 'managedFields');
  if (subresource === 'status') {
    for (const field of Object.keys(live))
      if (!['metadata', 'status', 'apiVersion', 'kind'].includes(field)) restore(live, wanted, field);
    for (const field of ['ownerReferences', 'finalizers']) restore(former, metadata, field);
    if (definition.group === 'apps') restore(former, metadata, 'labels');
  } else if (definition.subresources.includes('status')) restore(live, wanted, 'status');
}

function hasNewGeneration(definition: Definition, live: Tree, wanted: Tree): boolean {
  if (definition.generation === 'none') return false;
  const parts = (object: Tree): Tree => {
    const { metadata, status, apiVersion, kind, ...rest } = object;
    void [status, apiVersion, kind];
    const annotations = isTree(metadata) ? (metadata['annotations'] ?? null) : null;
    return definition.generation === 'spec and annotations' ? { ...rest, annotations } : rest;
  };
  return !sameValue(parts(live), parts(wanted));
}

function isManagedList(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function eventCauses(definition: Definition, stored: Tree, before: Tree | null): Cause[] {
  if (definition.group === 'events.k8s.io') return modernEventCauses(stored, before);
  return definition.table === 'events' ? coreEventCauses(stored) : [];
}

function refuse(definition: Definition, name: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid(definition, name, causes);
}
