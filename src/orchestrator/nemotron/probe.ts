// Tells whether a model could lead now, for `doctor` and the first lines of `run`.
import { createModelClient, type ClientOptions } from './client.ts';
import type { ModelFault } from './fault.ts';
import { resolveModel, type Resolved } from './resolve.ts';

export type ModelState =
  | { readonly state: 'ok'; readonly model: string; readonly detail: string }
  /** The endpoint answers and says no: key, credits or model. */
  | { readonly state: 'refused'; readonly detail: string }
  | { readonly state: 'unreachable'; readonly detail: string };

/** Never rejects; asks at most one listing and a few questions of one token. */
export async function probeModel(
  options: ClientOptions & { readonly model?: string },
  signal: AbortSignal,
): Promise<ModelState> {
  const client = createModelClient(options);
  try {
    return stateOf(await resolveModel(client, options.model, new Set(), signal));
  } finally {
    await client.close();
  }
}

export function stateOf(found: Resolved | { readonly fault: ModelFault }): ModelState {
  if (!('fault' in found))
    return {
      state: 'ok',
      model: found.model,
      detail: `${found.model}, prompted JSON, ${found.contextTokens} tokens of context`,
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
