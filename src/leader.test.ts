import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEndpoint, type Endpoint } from '../test/nim/endpoint.ts';
import { steppedClock } from './clock.ts';
import { readConfig, type Config } from './config/config.ts';
import { chooseLeader } from './leader.ts';
import { aBriefInput } from './orchestrator/nemotron/testing/incident.ts';
import { playbook } from './orchestrator/playbook/playbook.ts';
import { createMemoryJournal } from './store/memory-journal.ts';

const key = 'nvapi-0123456789-never-to-be-seen';
const model = 'nvidia/nemotron-3-super-120b-a12b';
const never = new AbortController().signal;
const parts = () => ({ wall: steppedClock(0), journal: createMemoryJournal(steppedClock(0)), fault: () => undefined });
const configOf = (env: Readonly<Record<string, string>>): Config =>
  readConfig({ flags: {}, env, folder: import.meta.dirname });

it('lets the playbook lead where there is no key, and says how a model would', async () => {
  const leader = await chooseLeader(configOf({}), parts(), never);
  expect(leader.reasoner).toBe(playbook);
  expect(leader.said).toBe('playbook (no NEMOTRON_API_KEY; set one to let a model lead)');
  await expect(leader.close()).resolves.toBeUndefined();
});

describe('with a key', () => {
  let endpoint: Endpoint;
  beforeEach(async () => {
    endpoint = await startEndpoint({ models: [{ id: model }], key });
  });
  afterEach(async () => {
    await endpoint.close();
  });

  const choose = async (env: Readonly<Record<string, string>>) => {
    const config = { ...configOf(env), nemotronBaseUrl: endpoint.baseUrl };
    const leader = await chooseLeader(config, parts(), never);
    await leader.close();
    return leader;
  };

  it('lets the model lead that the endpoint serves, and names it', async () => {
    const leader = await choose({ NEMOTRON_API_KEY: key });
    expect(leader.reasoner).not.toBe(playbook);
    expect(leader.reasoner.name).toBe(model);
    expect(leader.said).toBe(`${model}, profile nemotron-3, 8192 tokens of context`);
  });

  it('names the pinned model, not another of the list', async () => {
    const pinned = 'nvidia/nemotron-of-our-own';
    const leader = await choose({ NEMOTRON_API_KEY: key, NEMOTRON_MODEL: pinned });
    expect(leader.said).toContain(pinned);
    expect(leader.said).toMatch(/^playbook \(model refused: /);
  });

  it.each(['NEMOTRON_API_KEY', 'NVIDIA_API_KEY'])(
    'says that the key of %s is refused, without the key, and that the playbook leads',
    async (name) => {
      const leader = await choose({ [name]: 'nvapi-another-key' });
      expect(leader.said).toContain('playbook (model refused: 401');
      expect(leader.said).toContain(`${name} is set but refused`);
      expect(leader.said).not.toContain('nvapi');
    },
  );

  it('starts all the same when nobody listens there', async () => {
    await endpoint.close();
    const leader = await choose({ NEMOTRON_API_KEY: key });
    expect(leader.said).toMatch(/^playbook \(model unreachable: .*ECONNREFUSED/);
  });

  it('keeps each call in the journal, what was said beside it', async () => {
    endpoint.play({ kind: 'answers', content: '{"order":[],"picks":[]}' });
    const { journal, ...others } = parts();
    const config = { ...configOf({ NEMOTRON_API_KEY: key }), nemotronBaseUrl: endpoint.baseUrl };
    const leader = await chooseLeader(config, { ...others, journal }, never);
    await leader.reasoner.lead(aBriefInput(), never);
    await leader.close();
    const bodies = (await journal.read(0, 100)).map((one) => one.body);
    const last = bodies.findLast((one) => one.kind === 'leader.called');
    expect(last).toMatchObject({ incident: 'inc-5', requestedModel: model, rung: 'prompted JSON', result: 'answered' });
    expect(await journal.payload(last?.answerDigest ?? '')).toEqual({ content: '{"order":[],"picks":[]}' });
    expect(bodies.filter((one) => one.kind === 'rung.changed')).toHaveLength(5);
    expect(JSON.stringify(bodies)).not.toContain(key);
  });
});
