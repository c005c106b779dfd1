// The fresh reads that a judgement stands on, all at once: the target whole, its namespace, and what in the namespace bounds it.
import { z } from 'zod';
import { readLive } from '../../cluster/live-target.ts';
import type { Reader } from '../../cluster/read.ts';
import { placeOf, schemaOf, type ObjectOf } from '../../cluster/resources.ts';
import type { Live } from '../../model/action.ts';
import { Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import { shownRef, type ObjectRef } from '../../model/target.ts';
import type { ViewKind } from '../../model/view.ts';
import { known, missing, type Fact, type Facts } from './facts.ts';

export type TargetFacts = Pick<Facts, 'live' | 'namespace' | 'budgets' | 'quotas' | 'limitRanges' | 'autoscalers'>;

/**
 * What may not be read, or is not there, is a missing fact. Rejects with the Failure when the cluster does not answer: then nothing
 * can be said, and nothing is denied for good.
 */
export async function readTarget(
  reader: Pick<Reader, 'get' | 'list'>,
  target: ObjectRef,
  signal: AbortSignal,
): Promise<TargetFacts> {
  const listed = async <Kind extends ViewKind>(kind: Kind): Promise<Fact<readonly ObjectOf<Kind>[]>> =>
    await fact(`${kind}s of ${target.namespace}`, async () => {
      const items = await reader.list(placeOf(kind), target.namespace, {}, signal);
      const parsed = z.array(schemaOf(kind)).safeParse(items);
      return parsed.success ? parsed.data : null;
    });
  const [live, namespace, budgets, quotas, limitRanges, autoscalers] = await Promise.all([
    fact<Live>(shownRef(target), async () => await readLive(reader, target, signal)),
    fact<JsonObject>(
      `namespace ${target.namespace}`,
      async () => await reader.get({ resource: placeOf('Namespace'), namespace: '', name: target.namespace }, signal),
    ),
    listed('PodDisruptionBudget'),
    listed('ResourceQuota'),
    listed('LimitRange'),
    listed('HorizontalPodAutoscaler'),
  ]);
  return { live, namespace, budgets, quotas, limitRanges, autoscalers };
}

/** Codes of failures that will be the same at the next look: a missing right, a kind that is not known here. */
const lasting: ReadonlySet<string> = new Set(['forbidden', 'kind-not-read']);

async function fact<T>(what: string, read: () => Promise<T | null>): Promise<Fact<T>> {
  try {
    const value = await read();
    return value === null ? missing(`${what} does not exist or cannot be read`) : known(value);
  } catch (error) {
    if (error instanceof Failure && lasting.has(error.problem.code))
      return missing(`${what} may not be read: ${error.problem.why}`);
    throw error;
  }
}
