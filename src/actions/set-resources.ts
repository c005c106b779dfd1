// Changes requests and limits of one container in the pod template: the given amounts over the former ones, written as one whole (writes.md B.3).
import { z } from 'zod';
import type { Preview, Refusal } from '../model/action.ts';
import { isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import { parseQuantity, sameQuantity } from '../model/quantity.ts';
import type { ObjectRef } from '../model/target.ts';
import { amounts, canonical, amountNames, type AmountName } from './amounts.ts';
import { changeAt } from './change-at.ts';
import { checked, noOther } from './checked.ts';
import { containerAt, containerBack } from './container-at.ts';
import { kubectl, patchRights, shellWord, workloadGuards } from './on-workload.ts';
import { rolloutSettled } from './settlement.ts';
import { holdOf, pausedTests, riskOfRollout } from './template.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
const sides = ['limits', 'requests'] as const;

const params = z
  .strictObject(
    {
      container: z.string('container must be a name').min(1, 'container must be a name'),
      limits: z.exactOptional(amounts('limits')),
      requests: z.exactOptional(amounts('requests')),
    },
    noOther('set-resources'),
  )
  .refine(
    (given) => given.limits !== undefined || given.requests !== undefined,
    'set-resources needs limits or requests',
  );
type Params = z.infer<typeof params>;
type Side = (typeof sides)[number];
type Change = {
  readonly side: Side;
  readonly resource: AmountName;
  readonly former: string | null;
  readonly wanted: string;
};

export const setResources = checked<Params>({
  name: 'set-resources',
  title: 'change memory and CPU limits',
  targetKinds: kinds,
  params,
  guards: workloadGuards,
  rbac: patchRights(kinds),
  preview: (live, given) => preview(live.object, given),
  undo: (before, reply, given) => containerBack(before, reply, given.container, 'resources'),
  risk: riskOfRollout,
  settled: rolloutSettled,
  summary(live, given) {
    const at = containerAt(live.object, given.container);
    return changesOf('refused' in at ? {} : resourcesOf(at.container), given)
      .map((one) => `${one.resource} ${one.side.slice(0, -1)} ${one.former ?? 'none'} → ${one.wanted}`)
      .join(', ');
  },
  byHand,
});

function preview(object: JsonObject, given: Params): Preview | Refusal {
  const hold = holdOf(object);
  if (hold !== null) return { refused: hold };
  const at = containerAt(object, given.container);
  if ('refused' in at) return at;
  const former = resourcesOf(at.container);
  const changes = changesOf(former, given).filter(
    (one) => one.former === null || !sameQuantity(one.former, one.wanted),
  );
  if (changes.length === 0) return { refused: `${given.container} has these requests and limits already` };
  const wanted = changes.reduce<JsonObject>(
    (merged, one) => ({ ...merged, [one.side]: { ...sideOf(merged, one.side), [one.resource]: one.wanted } }),
    former,
  );
  const above = requestAboveLimit(wanted);
  if (above !== null) return { refused: above };
  const change = changeAt(object, `${at.path}/resources`, wanted);
  return { ...change, tests: [at.nameTest, ...change.tests, ...pausedTests(object)] };
}

function byHand(target: ObjectRef, given: Params): string {
  const flags = sides.flatMap((side) => {
    const list = amountNames.flatMap((resource) => {
      const text = given[side]?.[resource];
      return text === undefined ? [] : [`${resource}=${canonical(resource, text)}`];
    });
    return list.length === 0 ? [] : [`--${side}=${list.join(',')}`];
  });
  return kubectl(target, 'set resources', '-c', shellWord(given.container), ...flags);
}

function changesOf(former: JsonObject, given: Params): readonly Change[] {
  return sides.flatMap((side) =>
    amountNames.flatMap((resource): Change[] => {
      const text = given[side]?.[resource];
      if (text === undefined) return [];
      return [{ side, resource, former: amountIn(former, side, resource), wanted: canonical(resource, text) }];
    }),
  );
}

/** The server refuses it; saying so before the dry run names the amounts. */
function requestAboveLimit(resources: JsonObject): string | null {
  for (const resource of amountNames) {
    const request = amountIn(resources, 'requests', resource);
    const limit = amountIn(resources, 'limits', resource);
    if (request === null || limit === null) continue;
    if ((parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? 0))
      return `the ${resource} request of ${request} would be above the limit of ${limit}`;
  }
  return null;
}

function resourcesOf(container: JsonObject): JsonObject {
  return objectOr(container['resources']);
}

function sideOf(resources: JsonObject, side: Side): JsonObject {
  return objectOr(resources[side]);
}

function amountIn(resources: JsonObject, side: Side, resource: AmountName): string | null {
  const value = sideOf(resources, side)[resource];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function objectOr(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
