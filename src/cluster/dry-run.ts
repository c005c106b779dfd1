// Sends the very body of a write as a dry run, and asks by a server-side apply who owns the touched fields.
import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import { fieldManager } from '../model/mode.ts';
import type { WriteReply, WriteRequest } from '../model/write.ts';
import { pathOf } from './resources.ts';
import { statusOf } from './status.ts';
import type { Transport } from './transport.ts';
import { sendPatch } from './patch-request.ts';

type FieldOwner = { readonly field: string; readonly manager: string };

export interface DryRun {
  send(request: WriteRequest, signal?: AbortSignal): Promise<WriteReply>;
  /** Owners that an apply of `fields` (an object with only the changed fields) would conflict with; null when the server cannot say. */
  owners(
    request: Pick<WriteRequest, 'resource' | 'namespace' | 'name'>,
    kind: { readonly apiVersion: string; readonly kind: string },
    fields: JsonObject,
    signal?: AbortSignal,
  ): Promise<readonly FieldOwner[] | null>;
}

const conflictText = z.string().regex(/^conflict with "/);

export function createDryRun(transport: Transport): DryRun {
  return {
    send: async (request, signal) => await sendPatch(transport, request, { dryRun: 'All' }, signal),
    async owners(request, kind, fields, signal) {
      const body = canonicalJson({
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { name: request.name, namespace: request.namespace },
        ...fields,
      });
      const answer = await transport.request({
        method: 'PATCH',
        path: pathOf(request.resource, request.namespace, request.name),
        query: { fieldManager, dryRun: 'All' },
        contentType: 'application/apply-patch+yaml',
        body,
        ...(signal === undefined ? {} : { signal }),
      });
      if (answer.status === 200) return [];
      const causes = statusOf(answer).details?.causes ?? [];
      if (answer.status !== 409 || causes.length === 0) return null;
      return causes.flatMap((cause) => {
        const message = conflictText.safeParse(cause.message);
        const manager = message.success ? /^conflict with "([^"]+)"/.exec(message.data)?.[1] : undefined;
        return manager === undefined || manager === fieldManager ? [] : [{ field: cause.field ?? '', manager }];
      });
    },
  };
}
