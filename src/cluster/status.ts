// Reads the Status of a refused request: reason and fields, never a message that may quote the whole object.
import { z } from 'zod';
import { exitCodes, Failure } from '../model/failure.ts';
import type { ApiAnswer } from './transport.ts';

const statusBody = z.object({
  kind: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  code: z.number().optional(),
  details: z
    .object({
      causes: z
        .array(
          z.object({ field: z.string().optional(), message: z.string().optional(), reason: z.string().optional() }),
        )
        .optional(),
      retryAfterSeconds: z.number().optional(),
    })
    .optional(),
});
export type StatusBody = z.infer<typeof statusBody>;

export function statusOf(answer: Pick<ApiAnswer, 'json' | 'status' | 'text'>): StatusBody {
  const parsed = statusBody.safeParse(answer.json);
  return parsed.success ? parsed.data : {};
}

/** Which right is missing, or which admission refused, in a few words; the rest of a message is cut because it may hold the object. */
export function summaryOf(status: StatusBody, code: number): string {
  const message = status.message ?? '';
  const rbac =
    /User ".*?" cannot (\w+) resource "([^"]+)"(?: in API group "[^"]*")?(?: in the namespace "([^"]*)")?/.exec(
      message,
    );
  if (rbac !== null)
    return `no right to ${rbac[1] ?? ''} ${rbac[2] ?? ''}${rbac[3] === undefined ? '' : ` in ${rbac[3]}`}`;
  const webhook = /admission webhook "([^"]+)" denied/.exec(message);
  if (webhook !== null) return `the admission webhook ${webhook[1] ?? ''} denied it`;
  if (/failed calling webhook/.test(message)) return 'an admission webhook could not be called';
  if (/exceeded quota/.test(message)) return 'a resource quota is used up';
  return `${code}${status.reason === undefined ? '' : ` ${status.reason}`}`;
}

/** A refusal of a read as the failure that a verb shows. */
export function readFailure(answer: ApiAnswer, what: string): Failure {
  const status = statusOf(answer);
  if (answer.status === 403)
    return new Failure({
      code: 'forbidden',
      what: `the cluster does not let you ${what}`,
      why: summaryOf(status, 403),
      next: 'advisor doctor --rbac prints the missing rules',
      exitCode: exitCodes.forbidden,
    });
  return new Failure({
    code: 'read-refused',
    what: `the cluster refused to ${what}`,
    why: summaryOf(status, answer.status),
    next: 'advisor doctor',
    exitCode: exitCodes.unreachable,
  });
}
