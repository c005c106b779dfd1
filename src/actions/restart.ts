// Replaces all pods by a rolling update, the way `kubectl rollout restart` does: a new time in the template's annotations (writes.md B.2).
import { z } from 'zod';
import type { Live, Preview, Refusal } from '../model/action.ts';
import { isJsonObject, pointer, valueAt, type JsonObject } from '../model/json.ts';
import { changeAt } from './change-at.ts';
import { checked, noOther } from './checked.ts';
import { objectsAt } from './objects-at.ts';
import { kubectl, patchRights, workloadGuards } from './on-workload.ts';
import { rolloutSettled } from './settlement.ts';
import { holdOf, kindOf, pausedTests, riskOfRollout, templatePath, wantedReplicas } from './template.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
const restartedAt = 'kubectl.kubernetes.io/restartedAt';
const restartedAtPath = `${templatePath}${pointer('metadata', 'annotations', restartedAt)}`;
/** RFC 3339 has four digits for the year. */
const lastMs = Date.parse('9999-12-31T23:59:00Z');

const params = z.strictObject({}, noOther('restart'));

export const restart = checked<z.infer<typeof params>>({
  name: 'restart',
  title: 'restart all pods one after another',
  targetKinds: kinds,
  params,
  guards: workloadGuards,
  rbac: patchRights(kinds),
  preview,
  undo: () => ({
    irreversible:
      'the pods that it replaced are gone, and taking the annotation away again would only start another rollout',
  }),
  risk: riskOfRollout,
  settled: rolloutSettled,
  summary: (live) => (kindOf(live.object) === 'DaemonSet' ? 'all pods replaced' : `${podsOf(live)} replaced`),
  byHand: (target) => kubectl(target, 'rollout restart'),
});

function preview(live: Live): Preview | Refusal {
  const hold = holdOf(live.object);
  if (hold !== null) return { refused: hold };
  const template = valueAt(live.object, templatePath);
  if (!isJsonObject(template)) return { refused: 'it has no pod template' };
  if (kindOf(live.object) !== 'DaemonSet' && wantedReplicas(live.object) === 0)
    return { refused: 'it is at 0 replicas: there is no pod to restart' };
  const { changes, touches } = changeAt(live.object, restartedAtPath, nextTime(live.object));
  return {
    tests: [{ op: 'test', path: templatePath, value: template }, ...pausedTests(live.object)],
    changes,
    touches,
  };
}

/**
 * One second after the newest time that the object itself tells: its creation, its last write apart from status, the
 * former restart. So the value is a function of what was reviewed: reading the object again gives the same patch while
 * only status moves, and every restart differs from the one before it. When it really happened stands in managedFields.
 */
function nextTime(object: JsonObject): string {
  const writes = objectsAt(object, '/metadata/managedFields').filter((one) => one['subresource'] !== 'status');
  const times = [
    valueAt(object, '/metadata/creationTimestamp'),
    valueAt(object, restartedAtPath),
    ...writes.map((one) => one['time']),
  ]
    .map((one) => (typeof one === 'string' ? Date.parse(one) : Number.NaN))
    .filter((one) => one >= 0 && one < lastMs);
  const newest = Math.floor(Math.max(0, ...times) / 1000) * 1000;
  return new Date(newest + 1000).toISOString().replace('.000Z', 'Z');
}

function podsOf(live: Live): string {
  const wanted = wantedReplicas(live.object);
  return wanted === 1 ? '1 pod' : `${wanted} pods`;
}
