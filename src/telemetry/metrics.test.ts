import { expect, it } from 'vitest';
import type { EventBody } from '../model/event.ts';
import { createTelemetry } from './metrics.ts';

const called: EventBody = {
  kind: 'leader.called',
  purpose: 'plan',
  requestedModel: 'nvidia/nemotron-3-super-120b-a12b',
  profile: 'nemotron-3',
  rung: 'tool calls',
  briefDigest: 'b',
  promptDigest: 'p',
  promptTokens: 900,
  completionTokens: 60,
  tokensEstimated: false,
  latencyMs: 1_500,
  result: 'answered',
};

async function textOf(...bodies: readonly EventBody[]): Promise<string> {
  const telemetry = createTelemetry();
  for (const [at, body] of bodies.entries())
    telemetry.countEvent({ seq: at + 1, v: 1, atMs: 0, actor: 'orchestrator', body, prevHash: '', hash: '' });
  return await telemetry.registry.metrics();
}

it('counts tokens and time of a call to a model under the names of OpenTelemetry', async () => {
  const text = await textOf(called);
  const of = 'gen_ai_operation_name="chat",gen_ai_request_model="nvidia/nemotron-3-super-120b-a12b"';
  expect(text).toContain(`gen_ai_client_token_usage_sum{${of},gen_ai_token_type="input"} 900`);
  expect(text).toContain(`gen_ai_client_token_usage_sum{${of},gen_ai_token_type="output"} 60`);
  expect(text).toContain(`gen_ai_client_operation_duration_seconds_sum{${of},error_type=""} 1.5`);
  expect(text).toContain('advisor_model_requests_total{purpose="plan",rung="tool calls",result="answered"} 1');
});

it('counts no tokens for a call that brought no answer', async () => {
  const text = await textOf({ ...called, result: 'unavailable', promptTokens: 0, completionTokens: 0 });
  expect(text).not.toContain('gen_ai_client_token_usage_sum{');
  expect(text).toContain('error_type="unavailable"} 1.5');
});

it('counts changes of rung, and shows a model that is away', async () => {
  const text = await textOf(
    { kind: 'rung.changed', model: 'm', from: 'tool calls', to: 'JSON schema', reason: 'r' },
    { kind: 'source.lost', source: 'model', reason: 'r', cost: 'c' },
  );
  expect(text).toContain('advisor_rung_changes_total{from="tool calls",to="JSON schema"} 1');
  expect(text).toContain('advisor_source_up{source="model"} 0');
});

it('shows how many objectives are counted, and how many are not', async () => {
  const telemetry = createTelemetry();
  telemetry.setObjectives({ counted: 3, unwatched: ['availability of shop/cart'] });
  const text = await telemetry.registry.metrics();
  expect(text).toContain('advisor_objectives{state="counted"} 3');
  expect(text).toContain('advisor_objectives{state="not counted"} 1');
});
