// Finds the model that leads: the pinned one, else the best of the list that answers a question of one token, since a listed model may not be callable.
import type { JsonObject } from '../../model/json.ts';
import { smallestContextTokens } from './budget.ts';
import type { ListedModel, ModelClient } from './client.ts';
import { isOfTheModel, type FaultKind, type ModelFault } from './fault.ts';
import { hostedModels, mayLead, profileOf } from './profile.ts';

export type Resolved = {
  readonly model: string;
  readonly contextTokens: number;
  readonly extra: JsonObject;
  readonly systemLine?: string;
};

const mostProbes = 4;
/** A fault of the listing after which no model need be tried. */
const hopeless: ReadonlySet<FaultKind> = new Set([
  'key-refused',
  'no-credit',
  'no-endpoint',
  'unreachable',
  'timeout',
  'withdrawn',
]);

/** `retired` holds models that the endpoint has withdrawn in the life of this process. */
export async function resolveModel(
  client: ModelClient,
  pinned: string | undefined,
  retired: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Resolved | { readonly fault: ModelFault }> {
  const listed = await client.list(signal);
  if ('fault' in listed && hopeless.has(listed.fault.kind)) return listed;
  const known = 'fault' in listed ? null : listed;
  const candidates = (pinned === undefined ? candidatesOf(known) : [pinned]).filter((one) => !retired.has(one));
  let last: ModelFault = {
    kind: 'no-model',
    detail:
      pinned === undefined
        ? `${client.host} serves no Nemotron model that may lead; NEMOTRON_MODEL pins one`
        : `${pinned} was withdrawn; correct NEMOTRON_MODEL`,
  };
  for (const model of candidates.slice(0, mostProbes)) {
    const resolved = await probed(client, model, known?.find((one) => one.id === model)?.contextTokens, signal);
    if (!('fault' in resolved)) return resolved;
    last = { ...resolved.fault, detail: `${resolved.fault.detail} (${model})` };
    if (!isOfTheModel(last) && last.kind !== 'failing' && last.kind !== 'no-model') break;
  }
  return { fault: await notReady(client, last, signal) };
}

/** A self-hosted server answers before it has loaded its model, and says so at its own address. */
async function notReady(client: ModelClient, fault: ModelFault, signal: AbortSignal): Promise<ModelFault> {
  if (fault.kind !== 'failing' || (await client.ready(signal)) !== false) return fault;
  return { ...fault, detail: `${client.host} is up but not ready; it may be loading the model` };
}

/** The hosted list in its order; another endpoint's own Nemotrons where it has none of those. */
export function candidatesOf(listed: readonly ListedModel[] | null): readonly string[] {
  if (listed === null) return hostedModels;
  const hosted = hostedModels.filter((model) => listed.some((one) => one.id === model));
  return hosted.length > 0 ? hosted : listed.map((one) => one.id).filter(mayLead);
}

async function probed(
  client: ModelClient,
  model: string,
  contextTokens: number | undefined,
  signal: AbortSignal,
): Promise<Resolved | { readonly fault: ModelFault }> {
  const { extra, systemLine, contextTokens: assumed } = profileOf(model);
  const window = contextTokens ?? assumed;
  if (window < smallestContextTokens)
    return {
      fault: {
        kind: 'no-model',
        detail: `a context of ${window} tokens is too small, ${smallestContextTokens} are needed`,
      },
    };
  const resolved = { model, contextTokens: window, ...(systemLine === undefined ? {} : { systemLine }) };
  const question = { model, messages: [{ role: 'user' as const, content: 'Say OK.' }], maxTokens: 1, streams: false };
  const answer = await client.ask({ ...question, extra }, signal);
  if (!('fault' in answer)) return { ...resolved, extra };
  if (answer.fault.kind !== 'not-taken' || Object.keys(extra).length === 0) return answer;
  // The server behind this name does not take its family's field: go without it.
  const plain = await client.ask({ ...question, extra: {} }, signal);
  return 'fault' in plain ? plain : { ...resolved, extra: {} };
}
