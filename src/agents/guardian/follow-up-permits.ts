// Permits that follow from an intent alone: a fence that voids an open write, and the hand back of ownership after an undo (design decision 6).
import { isOpenIntent } from '../../folds/lookup.ts';
import type { Intent } from '../../folds/state.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { fieldManager } from '../../model/mode.ts';
import { shownRef } from '../../model/target.ts';
import type { WriteRequest } from '../../model/write.ts';
import { grant, type Leaves } from './grant.ts';
import type { GuardianPorts, Leave } from './guardian-ports.ts';
import { objectsAt, objectsIn } from './json-list.ts';
import { whyNoLease } from './leader-epoch.ts';
import { whyUntouchable, writableResource } from './never-touched.ts';
import { fenceRequest, handBackRequest, markOf, uidOf, type Aim } from './request-shape.ts';

/** Touches the mark alone. Judged by G01, G02, G05 and G19; stop does not hold it. */
export async function permitFence(ports: GuardianPorts, intent: Intent, current: JsonObject): Promise<Leave> {
  const why = whyHeld(ports, intent, current) ?? whyNotFenced(intent, current);
  return why === null
    ? await draw(ports, intent, current, 'fence', (aim) => fenceRequest(aim, intent.permit))
    : { held: why };
}

/** Touches managedFields alone, and takes nothing from anybody but us. Stop holds it. */
export async function permitHandBack(
  ports: GuardianPorts,
  undo: Intent,
  current: JsonObject,
  managedFields: readonly Json[],
): Promise<Leave> {
  const why =
    (ports.isStopped() ? 'actions are stopped' : null) ??
    whyHeld(ports, undo, current) ??
    whyNotHandedBack(undo, current, managedFields);
  return why === null
    ? await draw(ports, undo, current, 'hand back', (aim) => handBackRequest(aim, managedFields))
    : { held: why };
}

/** G02, G19, G05 and the namesake of G01. */
function whyHeld(ports: GuardianPorts, intent: Intent, current: JsonObject): string | null {
  if (!ports.journal.writable()) return 'the journal cannot be written';
  const resource = writableResource(intent.target.kind);
  return (
    whyNoLease(ports.lease()) ??
    whyUntouchable(intent.target, current, ports.advisorNamespace) ??
    (uidOf(current) === intent.target.uid ? null : `${shownRef(intent.target)} is another object of its name by now`) ??
    (resource?.group === intent.resource.group && resource.plural === intent.resource.plural
      ? null
      : 'the intent names another resource than its target')
  );
}

function whyNotFenced(intent: Intent, current: JsonObject): string | null {
  if (intent.purpose === 'fence') return 'a fence is not fenced';
  if (!isOpenIntent(intent)) return 'its end is known, so there is nothing to fence';
  return markOf(current) === intent.formerMark ? null : 'the mark has moved, so the write is settled by reading it';
}

function whyNotHandedBack(undo: Intent, current: JsonObject, managedFields: readonly Json[]): string | null {
  if (undo.purpose !== 'undo') return 'ownership is handed back after an undo only';
  if (markOf(current) !== undo.permit) return 'the mark is not that of the undo any more: somebody wrote since';
  const entries = objectsAt(current, '/metadata/managedFields');
  const listed = objectsIn(managedFields);
  if (listed.length !== managedFields.length) return 'the list to write holds what is no entry';
  const lost = entries.find((entry) => !isOurs(entry) && !listed.some((one) => isSameOwner(one, entry)));
  return lost === undefined
    ? null
    : `the entry of ${typeof lost['manager'] === 'string' ? lost['manager'] : 'somebody'} would be lost`;
}

async function draw(
  ports: GuardianPorts,
  intent: Intent,
  current: JsonObject,
  purpose: 'fence' | 'hand back',
  requestFor: (aim: Aim) => WriteRequest | null,
): Promise<Leave> {
  const lease = ports.lease();
  const { target, resource } = intent;
  const request = requestFor({ resource, namespace: target.namespace, name: target.name, object: current });
  if (lease === null || request === null)
    return { held: lease === null ? 'the lease is not held' : 'the request cannot be built' };
  const words = purpose === 'fence' ? `fence of ${intent.permit}` : `ownership handed back after ${intent.permit}`;
  const leaves: Leaves = {
    permit: `${lease.epoch}.${ports.newId()}`,
    purpose,
    plan: intent.plan,
    action: intent.action,
    actionDigest: intent.actionDigest,
    actionName: null,
    target,
    resource,
    epoch: lease.epoch,
    request,
    before: current,
    summary: words,
    needsMode: 'approve',
    ...(purpose === 'fence' ? { fenceOf: intent.permit } : {}),
    startedAt: ports.wall.monotonic(),
  };
  return await grant(ports, leaves);
}

function isOurs(entry: JsonObject): boolean {
  return entry['manager'] === fieldManager;
}

function isSameOwner(left: JsonObject, right: JsonObject): boolean {
  return ['manager', 'operation', 'subresource'].every((key) => left[key] === right[key]);
}
