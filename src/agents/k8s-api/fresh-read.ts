// Reads a target straight from the API server, within a few seconds; a failed read is an answer, because it settles nothing.
import { deadline, type Clock } from '../../clock.ts';
import type { ObjectAddress, Reader } from '../../cluster/read.ts';
import { Failure } from '../../model/failure.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Intent } from '../../folds/state.ts';

/** `object` is null when the target does not exist. */
export type FreshRead = { readonly object: JsonObject | null } | { readonly unreadable: string };

const readMs = 5_000;

export async function freshRead(
  ports: { readonly reader: Pick<Reader, 'get'>; readonly wall: Clock },
  of: Pick<Intent, 'resource' | 'target'>,
): Promise<FreshRead> {
  const address: ObjectAddress = { resource: of.resource, namespace: of.target.namespace, name: of.target.name };
  const limit = deadline(ports.wall, readMs);
  try {
    return { object: await ports.reader.get(address, limit.signal) };
  } catch (error) {
    return { unreadable: error instanceof Failure ? error.problem.why : 'the read failed' };
  } finally {
    limit.done();
  }
}
