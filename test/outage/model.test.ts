// The model's endpoint refuses the key: the playbook leads, the reason is said once, and the key is said nowhere.
import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { startEndpoint } from '../nim/endpoint.ts';
import { outageStage } from './outage-stage.ts';

const refused = 'nvapi-refused-key-0123456789';

it('refuses the key: the playbook repairs, the refusal is recorded once, and the key is written nowhere', async () => {
  const endpoint = await startEndpoint({ models: [{ id: 'nvidia/nemotron-3-super-120b-a12b' }], key: 'another' });
  const stage = await outageStage({ nemotron: { apiKey: refused, baseUrl: endpoint.baseUrl } });
  try {
    expect(stage.advisor.about.leader).toMatch(/^playbook \(model .*NEMOTRON_API_KEY/);
    await stage.quiet();
    await stage.sandbox.inject('incorrect-image');
    await stage.until(() => stage.of('incident.resolved').length > 0);
    expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
    expect(stage.of('plan.proposed').map((one) => one.plan.leader)).toEqual(['playbook']);
    const refusals = stage.of('leader.consulted').filter((one) => !one.accepted);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]?.refused).toContain('NEMOTRON_API_KEY is set but refused');
    expect(endpoint.questions).toEqual([]);
    const folder = stage.advisor.about.folder;
    const holders = readdirSync(folder).filter((name) => readFileSync(`${folder}/${name}`).includes(refused));
    expect(holders).toEqual([]);
  } finally {
    await stage.close();
    await endpoint.close();
  }
});
