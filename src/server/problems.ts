// Every refusal of the server in the three sentences, and the HTTP status that goes with each; no stack ever leaves.
import { exitCodes, Failure, type Problem } from '../model/failure.ts';

const byCode: Readonly<Record<string, number>> = {
  'signed-out': 401,
  'wrong-method': 405,
  'body-too-large': 413,
  'not-json': 415,
  'rate-limited': 429,
};

export function statusOf(problem: Problem): number {
  const named = byCode[problem.code];
  if (named !== undefined) return named;
  if (problem.code.endsWith('-not-found')) return 404;
  if (problem.code.startsWith('journal-')) return 503;
  switch (problem.exitCode) {
    case exitCodes.usage:
      return 400;
    case exitCodes.forbidden:
      return 403;
    case exitCodes.conflict:
      return 409;
    case exitCodes.no:
    case exitCodes.heldBack:
      return 422;
    case exitCodes.unreachable:
      return 503;
    default:
      return 500;
  }
}

export function bodyOf(problem: Problem): Problem & { readonly kind: 'Error'; readonly refs: readonly string[] } {
  return { kind: 'Error', ...problem, refs: problem.refs ?? [] };
}

export function notFound(kind: string, id: string): Failure {
  return new Failure({
    code: `${kind}-not-found`,
    what: `there is no ${kind} ${shortened(id)}`,
    why: 'the journal knows no such id',
    next: 'advisor incidents',
    exitCode: exitCodes.usage,
  });
}

export function badRequest(why: string): Failure {
  return new Failure({
    code: 'bad-request',
    what: 'the request cannot be used',
    why: why.slice(0, 200),
    next: 'correct the request; nothing was done',
    exitCode: exitCodes.usage,
  });
}

export function noSuchEndpoint(method: string, path: string): Failure {
  return new Failure({
    code: 'endpoint-not-found',
    what: `there is no ${method} ${shortened(path)}`,
    why: 'this server has no such endpoint',
    next: 'use a client of the same version: advisor version',
    exitCode: exitCodes.usage,
  });
}

export function wrongMethod(method: string, path: string, allowed: readonly string[]): Failure {
  return new Failure({
    code: 'wrong-method',
    what: `${method} ${shortened(path)} is not possible`,
    why: `this endpoint takes ${allowed.join(', ')}`,
    next: 'use a client of the same version: advisor version',
    exitCode: exitCodes.usage,
  });
}

export function signedOut(why: string): Failure {
  return new Failure({
    code: 'signed-out',
    what: 'the advisor does not know who you are',
    why,
    next: 'run the command as the user who runs the advisor, or set ADVISOR_TOKEN',
    exitCode: exitCodes.forbidden,
  });
}

export function notAllowed(subject: string, right: string): Failure {
  return new Failure({
    code: 'not-allowed',
    what: `${subject} may not ${right}`,
    why: `the role of ${subject} does not have this right`,
    next: 'ask an operator',
    exitCode: exitCodes.forbidden,
  });
}

export function wrongHost(): Failure {
  return new Failure({
    code: 'host-refused',
    what: 'the request was refused',
    why: 'it is addressed to a host name or comes from a page that is not this server on loopback',
    next: 'use the address that advisor run prints',
    exitCode: exitCodes.forbidden,
  });
}

export function rateLimited(): Failure {
  return new Failure({
    code: 'rate-limited',
    what: 'the request was not looked at',
    why: 'too many requests came in a short time',
    next: 'wait a second and send it again',
    exitCode: exitCodes.unreachable,
  });
}

export function internalFault(requestId: string): Problem {
  return {
    code: 'internal-fault',
    what: 'the request could not be answered',
    why: `a fault in the advisor; its log has it under request ${requestId}`,
    next: 'look again with advisor show before sending anything twice',
    exitCode: exitCodes.fault,
  };
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
