// The one form of a JSON patch request: what the writer sends, and the dry run of the very same body.
import { isJsonObject } from '../model/json.ts';
import { fieldManager } from '../model/mode.ts';
import { Failure } from '../model/failure.ts';
import type { WriteReply, WriteRequest } from '../model/write.ts';
import { pathOf } from './resources.ts';
import { statusOf, summaryOf } from './status.ts';
import type { ApiAnswer, Transport } from './transport.ts';

/** The server gives up after this long, so that a lost request cannot land later (writes.md A.4). */
export const serverTimeoutS = 10;

/** Every answer is a value; silence has the status null. */
export async function sendPatch(
  transport: Transport,
  request: WriteRequest,
  more: Readonly<Record<string, string>>,
  signal?: AbortSignal,
  onLeave?: () => void,
): Promise<WriteReply> {
  try {
    const answer = await transport.request({
      method: request.method,
      path: pathOf(request.resource, request.namespace, request.name),
      query: { fieldManager, fieldValidation: 'Strict', timeout: `${serverTimeoutS}s`, ...more },
      contentType: 'application/json-patch+json',
      body: JSON.stringify(request.ops),
      timeoutMs: (serverTimeoutS + 5) * 1000,
      ...(signal === undefined ? {} : { signal }),
      ...(onLeave === undefined ? {} : { onLeave }),
    });
    return replyOf(answer);
  } catch (error) {
    const reason = error instanceof Failure ? error.problem.code : 'no answer';
    const summary = error instanceof Failure ? error.problem.why : 'the connection failed';
    // 401 and a page of HTML are answers of somebody who did not apply the write; silence is not.
    const status = reason === 'token-expired' ? 401 : null;
    return { status, reason, object: null, fields: [], summary, retryAfterS: null, warnings: [] };
  }
}

function replyOf(answer: ApiAnswer): WriteReply {
  const warning = answer.headers.get('warning');
  const warnings = warning === null ? [] : [warning];
  if (answer.status >= 200 && answer.status < 300 && isJsonObject(answer.json))
    return {
      status: answer.status,
      reason: 'OK',
      object: answer.json,
      fields: [],
      summary: 'accepted',
      retryAfterS: null,
      warnings,
    };
  const status = statusOf(answer);
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return {
    status: answer.status,
    reason: status.reason ?? (answer.status === 429 ? 'FlowControl' : 'Unknown'),
    object: null,
    fields: (status.details?.causes ?? []).flatMap((one) => one.field ?? []),
    summary: summaryOf(status, answer.status),
    retryAfterS: Number.isNaN(after) ? null : after,
    warnings,
  };
}
