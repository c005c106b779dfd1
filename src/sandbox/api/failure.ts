// Refusals of the API as Kubernetes words them: an error that carries the whole Status.
import type { Tree } from './tree.ts';

export type Cause = { readonly reason: string; readonly message: string; readonly field?: string };

/** Group and plural of what was asked for, as error texts name it: `deployments.apps`. */
export type Named = { readonly group: string; readonly plural: string; readonly kind: string };

export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Tree | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** A token for the rest of a list whose version is forgotten. */
  continueToken = '';
  constructor(code: number, reason: string, message: string, details?: Tree, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  withContinue(token: string): this {
    this.continueToken = token;
    return this;
  }
}

export function statusOf(failure: ApiFailure): Tree {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: failure.continueToken === '' ? {} : { continue: failure.continueToken },
    status: 'Failure',
    message: failure.message,
    ...(failure.reason === '' ? {} : { reason: failure.reason }),
    ...(failure.details === undefined ? {} : { details: failure.details }),
    code: failure.code,
  };
}

function qualified(named: Named): string {
  return named.group === '' ? named.plural : `${named.plural}.${named.group}`;
}

function detailsOf(named: Named, name: string, kind: string = named.plural): Tree {
  return {
    ...(name === '' ? {} : { name }),
    ...(named.group === '' ? {} : { group: named.group }),
    kind,
  };
}

export function notFound(named: Named, name: string): ApiFailure {
  return new ApiFailure(404, 'NotFound', `${qualified(named)} "${name}" not found`, detailsOf(named, name));
}

export function alreadyExists(named: Named, name: string): ApiFailure {
  const message = `${qualified(named)} "${name}" already exists`;
  return new ApiFailure(409, 'AlreadyExists', message, detailsOf(named, name));
}

export function conflict(named: Named, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(named)} "${name}": ${why}`;
  return new ApiFailure(409, 'Conflict', message, detailsOf(named, name));
}

export const modifiedMeanwhile =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, 'BadRequest', message);
}

export function forbidden(named: Named, name: string, why: string): ApiFailure {
  const subject = name === '' ? qualified(named) : `${qualified(named)} "${name}"`;
  return new ApiFailure(403, 'Forbidden', `${subject} is forbidden: ${why}`, detailsOf(named, name));
}

/** A value that validation refuses, with one cause per field. */
export function invalid(named: Named, name: string, causes: readonly Cause[]): ApiFailure {
  const kind = named.group === '' ? named.kind : `${named.kind}.${named.group}`;
  const lines = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
  const listed = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  return new ApiFailure(422, 'Invalid', `${kind} "${name}" is invalid: ${listed}`, {
    ...detailsOf(named, name, named.kind),
    causes: causes.map((cause) => ({ ...cause })),
  });
}

/** What the server says when an operation of a JSON patch fails: never which one. */
export function rejectedPatch(): ApiFailure {
  return new ApiFailure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

export function expired(message: string, more: Tree = {}): ApiFailure {
  return new ApiFailure(410, 'Expired', message, Object.keys(more).length === 0 ? undefined : more);
}

export function methodNotAllowed(): ApiFailure {
  return new ApiFailure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

/** What is asked for in an API group that is served, and is none of its resources. */
export function unknownResource(): ApiFailure {
  return new ApiFailure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export const invalidValue = (field: string, value: string, why: string): Cause => ({
  reason: 'FieldValueInvalid',
  message: `Invalid value: ${value}: ${why}`,
  field,
});

export const requiredValue = (field: string, why = ''): Cause => ({
  reason: 'FieldValueRequired',
  message: `Required value${why === '' ? '' : `: ${why}`}`,
  field,
});

export const forbiddenValue = (field: string, why: string): Cause => ({
  reason: 'FieldValueForbidden',
  message: `Forbidden: ${why}`,
  field,
});

export const unsupportedValue = (field: string, value: string, supported: readonly string[]): Cause => ({
  reason: 'FieldValueNotSupported',
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
  field,
});

export const duplicateValue = (field: string, value: string): Cause => ({
  reason: 'FieldValueDuplicate',
  message: `Duplicate value: ${JSON.stringify(value)}`,
  field,
});
