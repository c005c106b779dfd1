// Whether a model could lead, in words for people: found, refused, or out of reach.
import type { ModelFault } from './fault.ts';
import { profileOf } from './profile.ts';
import type { Resolved } from './resolve.ts';

export type ModelState =
  | { readonly state: 'ok'; readonly model: string; readonly detail: string }
  /** The endpoint answers and says no: key, credits or model. */
  | { readonly state: 'refused'; readonly detail: string }
  | { readonly state: 'unreachable'; readonly detail: string };

export function stateOf(found: Resolved | { readonly fault: ModelFault }): ModelState {
  if (!('fault' in found))
    return {
      state: 'ok',
      model: found.model,
      detail: `${found.model}, profile ${profileOf(found.model).family}, ${found.contextTokens} tokens of context`,
    };
  const { kind, detail } = found.fault;
  switch (kind) {
    case 'key-refused':
    case 'no-credit':
    case 'no-model':
    case 'not-entitled':
    case 'retired':
    case 'not-taken':
    case 'too-long':
    case 'throttled':
      return { state: 'refused', detail };
    case 'failing':
    case 'no-endpoint':
    case 'unreadable':
    case 'too-large':
    case 'unreachable':
    case 'timeout':
    case 'withdrawn':
      return { state: 'unreachable', detail };
    default:
      return kind satisfies never;
  }
}
