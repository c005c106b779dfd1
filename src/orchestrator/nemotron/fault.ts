// What can be wrong with a model endpoint, in our own words: what a server or a socket says may quote the key, so none of it is passed on.

export type FaultKind =
  /** 401 and 403: no other model will do either. */
  | 'key-refused'
  /** 402. */
  | 'no-credit'
  /** 404: this key may not call this model; another model may do. */
  | 'not-entitled'
  /** 410: the model was withdrawn. */
  | 'retired'
  /** 400, 413, 422: the request itself is not taken. */
  | 'not-taken'
  /** The prompt and the answer's room are more than the model's context. */
  | 'too-long'
  | 'throttled'
  /** 5xx, a queued answer, or an endpoint that is busy. */
  | 'failing'
  /** HTML or a redirect: a proxy or a sign-in page stands in between, or the address is wrong. */
  | 'no-endpoint'
  /** Broken or cut JSON, or JSON of another shape. */
  | 'unreadable'
  | 'too-large'
  | 'unreachable'
  | 'timeout'
  /** The caller no longer wants the answer. */
  | 'withdrawn'
  /** Nothing at this endpoint may lead. */
  | 'no-model';

export type ModelFault = {
  readonly kind: FaultKind;
  /** Without the key, without words of the server. */
  readonly detail: string;
  readonly retryAfterMs?: number;
  /** The field of the request that a server named when it did not take it. */
  readonly field?: string;
  /** The context that a server named when a request was longer. */
  readonly contextTokens?: number;
  /** What it counted for the prompt and the room of the answer together. */
  readonly requestedTokens?: number;
};

export const withdrawn: ModelFault = { kind: 'withdrawn', detail: 'the question was withdrawn' };

/** Carries a fault through a library that lets only exceptions pass. */
export class EndpointError extends Error {
  readonly fault: ModelFault;
  constructor(fault: ModelFault) {
    super(fault.detail);
    this.name = 'EndpointError';
    this.fault = fault;
  }
}

const longestRetryAfterMs = 3_600_000;

/** `keyName` is the variable that holds the key; `retryAfter` the header, seconds or an HTTP date, read at `nowMs` (Unix epoch). */
export function faultOfStatus(
  status: number,
  retryAfter: string | null,
  about: { readonly keyName: string; readonly nowMs: number },
): ModelFault {
  const from = `${status} from the endpoint`;
  if (status < 200 || (status >= 300 && status < 400))
    return { kind: 'no-endpoint', detail: `${from}; it sends the request elsewhere, which is not followed` };
  switch (status) {
    case 401:
    case 403:
      return { kind: 'key-refused', detail: `${from}; ${about.keyName} is set but refused` };
    case 402:
      return { kind: 'no-credit', detail: `${from}; the account of ${about.keyName} has no credits left` };
    case 404:
      return { kind: 'not-entitled', detail: `${from}; this key may not call the model, or it is not served there` };
    case 410:
      return { kind: 'retired', detail: `${from}; the model was withdrawn` };
    case 429:
      return { kind: 'throttled', detail: `${from}; too many requests`, ...waitOf(retryAfter, about.nowMs) };
    case 408:
    case 409:
    case 425:
      return { kind: 'failing', detail: `${from}; it is busy` };
    default:
      return status >= 500
        ? { kind: 'failing', detail: `${from}; it fails`, ...waitOf(retryAfter, about.nowMs) }
        : { kind: 'not-taken', detail: `${from}; it does not take the request` };
  }
}

/** Another try soon may succeed with the same model and the same request. */
export function isPassing(fault: ModelFault): boolean {
  return fault.kind === 'throttled' || fault.kind === 'failing' || fault.kind === 'unreadable';
}

/** The model is the trouble, not the endpoint or the key: the next in the list may do. */
export function isOfTheModel(fault: ModelFault): boolean {
  return fault.kind === 'not-entitled' || fault.kind === 'retired';
}

function waitOf(retryAfter: string | null, nowMs: number): { readonly retryAfterMs?: number } {
  if (retryAfter === null || retryAfter.trim() === '') return {};
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - nowMs;
  if (!Number.isFinite(waitMs) || waitMs < 0) return {};
  return { retryAfterMs: Math.min(waitMs, longestRetryAfterMs) };
}
