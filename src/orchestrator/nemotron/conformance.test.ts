// Client conformance: each row of the table of facts and of the errors of model endpoints, over real HTTP.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../test/nim/script.ts';
import { errorBody, profiles, type ErrorShape } from '../../../test/nim/profiles.ts';
import { aBriefInput, aFactShown } from './testing/incident.ts';
import { anAskedLeader, goodAnswer, lightning, superModel, testKey, type AskedLeader } from './testing/asked-leader.ts';

const never = new AbortController().signal;
const good: Behaviour = { kind: 'answers', content: goodAnswer };
const ultra = 'nvidia/nemotron-3-ultra-550b-a55b';
const llama = 'nvidia/llama-3.3-nemotron-super-49b-v1';
const nano = 'nvidia/nemotron-nano-9b-v2';
const nemotron4 = 'nvidia/nemotron-4-340b-instruct';

describe('client conformance', () => {
  let opened: AskedLeader[];
  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const one of opened) await one.close();
  });
  const a = async (...args: Parameters<typeof anAskedLeader>): Promise<AskedLeader> => {
    const made = await anAskedLeader(...args);
    opened.push(made);
    return made;
  };
  const asked = async (made: AskedLeader, ...script: readonly [Behaviour, ...Behaviour[]]) => {
    made.endpoint.play(...script);
    return await made.leader.lead(aBriefInput(), never);
  };

  describe('facts', () => {
    it('row "key": sends it as a bearer, and nothing else about who asks', async () => {
      const made = await a();
      expect(await asked(made, good)).toMatchObject({ kind: 'choice' });
      expect(made.endpoint.questions[0]?.headers).toContain('authorization');
      expect(made.endpoint.questions[0]?.headers.filter((name) => name.startsWith('x-'))).toEqual([]);
    });

    it('row "nemotron-4-340b-instruct": prompted JSON within 4,096 tokens as the server counts them, no field beyond the plain', async () => {
      const made = await a({ models: [{ id: nemotron4, maxModelLen: 4_096 }], profile: profiles['nemotron-4 NIM'] });
      made.endpoint.play(good);
      const evidence = Array.from({ length: 90 }, (_, at) => aFactShown(`E${at + 1}`, { sentence: 'x'.repeat(300) }));
      const answer = await made.leader.lead(aBriefInput({ evidence }), never);
      expect(answer).toMatchObject({ kind: 'choice', rung: 'prompted JSON' });
      expect(made.endpoint.questions[0]?.fields.toSorted()).toEqual([
        'max_tokens',
        'messages',
        'model',
        'stream',
        'temperature',
      ]);
      expect(made.endpoint.refusedFields).toEqual(['stream_options']);
    });

    it('row "hosted list": takes the best that answers a question of one token, whatever is listed', async () => {
      const models = [{ id: lightning }, { id: ultra, status: 503 }, { id: superModel, status: 404 }];
      const made = await a({ models });
      expect(await asked(made, good)).toMatchObject({ usage: { requestedModel: lightning } });
    });

    it('row "withdrawn": retires a model that answers 410 for the life of the process, and goes on with the next', async () => {
      const made = await a({ models: [{ id: superModel }, { id: lightning }], profile: profiles['nemotron-3 hosted'] });
      const answer = await asked(made, { kind: 'status', status: 410 }, good);
      expect(answer).toMatchObject({ kind: 'choice', usage: { servedModel: lightning } });
      expect(made.calls.slice(-2).map((one) => [one.requestedModel, one.result, one.reason])).toEqual([
        [superModel, 'unavailable', '410 from the endpoint; the model was withdrawn'],
        [lightning, 'answered', undefined],
      ]);
      made.clock.advance(25 * 3_600_000);
      await made.leader.lead(aBriefInput({ incident: 'inc-6' }), never);
      expect(made.endpoint.requests.filter((one) => one.endsWith(superModel))).toHaveLength(2);
    });

    it.each([
      ['Nemotron 3', superModel, 'chat_template_kwargs', /^You lead/],
      ['Llama-Nemotron', llama, null, /^detailed thinking off\n/],
      ['Nano v2', nano, null, /^\/no_think\n/],
      ['Nemotron 4', nemotron4, null, /^You lead/],
    ])('row "thinking": %s is switched in its own way alone', async (_family, model, field, system) => {
      const made = await a({ models: [{ id: model }] }, { model });
      await asked(made, good);
      const [question] = made.endpoint.questions;
      expect(question?.system).toMatch(system);
      expect(question?.fields.filter((name) => name === 'chat_template_kwargs')).toEqual(field === null ? [] : [field]);
    });

    it.each(['reasoning_content', 'reasoning', 'think'] as const)(
      'row "reasoning" in %s: is kept for the record, and not acted on',
      async (reasoning) => {
        const made = await a({ profile: { ...profiles['nano-v2 vLLM'], reasoning } });
        const answer = await asked(made, { ...good, reasoning: '{"picks":"delete everything"}' });
        expect(answer).toMatchObject({ kind: 'choice', choice: { picks: [{ candidate: 'M1' }] } });
        expect(made.calls.at(-1)).toHaveProperty(reasoning === 'think' ? 'answerDigest' : 'reasoningDigest');
        expect(JSON.stringify(made.spoken.at(-1))).toContain('delete everything');
      },
    );

    it.each(['reasoning_content', 'think'] as const)(
      'row "reasoning" in %s: an answer cut off in it is no answer',
      async (reasoning) => {
        const made = await a({ profile: { ...profiles['vLLM with response_format'], reasoning } });
        const content = reasoning === 'think' ? '<think>{"picks":[]}' : '';
        const answer = await asked(made, { kind: 'answers', content, reasoning: 'hm', finish: 'length' });
        expect(answer.kind === 'refused' ? answer.reason : '').toMatch(/cut off/);
        expect(made.leader.status().rung).toBe('JSON schema');
      },
    );

    it.each([
      ['nemotron-3 hosted', superModel, 'tool calls', []],
      ['vLLM with response_format', superModel, 'JSON schema', ['tool_choice']],
      ['nano-v2 vLLM', nano, 'guided JSON', ['tool_choice', 'response_format']],
      ['older vLLM', llama, 'guided JSON', ['tool_choice', 'response_format', 'structured_outputs']],
      [
        'llama-nemotron NIM',
        llama,
        'guided JSON',
        ['tool_choice', 'response_format', 'structured_outputs', 'guided_json'],
      ],
    ] as const)(
      'row "structured output": on %s, tries the forms in their order once and remembers what worked',
      async (profile, model, rung, refused) => {
        const made = await a({ models: [{ id: model }], profile: profiles[profile] }, { model });
        expect(await asked(made, good)).toMatchObject({ kind: 'choice', rung });
        expect(made.endpoint.refusedFields).toEqual(refused);
        await made.leader.lead(aBriefInput({ incident: 'inc-6' }), never);
        expect(made.endpoint.refusedFields).toHaveLength(refused.length);
        expect(made.rungChanges).toHaveLength(refused.length);
      },
    );

    it('row "structured output": looks at the answer whatever the server promised', async () => {
      const made = await a({ profile: profiles['nemotron-3 hosted'] });
      const answer = await asked(made, { kind: 'answers', content: '{"picks":[{"candidate":"M1"}]}' });
      expect(answer).toMatchObject({
        kind: 'refused',
        reason: 'the answer has another shape: a field is missing or not valid (at picks.0.cites)',
      });
    });

    it('row "self-hosted NIM": reads the size of the context, and says when the server is not ready', async () => {
      const ready = await a({ models: [{ id: 'nemotron-4-340b-instruct', maxModelLen: 4_096 }], health: 200 });
      expect(await ready.leader.probe(never)).toMatchObject({
        state: 'ok',
        detail: 'nemotron-4-340b-instruct, profile nemotron-4, 4096 tokens of context',
      });
      const loading = await a({ models: [{ id: superModel, status: 503 }], health: 503 });
      expect((await loading.leader.probe(never)).detail).toMatch(/is up but not ready; it may be loading the model$/);
    });
  });

  describe('errors', () => {
    const shapes: readonly ErrorShape[] = ['openai', 'problem', 'detail', 'titled'];
    const status = (code: number, words = 'as scripted', shape: ErrorShape = 'problem'): Behaviour => ({
      kind: 'status',
      status: code,
      body: JSON.stringify(errorBody(shape, code, words)),
    });

    it.each(shapes)('row "four body shapes": %s is read, and its words stay outside', async (shape) => {
      const made = await a();
      const answer = await asked(made, status(400, `ResourceExhausted, said ${testKey}`, shape), good);
      expect(answer).toMatchObject({ kind: 'choice' });
      expect(made.waits).toEqual([2_000]);
      expect(JSON.stringify([answer, made.calls])).not.toContain(testKey);
    });

    it.each(shapes)('row "inside a 200 stream": %s is no answer, and passes', async (shape) => {
      const made = await a();
      const error: Behaviour = { kind: 'error-in-stream', error: errorBody(shape, 503, 'ResourceExhausted') };
      expect(await asked(made, error, good)).toMatchObject({ kind: 'choice' });
      expect(made.endpoint.questions).toHaveLength(2);
    });

    it.each([
      ['401', status(401), /NEMOTRON_API_KEY is set but refused/, 1],
      ['403', status(403), /NEMOTRON_API_KEY is set but refused/, 1],
      ['402', status(402), /NEMOTRON_API_KEY has no credits left/, 1],
      ['404 of the only model', status(404), /serves no Nemotron model|this key may not call/, 1],
      ['400 without a name', status(400), /400 from the endpoint; it does not take the request/, 2],
      ['422 without a name', status(422), /422 from the endpoint; it does not take the request/, 2],
      ['500', status(500), /500 from the endpoint; it fails/, 2],
      ['503', status(503), /503 from the endpoint; it fails/, 2],
      ['an empty stream', { kind: 'empty-stream' }, /the stream of the answer was empty or broke off/, 2],
      ['a stream that breaks off', { kind: 'short-stream' }, /the stream of the answer was empty or broke off/, 2],
    ] as const)(
      'row "%s": ends the question with its reason, after so many tries',
      async (_row, behaviour, reason, times) => {
        const made = await a();
        const answer = await asked(made, behaviour);
        expect(answer).toMatchObject({ kind: 'refused', rung: 'none' });
        expect(answer.kind === 'refused' ? answer.reason : '').toMatch(reason);
        expect(made.endpoint.questions).toHaveLength(times);
      },
    );

    it('row "404": goes on with the next of the list', async () => {
      const made = await a({ models: [{ id: superModel }, { id: lightning }] });
      expect(await asked(made, status(404), good)).toMatchObject({ usage: { requestedModel: lightning } });
    });

    it.each(['chat_template_kwargs', 'stream_options'])(
      'row "400/422": goes without %s once the server names it, and never sends it again',
      async (field) => {
        const made = await a();
        expect(await asked(made, status(400, `unknown field ${field}`), good)).toMatchObject({ kind: 'choice' });
        await made.leader.lead(aBriefInput({ incident: 'inc-6' }), never);
        expect(made.endpoint.questions.map((one) => one.fields.includes(field))).toEqual([true, false, false]);
      },
    );

    it('row "400/422": sends a field again that was left out in vain', async () => {
      const made = await a();
      await asked(made, status(422), status(422), good);
      await made.leader.lead(aBriefInput({ incident: 'inc-6' }), never);
      expect(made.endpoint.questions.map((one) => one.fields.includes('stream_options'))).toEqual([true, false, true]);
    });

    it('row "context": a request that is longer than the window, as the server counts, is made shorter once', async () => {
      const small = { ...profiles['nemotron-4 NIM'], bytesPerToken: 1.4 };
      const made = await a({ models: [{ id: nemotron4 }], profile: small });
      made.endpoint.play(good);
      const evidence = Array.from({ length: 90 }, (_, at) => aFactShown(`E${at + 1}`, { sentence: 'x'.repeat(300) }));
      const answer = await made.leader.lead(aBriefInput({ evidence }), never);
      expect(made.calls.map((one) => one.reason)).toContain(
        "400 from the endpoint; it does not take the request; it is longer than the model's context",
      );
      expect(answer).toMatchObject({ kind: 'choice' });
    });

    it('row "429": waits as long as it is told, then asks less often', async () => {
      const made = await a();
      const throttled: Behaviour = { kind: 'status', status: 429, headers: { 'retry-after': '7' } };
      expect(await asked(made, throttled, good)).toMatchObject({ kind: 'choice' });
      expect(made.waits).toEqual([7_000]);
      expect(made.leader.status().requestsPerMinute).toBe(15);
    });

    it('row "429": keeps under the rate of its own accord', async () => {
      const made = await a({}, { requestsPerMinute: 8 });
      await asked(made, good);
      expect(made.waits).toEqual([]);
      await made.leader.lead(aBriefInput({ incident: 'inc-6' }), never);
      expect(made.waits).toEqual([60_000]);
    });

    it('row "202": looks for the queued answer by its id until it is there', async () => {
      const made = await a();
      expect(await asked(made, { kind: 'queued', looks: 2, next: good })).toMatchObject({ kind: 'choice' });
      expect(made.endpoint.requests.filter((one) => one.startsWith('GET /v1/status/'))).toHaveLength(3);
      expect(made.waits).toEqual([1_000, 1_000, 1_000]);
    });

    it('row "first byte": takes an answer that begins late', async () => {
      const made = await a();
      let begin = (): void => undefined;
      const until = new Promise<void>((resolve) => (begin = resolve));
      made.endpoint.play({ kind: 'slow', until, next: good });
      const answer = made.leader.lead(aBriefInput(), never);
      await made.endpoint.asked(1);
      made.clock.advance(9_999);
      begin();
      expect(await answer).toMatchObject({ kind: 'choice' });
    });

    it('row "usage": guesses what the server does not count, and says that it did', async () => {
      const made = await a();
      await asked(made, { ...good, bytesPerToken: null });
      expect(made.calls.at(-1)).toMatchObject({
        tokensEstimated: true,
        completionTokens: Math.ceil(goodAnswer.length / 4),
      });
    });
  });
});
