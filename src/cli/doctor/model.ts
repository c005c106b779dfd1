// Asks the model endpoint whether a model could lead now; without a key the playbook leads, by choice.
import type { Clock } from '../../clock.ts';
import { modelEndpointOf } from '../../model-endpoint.ts';
import type { ModelState } from '../../orchestrator/nemotron/model-state.ts';
import type { DoctorItem } from './item.ts';

const costs = 'the playbook leads; known causes only, no ranking of unusual ones';

export async function modelItem(
  config: Parameters<typeof modelEndpointOf>[0],
  clock: Clock,
  signal: AbortSignal,
): Promise<DoctorItem> {
  const item = { id: 'model', capability: 'model', required: false, costs: null, fix: null };
  const endpoint = modelEndpointOf(config);
  if (endpoint === null) return { ...item, state: 'off', found: 'no NEMOTRON_API_KEY: the playbook leads' };
  // Loaded here because the client of the endpoint is heavy and most machines have no key.
  const { probeModel } = await import('../../orchestrator/nemotron/probe.ts');
  const answer = await probeModel({ ...endpoint, clock }, signal);
  return modelItemOf(answer);
}

export function modelItemOf(answer: ModelState): DoctorItem {
  const item = { id: 'model', capability: 'model', required: false };
  switch (answer.state) {
    case 'ok':
      return { ...item, state: 'ok', found: answer.detail, costs: null, fix: null };
    case 'refused':
      return {
        ...item,
        state: 'failed',
        found: answer.detail,
        costs,
        fix: 'check NEMOTRON_API_KEY and NEMOTRON_MODEL',
      };
    case 'unreachable':
      return { ...item, state: 'failed', found: answer.detail, costs, fix: 'check NEMOTRON_BASE_URL and the network' };
    default:
      return answer satisfies never;
  }
}
