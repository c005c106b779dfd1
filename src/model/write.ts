// A write as it will be sent, and what came back: the only shape in which the product changes a cluster.
import type { PatchOp, ResourceName } from './action.ts';
import { digestOf, toJson, type JsonObject } from './json.ts';

/** A JSON patch on one object. Field manager, validation and the server-side timeout are added by the writer. */
export type WriteRequest = {
  readonly method: 'PATCH';
  readonly resource: ResourceName;
  readonly namespace: string;
  readonly name: string;
  readonly ops: readonly PatchOp[];
};

/** What the server said. `status` is null when no answer came: the write may or may not have landed. */
export type WriteReply = {
  readonly status: number | null;
  /** `reason` of the Status, or the class of the network fault; never the message, which may quote the object. */
  readonly reason: string;
  readonly object: JsonObject | null;
  /** `details.causes[].field` of a refusal. */
  readonly fields: readonly string[];
  /** Text that tells RBAC from admission, with quoted objects cut away. */
  readonly summary: string;
  readonly retryAfterS: number | null;
  /** `Warning` headers. */
  readonly warnings: readonly string[];
};

/** SHA-256 over target and operations: what a permit binds. */
export function requestDigest(request: WriteRequest): string {
  return digestOf(
    toJson({
      method: request.method,
      resource: request.resource,
      namespace: request.namespace,
      name: request.name,
      ops: request.ops,
    }),
  );
}
