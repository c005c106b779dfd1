// Decides from the server's answer whether a write landed (writes.md A.3). What the table does not prove is unknown, never success and never refusal.
import type { WriteReply } from '../../model/write.ts';

export type Answer = {
  /** `again`: flow control, never executed; the same bytes may be sent once more. `look`: a test failed, perhaps because the write is there already. */
  readonly word: 'landed' | 'refused' | 'look' | 'again' | 'unknown';
  /** What a person reads; names no value of the object. */
  readonly reason: string;
};

/** Refused before anything is stored, whoever answers. */
const neverStored: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 429]);

export function answerOf(reply: WriteReply): Answer {
  const { status, reason, summary, fields } = reply;
  if (status === null) return { word: 'unknown', reason: `no answer: ${summary}` };
  if (status === 200 || status === 201)
    return reply.object === null
      ? { word: 'unknown', reason: `${status} without the object` }
      : { word: 'landed', reason: `${status}` };
  if (isWebhookDenial(reply)) return { word: 'refused', reason: summary };
  switch (status) {
    case 409:
      return conflictOf(reply);
    case 422:
      return fields.length === 0
        ? { word: 'look', reason: 'the target is not as it was reviewed' }
        : { word: 'refused', reason: `not valid: ${fields.slice(0, 5).join(', ')}` };
    case 429:
      return reason === 'FlowControl' && reply.retryAfterS !== null
        ? { word: 'again', reason: 'flow control: the API server is busy' }
        : { word: 'refused', reason: 'refused for now (429)' };
    case 404:
      return { word: 'refused', reason: 'the target does not exist any more' };
    case 500:
      return reason === 'InternalError' && summary === webhookDown
        ? { word: 'refused', reason: summary }
        : { word: 'unknown', reason: `500 ${reason}` };
    default:
      return neverStored.has(status)
        ? { word: 'refused', reason: summary }
        : { word: 'unknown', reason: `${status} ${reason}` };
  }
}

const webhookDown = 'an admission webhook could not be called';

/** A webhook may deny with any code of the 400s. */
function isWebhookDenial({ status, summary }: WriteReply): boolean {
  return status !== null && status >= 400 && status < 500 && /^the admission webhook .* denied it$/.test(summary);
}

function conflictOf({ reason, fields }: WriteReply): Answer {
  if (reason === 'AlreadyExists') return { word: 'unknown', reason: 'it exists already, perhaps by an earlier write' };
  if (reason !== 'Conflict') return { word: 'unknown', reason: `409 ${reason}` };
  return fields.length > 0
    ? { word: 'refused', reason: `another manager owns ${fields.slice(0, 5).join(', ')}` }
    : { word: 'refused', reason: 'the target was changed or replaced meanwhile' };
}
