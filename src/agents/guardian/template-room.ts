// What a dry run of a template does not check (writes.md A.5): quota, LimitRange, priority class and service account of the pods that would come.
import { isJsonObject, valueAt, type JsonObject } from '../../model/json.ts';
import type { LimitRange } from '../../model/kube.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { need, type Facts } from './facts.ts';
import { amountOf, podSize, type PodSize } from './pod-size.ts';
import { podsTaken } from './pods-taken.ts';
import { quotaShortage } from './quota-room.ts';

export type TemplateWord = { readonly problems: readonly string[]; readonly asks: readonly string[] };

/** For a change that leaves the template alone there is nothing to check. */
export function templateWord(facts: Facts, before: JsonObject, after: JsonObject): TemplateWord {
  const live = need(facts.live);
  const size = podSize(valueAt(after, '/spec/template'));
  const former = podSize(valueAt(before, '/spec/template'));
  if (size === null || former === null) return { problems: ['the pod template cannot be read'], asks: [] };
  const pods = podsTaken(live, after);
  const shortage = quotaShortage(need(facts.quotas), {
    pods: pods.surge,
    size,
    less: former,
    swapped: pods.wantedAfter,
  });
  return {
    problems: [
      ...(shortage === null ? [] : [shortage]),
      ...need(facts.limitRanges).flatMap((one) => outside(one, size)),
    ],
    asks: [
      ...unproven(facts, before, after, 'priorityClassName', 'priority class'),
      ...unproven(facts, before, after, 'serviceAccountName', 'service account'),
    ],
  };
}

function outside(range: LimitRange, size: PodSize): readonly string[] {
  return (range.spec?.limits ?? []).flatMap((limit) =>
    (['cpu', 'memory'] as const).flatMap((resource) => {
      const most = parseQuantity(limit.max?.[resource] ?? '');
      const least = parseQuantity(limit.min?.[resource] ?? '');
      return sizes(limit.type, size, resource).flatMap(({ of, limits, requests }) => [
        ...(most !== null && (limits === null || limits > most)
          ? [
              `${of} may have at most ${limit.max?.[resource] ?? ''} of ${resource} by LimitRange ${range.metadata.name}`,
            ]
          : []),
        ...(least !== null && requests !== null && requests < least
          ? [`${of} needs at least ${limit.min?.[resource] ?? ''} of ${resource} by LimitRange ${range.metadata.name}`]
          : []),
      ]);
    }),
  );
}

type Sized = { readonly of: string; readonly limits: number | null; readonly requests: number | null };

/** Limits that a container does not give are filled in by the LimitRange itself. */
function sizes(type: string | undefined, size: PodSize, resource: 'cpu' | 'memory'): readonly Sized[] {
  if (type === 'Container')
    return size.spec.containers.flatMap((one) => {
      const limits = amountOf(one, 'limits', resource);
      const requests = amountOf(one, 'requests', resource);
      return limits === null && requests === null
        ? []
        : [{ of: `container ${one.name}`, limits: limits ?? requests, requests }];
    });
  return type === 'Pod' ? [{ of: 'a pod', limits: size.limits[resource], requests: size.requests[resource] }] : [];
}

/** A name that the template brings anew is proven by a pod of the namespace that runs with it. */
function unproven(
  facts: Facts,
  before: JsonObject,
  after: JsonObject,
  field: 'priorityClassName' | 'serviceAccountName',
  shown: string,
): readonly string[] {
  const name = nameIn(after, field);
  if (name === null || name === nameIn(before, field) || name === 'default' || name.startsWith('system-')) return [];
  const isUsed = facts.view.pods.some(
    (one) => one.metadata.namespace === facts.action.target.namespace && one.spec?.[field] === name,
  );
  return isUsed ? [] : [`whether ${shown} ${name} exists cannot be told`];
}

function nameIn(object: JsonObject, field: string): string | null {
  const spec = valueAt(object, '/spec/template/spec');
  const name = isJsonObject(spec) ? spec[field] : undefined;
  return typeof name === 'string' && name !== '' ? name : null;
}
