import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint, type Endpoint } from '../../test/nim/endpoint.ts';
import { competent } from '../../test/nim/leads.ts';
import { aFact } from '../diagnosis/testing/signs.ts';
import { aPod, aTemplate, aView, aWorkload, deployment } from '../diagnosis/testing/view.ts';
import { actionsByName } from '../actions/actions.ts';
import { createNemotronLeader, type NemotronLeader } from './nemotron/leader.ts';
import { aRig } from './testing/rig.ts';

const key = 'nvapi-of-the-test';
const many = 100;
const refs = Array.from({ length: many }, (_, at) => deployment(`web-${String(at).padStart(3, '0')}`));
const template = aTemplate({
  containers: [
    { name: 'app', image: 'app:1', resources: { limits: { memory: '256Mi' }, requests: { memory: '128Mi' } } },
  ],
});

/** A hundred workloads whose containers are killed for memory at the same time. */
const world = () => ({
  view: aView({
    workloads: refs.map((ref) => aWorkload(ref, template)),
    pods: refs.map((ref) =>
      aPod(ref, `${ref.name}-1`, {
        statuses: [
          {
            name: 'app',
            restartCount: 6,
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-01-05T13:59:00Z' } },
          },
        ],
      }),
    ),
  }),
  findings: refs.map((ref) => aFact('oom-killed', ref, { container: 'app', count: 6 })),
});

describe('a hundred incidents at once', () => {
  let endpoint: Endpoint;
  let leader: NemotronLeader;
  beforeAll(async () => {
    endpoint = await startEndpoint({ models: [{ id: 'nvidia/nemotron-3-super-120b-a12b' }], key });
    endpoint.play(competent);
  });
  afterAll(async () => {
    await leader.close();
    await endpoint.close();
  });

  it('have a plan within two minutes, and cost no more than thirty requests', async () => {
    const rig = aRig(world());
    leader = createNemotronLeader({
      apiKey: key,
      baseUrl: endpoint.baseUrl,
      clock: rig.wall,
      actions: actionsByName,
      model: 'nvidia/nemotron-3-super-120b-a12b',
      wait: () => Promise.resolve(),
    });
    rig.outside.reasoner = leader;
    rig.outside.mode = 'approve';
    rig.outside.verdict = { word: 'needs approval', need: 1 };
    await rig.run(2);
    // The cycle never waits: the model's answers arrive between cycles.
    await endpoint.asked(1);
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (let tries = 0; tries < 200 && rig.outside.wakes < 12; tries += 1)
      await new Promise<void>((resolve) => setImmediate(resolve));
    await rig.run(1);
    const incidents = [...rig.state().incidents.values()];
    expect(incidents).toHaveLength(many);
    expect(incidents.filter((one) => one.plans.length === 0).map((one) => one.id)).toEqual([]);
    const asked = endpoint.requests.filter((one) => one.startsWith('POST')).length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(30);
    expect(incidents.filter((one) => one.plans[0]?.plan.leader === 'playbook').length).toBeGreaterThanOrEqual(
      many - 12,
    );
  }, 60_000);
});
