import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { modelItem, modelItemOf } from './model.ts';

describe('the model as the doctor sees it', () => {
  it('is off by choice without a key, and asks nobody', async () => {
    const item = await modelItem(
      { nemotronBaseUrl: 'http://127.0.0.1:1', sources: {} },
      steppedClock(0),
      AbortSignal.abort(),
    );
    expect(item).toMatchObject({ state: 'off', required: false, costs: null });
  });

  it('is ok with the name of the model that would lead', () => {
    expect(modelItemOf({ state: 'ok', model: 'nano', detail: 'nano, prompted JSON' })).toMatchObject({
      state: 'ok',
      found: 'nano, prompted JSON',
      costs: null,
      fix: null,
    });
  });

  it('tells a refusal from silence by what is to be checked, and is required in neither', () => {
    const refused = modelItemOf({ state: 'refused', detail: '401 from the endpoint' });
    const silent = modelItemOf({ state: 'unreachable', detail: 'no answer within 10 s' });
    expect([refused.state, silent.state]).toEqual(['failed', 'failed']);
    expect([refused.required, silent.required]).toEqual([false, false]);
    expect(refused.fix).toContain('NEMOTRON_API_KEY');
    expect(silent.fix).toContain('NEMOTRON_BASE_URL');
    expect(refused.costs).toContain('the playbook leads');
  });
});
