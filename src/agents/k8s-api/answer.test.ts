import { describe, expect, it } from 'vitest';
import type { WriteReply } from '../../model/write.ts';
import { answerOf, type Answer } from './answer.ts';

function aReply(more: Partial<WriteReply>): WriteReply {
  return {
    status: 200,
    reason: 'Unknown',
    object: null,
    fields: [],
    summary: `${more.status ?? ''}`,
    retryAfterS: null,
    warnings: [],
    ...more,
  };
}

const webhookDown = 'an admission webhook could not be called';
const denied = 'the admission webhook policy.example denied it';

/** The rows of writes.md A.3, in its order, then what it does not name. */
const rows: readonly (readonly [what: string, reply: Partial<WriteReply>, word: Answer['word'], reason: string])[] = [
  ['200 with the object', { status: 200, reason: 'OK', object: {} }, 'landed', '200'],
  ['201 with the object', { status: 201, reason: 'OK', object: {} }, 'landed', '201'],
  [
    'a version or UID precondition',
    { status: 409, reason: 'Conflict' },
    'refused',
    'the target was changed or replaced meanwhile',
  ],
  [
    'a conflict of field managers',
    { status: 409, reason: 'Conflict', fields: ['.spec.replicas'] },
    'refused',
    'another manager owns .spec.replicas',
  ],
  [
    'a name that exists',
    { status: 409, reason: 'AlreadyExists' },
    'unknown',
    'it exists already, perhaps by an earlier write',
  ],
  ['a failed test', { status: 422, reason: 'Invalid' }, 'look', 'the target is not as it was reviewed'],
  [
    'an invalid value',
    { status: 422, reason: 'Invalid', fields: ['spec.replicas'] },
    'refused',
    'not valid: spec.replicas',
  ],
  ['a webhook that denies with 400', { status: 400, reason: 'BadRequest', summary: denied }, 'refused', denied],
  ['a webhook that denies with 409', { status: 409, reason: 'Odd', summary: denied }, 'refused', denied],
  ['a webhook that denies with 418', { status: 418, reason: 'Teapot', summary: denied }, 'refused', denied],
  [
    'a missing right',
    { status: 403, reason: 'Forbidden', summary: 'no right to patch deployments in shop' },
    'refused',
    'no right to patch deployments in shop',
  ],
  [
    'an admission that forbids',
    { status: 403, reason: 'Forbidden', summary: 'a resource quota is used up' },
    'refused',
    'a resource quota is used up',
  ],
  ['a target that is gone', { status: 404, reason: 'NotFound' }, 'refused', 'the target does not exist any more'],
  [
    'flow control',
    { status: 429, reason: 'FlowControl', retryAfterS: 1 },
    'again',
    'flow control: the API server is busy',
  ],
  ['a budget that refuses an eviction', { status: 429, reason: 'TooManyRequests' }, 'refused', 'refused for now (429)'],
  [
    'a budget that is not observed yet',
    { status: 429, reason: 'TooManyRequests', retryAfterS: 10 },
    'refused',
    'refused for now (429)',
  ],
  ['a webhook that is down', { status: 500, reason: 'InternalError', summary: webhookDown }, 'refused', webhookDown],
  [
    'another 500',
    { status: 500, reason: 'InternalError', summary: '500 InternalError' },
    'unknown',
    '500 InternalError',
  ],
  ['a server timeout', { status: 504, reason: 'Timeout' }, 'unknown', '504 Timeout'],
  [
    'a closed connection',
    { status: null, reason: 'cluster-unreachable', summary: 'ECONNRESET' },
    'unknown',
    'no answer: ECONNRESET',
  ],
  ['a 500 that only names a webhook', { status: 500, reason: 'Odd', summary: webhookDown }, 'unknown', '500 Odd'],
  ['a 429 of who knows whom', { status: 429, reason: 'FlowControl' }, 'refused', 'refused for now (429)'],
  ['a credential that is refused', { status: 401, reason: 'token-expired', summary: 'x' }, 'refused', 'x'],
  ['a request that is too large', { status: 413, reason: 'RequestEntityTooLarge' }, 'refused', '413'],
  ['a success without an object', { status: 200 }, 'unknown', '200 without the object'],
  ['a 202', { status: 202, object: {} }, 'unknown', '202 Unknown'],
  ['a redirect', { status: 302 }, 'unknown', '302 Unknown'],
  ['a request timeout of a proxy', { status: 408 }, 'unknown', '408 Unknown'],
  ['a conflict of no known kind', { status: 409, reason: 'Odd' }, 'unknown', '409 Odd'],
  ['a bad gateway', { status: 502 }, 'unknown', '502 Unknown'],
  ['a webhook word in a 503', { status: 503, reason: 'Down', summary: denied }, 'unknown', '503 Down'],
];

describe('what an answer proves', () => {
  it.each(rows)('%s', (_what, reply, word, reason) => {
    expect(answerOf(aReply(reply))).toEqual({ word, reason });
  });

  it('names at most five fields', () => {
    const fields = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(answerOf(aReply({ status: 422, fields })).reason).toBe('not valid: a, b, c, d, e');
  });
});
