import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { startEndpoint, type Endpoint, type EndpointOptions } from '../../../test/nim/endpoint.ts';
import { profiles } from '../../../test/nim/profiles.ts';
import type { ModelState } from './model-state.ts';
import { probeModel } from './probe.ts';
import { candidatesOf } from './resolve.ts';

const key = 'nvapi-0123456789-never-to-be-seen';
const superModel = 'nvidia/nemotron-3-super-120b-a12b';

describe('a probe of the model', () => {
  let opened: Endpoint[];
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
  });

  const probe = async (options: Partial<EndpointOptions>, model?: string): Promise<ModelState> => {
    const endpoint = await startEndpoint({ models: [{ id: superModel }], key, ...options });
    opened.push(endpoint);
    endpoint.play({ kind: 'answers', content: '{"ok":true}' });
    return await probeModel(
      {
        apiKey: key,
        baseUrl: endpoint.baseUrl,
        clock: steppedClock(0),
        ...(model === undefined ? {} : { model }),
      },
      new AbortController().signal,
    );
  };

  it('names the model that would lead', async () => {
    expect(await probe({})).toEqual({
      state: 'ok',
      model: superModel,
      detail: `${superModel}, profile nemotron-3, 8192 tokens of context, answers by prompted JSON, breaker closed, at most 30 requests a minute, 30000 tokens an incident, 300000 an hour, 2000000 a day`,
    });
  });

  it('names the rung by which the model answered', async () => {
    const state = await probe({ profile: profiles['nemotron-3 hosted'] });
    expect(state.detail).toContain('answers by tool calls');
  });

  it('does not hold a model for one that leads which answers no question', async () => {
    const endpoint = await startEndpoint({ models: [{ id: superModel }], key });
    opened.push(endpoint);
    endpoint.play({ kind: 'answers', content: 'Certainly!' });
    const state = await probeModel(
      { apiKey: key, baseUrl: endpoint.baseUrl, clock: steppedClock(0) },
      new AbortController().signal,
    );
    expect(state).toMatchObject({ state: 'refused' });
    expect(state.detail).toContain('it gave no answer of use: the answer is not one JSON object alone');
  });

  it('reads the context of a self-hosted model', async () => {
    const models = [{ id: 'meta/llama-3.3-70b-instruct' }, { id: 'nemotron-4-340b-instruct', maxModelLen: 4_096 }];
    expect(await probe({ models })).toMatchObject({ state: 'ok', model: 'nemotron-4-340b-instruct' });
  });

  it.each([
    [
      { key: 'another' },
      undefined,
      'refused',
      `401 from the endpoint; NEMOTRON_API_KEY is set but refused (${superModel})`,
    ],
    [
      { listing: { kind: 'status', status: 401 } },
      undefined,
      'refused',
      '401 from the endpoint; NEMOTRON_API_KEY is set but refused',
    ],
    [
      { models: [{ id: superModel, status: 402 }] },
      undefined,
      'refused',
      `402 from the endpoint; the account of NEMOTRON_API_KEY has no credits left (${superModel})`,
    ],
    [
      { models: [{ id: superModel, maxModelLen: 2_048 }] },
      undefined,
      'refused',
      `a context of 2048 tokens is too small, 4096 are needed (${superModel})`,
    ],
    [
      { models: [{ id: superModel, status: 503 }] },
      undefined,
      'unreachable',
      `503 from the endpoint; it fails (${superModel})`,
    ],
    [
      { models: [{ id: superModel }, { id: 'pinned', status: 410 }] },
      'pinned',
      'refused',
      '410 from the endpoint; the model was withdrawn (pinned)',
    ],
    [
      { listing: { kind: 'html' } },
      undefined,
      'unreachable',
      'HTML instead of JSON; a proxy or sign-in page stands in between',
    ],
  ] as const)('says why nobody would lead: %j, pinned %s', async (options, model, state, detail) => {
    expect(await probe(options, model)).toEqual({ state, detail });
  });

  it('tries no other model with a key that is refused', async () => {
    await probe({ key: 'another', models: [{ id: superModel }, { id: 'nvidia/nemotron-3.5-lightning-30b-a3b' }] });
    expect(opened[0]?.requests).toEqual(['GET /v1/models', `POST /v1/chat/completions ${superModel}`]);
  });

  it('never takes a model of another family', async () => {
    const state = await probe({ models: [{ id: 'meta/llama-3.3-70b-instruct' }] });
    expect(state.state).toBe('refused');
    expect(state.detail).toMatch(/^127\.0\.0\.1:\d+ serves no Nemotron model that may lead; NEMOTRON_MODEL pins one$/);
  });

  it.each([
    ['404', { kind: 'status', status: 404 }],
    ['garbage', { kind: 'garbage', bytes: 2_000 }],
    ['a list of something else', { kind: 'status', status: 200, body: '{"data":"none"}' }],
  ] as const)('tries the hosted list where the listing answers %s', async (_what, listing) => {
    expect(await probe({ listing })).toMatchObject({ state: 'ok', model: superModel });
    expect(opened[0]?.requests.slice(0, 3)).toEqual([
      'GET /v1/models',
      'POST /v1/chat/completions nvidia/nemotron-3-ultra-550b-a55b',
      `POST /v1/chat/completions ${superModel}`,
    ]);
  });

  it('takes hosted models in the order of the list, whatever the order of the listing', () => {
    const listed = ['nvidia/nemotron-3.5-lightning-30b-a3b', 'nvidia/nemotron-4-340b-instruct', superModel];
    expect(candidatesOf(listed.map((id) => ({ id })))).toEqual([superModel, 'nvidia/nemotron-3.5-lightning-30b-a3b']);
  });
});
