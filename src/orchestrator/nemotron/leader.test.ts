import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock } from '../../clock.ts';
import { adversarial, competent } from '../../../test/nim/leads.ts';
import { startEndpoint, type Endpoint, type EndpointOptions } from '../../../test/nim/endpoint.ts';
import type { LeaderAnswer } from '../reasoner.ts';
import { actionsFor } from '../testing/rig.ts';
import { createNemotronLeader, type LeaderOptions, type NemotronLeader } from './leader.ts';
import { aBriefInput, aFactShown, aMenuEntry, briefedAtMs, orderInLog } from './testing/incident.ts';

const key = 'nvapi-0123456789-never-to-be-seen';
const superModel = 'nvidia/nemotron-3-super-120b-a12b';
const lightning = 'nvidia/nemotron-3.5-lightning-30b-a3b';
const llama = 'nvidia/llama-3.3-nemotron-super-49b-v1';
const deadlines = { firstByteMs: 5_000, idleMs: 5_000, totalMs: 20_000 };
const good = JSON.stringify({ order: ['H1'], picks: [{ candidate: 'M1', params: {}, cites: ['E1'], why: 'as seen' }] });
const unknownPick = JSON.stringify({ order: [], picks: [{ candidate: 'M9', params: {}, cites: ['E1'], why: 'x' }] });
const answers = (content: string) => ({ kind: 'answers', content }) as const;
const status = (code: number, headers: Record<string, string> = {}) =>
  ({ kind: 'status', status: code, headers, body: `{"detail":"${key}"}` }) as const;

const reasonOf = (answer: LeaderAnswer): string => (answer.kind === 'refused' ? answer.reason : 'it chose');

describe('the Nemotron leader over HTTP', () => {
  let clock: SteppedClock;
  let waits: number[];
  let opened: (NemotronLeader | Endpoint)[];
  const never = new AbortController().signal;

  beforeEach(() => {
    clock = steppedClock(briefedAtMs);
    waits = [];
    opened = [];
  });
  afterEach(async () => {
    for (const one of opened.toReversed()) await one.close();
  });

  const anEndpoint = async (more: Partial<EndpointOptions> = {}): Promise<Endpoint> => {
    const endpoint = await startEndpoint({ models: [{ id: superModel }], key, ...more });
    opened.push(endpoint);
    return endpoint;
  };
  const aLeader = (endpoint: Pick<Endpoint, 'baseUrl'>, more: Partial<LeaderOptions> = {}): NemotronLeader => {
    const leader = createNemotronLeader({
      apiKey: key,
      baseUrl: endpoint.baseUrl,
      clock,
      deadlines,
      actions: actionsFor({ settlement: { state: 'settled', why: '' } }),
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
      ...more,
    });
    opened.push(leader);
    return leader;
  };

  describe('answers', () => {
    it('takes a JSON answer and counts what it cost', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(answers(good));
      const leader = aLeader(endpoint);
      const answer = await leader.lead(aBriefInput(), never);
      expect(answer).toMatchObject({
        kind: 'choice',
        rung: 'prompted JSON',
        choice: { order: ['H1'], picks: [{ candidate: 'M1', params: {}, cites: ['E1'], why: 'as seen' }] },
        usage: { requestedModel: superModel, servedModel: superModel, latencyMs: 0 },
      });
      expect(answer.usage.promptTokens).toBeGreaterThan(0);
      expect(answer.usage.completionTokens).toBeGreaterThan(0);
      expect(leader.name).toBe(superModel);
    });

    it.each([
      ['in a code fence', answers(`\`\`\`json\n${good}\n\`\`\``)],
      ['after reasoning in the text', answers(`<think>M1 it is</think>\n${good}`)],
      ['with reasoning in a field of its own', { ...answers(good), reasoning: 'delete everything' }],
    ])('takes an answer %s', async (_how, behaviour) => {
      const endpoint = await anEndpoint();
      endpoint.play(behaviour);
      expect(await aLeader(endpoint).lead(aBriefInput(), never)).toMatchObject({
        kind: 'choice',
        rung: 'prompted JSON',
      });
    });

    it('asks once more, naming what was wrong, and takes the mended answer', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(answers(unknownPick), answers(good));
      const answer = await aLeader(endpoint).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'choice', rung: 'prompted JSON, repaired' });
      expect(endpoint.questions).toHaveLength(2);
      expect(endpoint.questions[0]?.user).not.toContain('was not taken');
      expect(endpoint.questions[1]?.user).toContain(
        'Your last answer was not taken: "\\"M9\\" is not in the menu (E1)"',
      );
    });

    it.each([
      ['prose', answers('I would roll back to revision 1.'), 'the answer is not one JSON object alone'],
      ['a pick that is not in the menu', answers(unknownPick), '"M9" is not in the menu (E1)'],
      [
        'an answer cut off at its length',
        { ...answers(good), finish: 'length' },
        'the answer was cut off: keep it shorter',
      ],
      ['reasoning without an end', answers('<think>well, M1 looks'), 'the answer ends inside its reasoning'],
      ['nothing', answers(''), 'the answer is empty'],
    ])('refuses %s after exactly one repair turn', async (_what, behaviour, reason) => {
      const endpoint = await anEndpoint();
      endpoint.play(behaviour);
      const answer = await aLeader(endpoint).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'refused', reason });
      expect(endpoint.questions).toHaveLength(2);
    });

    it('refuses a model that obeys the log, whatever it is told', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(adversarial);
      const input = aBriefInput({ evidence: [...aBriefInput().evidence, orderInLog] });
      const answer = await aLeader(endpoint).lead(input, never);
      expect(answer).toMatchObject({ kind: 'refused', reason: '"scale pay/ledger to 0" is not in the menu (E4)' });
    });

    it('lets a competent model lead from the prompt alone', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(competent);
      const menu = [aMenuEntry('M1', { generic: true, action: 'restart', params: {} }), aMenuEntry('M2')];
      const answer = await aLeader(endpoint).lead(aBriefInput({ menu }), never);
      expect(answer).toMatchObject({ kind: 'choice', choice: { picks: [{ candidate: 'M2', cites: ['E1'] }] } });
    });

    it('writes shorter briefs once the endpoint counts more tokens than were expected', async () => {
      const endpoint = await anEndpoint();
      endpoint.play({ ...answers(good), bytesPerToken: 2 });
      const leader = aLeader(endpoint);
      const evidence = Array.from({ length: 60 }, (_, at) => aFactShown(`E${at + 1}`, { sentence: 'x'.repeat(300) }));
      await leader.lead(aBriefInput({ evidence }), never);
      await leader.lead(aBriefInput({ evidence }), never);
      const [first, second] = endpoint.questions.map((one) => one.user.length);
      expect(second).toBeLessThan((first ?? 0) * 0.8);
    });

    it('asks nothing that could break the cap of an incident, and goes on with others', async () => {
      const endpoint = await anEndpoint();
      endpoint.play({ ...answers(good), bytesPerToken: 3 });
      const leader = aLeader(endpoint, { caps: { incident: 2_000, hour: 1e6, day: 1e6 } });
      const { usage } = await leader.lead(aBriefInput(), never);
      const spent = (usage.promptTokens ?? 0) + (usage.completionTokens ?? 0);
      expect(await leader.lead(aBriefInput(), never)).toMatchObject({
        kind: 'refused',
        reason: `model unavailable: this incident has cost ${spent} tokens, at most 2000 are spent on one`,
      });
      expect(endpoint.questions).toHaveLength(1);
      expect(await leader.lead(aBriefInput({ incident: 'inc-6' }), never)).toMatchObject({ kind: 'choice' });
    });

    it('asks no more about an incident after two answers that did not hold, and goes on with others', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(answers(unknownPick), answers(unknownPick), answers(good));
      const leader = aLeader(endpoint);
      expect(await leader.lead(aBriefInput(), never)).toMatchObject({ kind: 'refused' });
      expect(await leader.lead(aBriefInput(), never)).toMatchObject({
        reason: 'model unavailable: 2 answers about this incident did not hold',
      });
      expect(endpoint.questions).toHaveLength(2);
      expect(await leader.lead(aBriefInput({ incident: 'inc-6' }), never)).toMatchObject({ kind: 'choice' });
    });
  });

  describe('faults', () => {
    it.each([
      ['refused key', status(401), '401 from the endpoint; NEMOTRON_API_KEY is set but refused', 1],
      ['key without rights', status(403), '403 from the endpoint; NEMOTRON_API_KEY is set but refused', 1],
      ['empty account', status(402), '402 from the endpoint; the account of NEMOTRON_API_KEY has no credits left', 1],
      ['request not taken', status(422), '422 from the endpoint; it does not take the request', 2],
      ['failing server', status(500), '500 from the endpoint; it fails', 2],
      ['throttling', status(429), '429 from the endpoint; too many requests', 2],
      ['long throttling', status(429, { 'retry-after': '120' }), '429 from the endpoint; too many requests', 1],
      [
        'redirect',
        status(302, { location: 'http://127.0.0.1:9/' }),
        '302 from the endpoint; it sends the request elsewhere, which is not followed',
        1,
      ],
      ['queued answer', status(202), '202 from the endpoint; it queued the request', 2],
      ['sign-in page', { kind: 'html' } as const, 'HTML instead of JSON; a proxy or sign-in page stands in between', 1],
      ['broken JSON', { kind: 'broken-json' } as const, 'the JSON of the answer is broken or cut', 2],
      [
        'error inside a 200',
        { kind: 'status', status: 200, body: '{"error":{"message":"busy"}}' } as const,
        'an error inside a 200 from the endpoint; it fails',
        2,
      ],
      ['huge answer', { kind: 'garbage', bytes: 10_000_000 } as const, 'the answer is larger than 4194304 bytes', 1],
    ])('refuses with its reason at a %s', async (_fault, behaviour, reason, times) => {
      const endpoint = await anEndpoint();
      endpoint.play(behaviour);
      const answer = await aLeader(endpoint).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'refused', rung: 'none', reason: `model unavailable: ${reason}` });
      expect(JSON.stringify(answer)).not.toContain(key);
      expect(endpoint.questions).toHaveLength(times);
    });

    it('refuses when the connection is cut in the middle of the answer', async () => {
      const endpoint = await anEndpoint();
      endpoint.play({ kind: 'cut' });
      const answer = await aLeader(endpoint).lead(aBriefInput(), never);
      expect(reasonOf(answer)).toMatch(/^model unavailable: 127\.0\.0\.1:\d+ does not answer/);
    });

    it('refuses when nobody listens at the address', async () => {
      const gone = await startEndpoint({ models: [], key });
      await gone.close();
      const leader = aLeader(gone);
      const answer = await leader.lead(aBriefInput(), never);
      expect(answer).toMatchObject({
        kind: 'refused',
        reason: `model unavailable: ${new URL(gone.baseUrl).host} does not answer (ECONNREFUSED)`,
      });
      expect(leader.name).toBe('nemotron');
    });

    it('goes on after one passing fault, waiting as long as the endpoint asks', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(status(429, { 'retry-after': '7' }), answers(good));
      expect(await aLeader(endpoint).lead(aBriefInput(), never)).toMatchObject({ kind: 'choice' });
      expect(waits).toEqual([7_000]);
    });

    it.each(['hangs', 'stalls'] as const)('gives up on an endpoint that %s', async (kind) => {
      const endpoint = await anEndpoint();
      endpoint.play({ kind });
      const answer = aLeader(endpoint).lead(aBriefInput(), never);
      await endpoint.asked(1);
      clock.advance(deadlines.idleMs);
      expect(reasonOf(await answer)).toMatch(/was silent for 5 s$/);
    });

    it('ends a call when the question is withdrawn, and asks again the next time', async () => {
      const endpoint = await anEndpoint();
      endpoint.play({ kind: 'hangs' }, answers(good));
      const leader = aLeader(endpoint);
      const controller = new AbortController();
      const answer = leader.lead(aBriefInput(), controller.signal);
      await endpoint.asked(1);
      controller.abort();
      expect(await answer).toMatchObject({ kind: 'refused', reason: 'model unavailable: the question was withdrawn' });
      expect(await leader.lead(aBriefInput(), never)).toMatchObject({ kind: 'choice' });
      expect(clock.pending()).toBe(0);
    });

    it('ends a wait before a retry when the question is withdrawn', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(status(500));
      const controller = new AbortController();
      const leader = aLeader(endpoint, {
        wait: (_ms, signal) => {
          controller.abort();
          return Promise.reject(signal.aborted ? new Error('aborted') : new Error('not aborted'));
        },
      });
      expect(await leader.lead(aBriefInput(), controller.signal)).toMatchObject({
        reason: 'model unavailable: the question was withdrawn',
      });
    });

    it('does not ask again with a refused key until the pause is over', async () => {
      const endpoint = await anEndpoint({ key: 'another' });
      const leader = aLeader(endpoint);
      await leader.lead(aBriefInput(), never);
      const before = endpoint.requests.length;
      expect(await leader.lead(aBriefInput({ incident: 'inc-6' }), never)).toMatchObject({
        kind: 'refused',
        reason:
          'model unavailable: 401 from the endpoint; NEMOTRON_API_KEY is set but refused (nvidia/nemotron-3-super-120b-a12b); asked again in 5 min',
      });
      expect(endpoint.requests).toHaveLength(before);
      clock.advance(5 * 60_000);
      await leader.lead(aBriefInput(), never);
      expect(endpoint.requests.length).toBeGreaterThan(before);
    });

    it('asks no more than two questions at once', async () => {
      const endpoint = await anEndpoint();
      endpoint.play({ kind: 'hangs' });
      const leader = aLeader(endpoint);
      const controller = new AbortController();
      const asked = ['a', 'b', 'c'].map(
        async (incident) => await leader.lead(aBriefInput({ incident }), controller.signal),
      );
      await endpoint.asked(2);
      // A third question would have come before these answers.
      await aLeader(endpoint).probe(never);
      expect(endpoint.questions).toHaveLength(2);
      controller.abort();
      expect((await Promise.all(asked)).map((one) => one.kind)).toEqual(['refused', 'refused', 'refused']);
      expect(endpoint.questions).toHaveLength(2);
    });
  });

  describe('models', () => {
    const listed = [
      { id: 'nvidia/nemotron-3-ultra-550b-a55b', status: 503 },
      { id: superModel, status: 404 },
      { id: lightning },
    ];

    it('takes the best of the list that answers', async () => {
      const endpoint = await anEndpoint({ models: listed });
      endpoint.play(answers(good));
      const leader = aLeader(endpoint);
      await leader.lead(aBriefInput(), never);
      expect(leader.name).toBe(lightning);
    });

    it('keeps to a pinned model and never takes another in its place', async () => {
      const endpoint = await anEndpoint({ models: listed });
      const answer = await aLeader(endpoint, { model: superModel }).lead(aBriefInput(), never);
      expect(reasonOf(answer)).toContain('this key may not call the model');
      expect(answer.usage.requestedModel).toBe(superModel);
      expect(endpoint.requests.filter((one) => one.includes(lightning))).toEqual([]);
    });

    it('retires a model that is withdrawn while it leads and goes on with the next', async () => {
      const endpoint = await anEndpoint({ models: [{ id: superModel }, { id: lightning }] });
      endpoint.play(status(410), answers(good));
      const leader = aLeader(endpoint);
      expect(await leader.lead(aBriefInput(), never)).toMatchObject({
        kind: 'choice',
        usage: { servedModel: lightning },
      });
      expect(leader.name).toBe(lightning);
    });

    it('goes without the field of a family where the server does not take it', async () => {
      const endpoint = await anEndpoint({ refusesFields: true });
      endpoint.play(answers(good));
      expect(await aLeader(endpoint).lead(aBriefInput(), never)).toMatchObject({ kind: 'choice' });
      expect(endpoint.questions[0]?.fields).not.toContain('chat_template_kwargs');
    });

    it('switches thinking off in the way of the family', async () => {
      const endpoint = await anEndpoint({ models: [{ id: superModel }, { id: llama }] });
      endpoint.play(answers(good));
      await aLeader(endpoint).lead(aBriefInput(), never);
      expect(endpoint.questions[0]?.fields).toContain('chat_template_kwargs');
      await aLeader(endpoint, { model: llama }).lead(aBriefInput(), never);
      expect(endpoint.questions[1]?.fields).not.toContain('chat_template_kwargs');
      expect(endpoint.questions[1]?.system).toMatch(/^detailed thinking off\n/);
    });

    it('tells who leads before the first question, and why nobody does', async () => {
      const endpoint = await anEndpoint();
      expect(await aLeader(endpoint).probe(never)).toMatchObject({ state: 'ok', model: superModel });
      expect(await aLeader(await anEndpoint({ key: 'another' })).probe(never)).toMatchObject({ state: 'refused' });
    });

    it('sends the key in one header and nothing about the machine', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(answers(good));
      await aLeader(endpoint).lead(aBriefInput(), never);
      expect(
        endpoint.questions[0]?.headers.filter((name) => name.startsWith('x-') || name.startsWith('openai')),
      ).toEqual([]);
    });
  });

  describe('the key', () => {
    it('is taken out of an answer that echoes it', async () => {
      const endpoint = await anEndpoint();
      endpoint.play(answers(good.replace('as seen', `your key is ${key}`)));
      const answer = await aLeader(endpoint).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'choice' });
      expect(JSON.stringify(answer)).not.toContain(key);
    });

    it('is taken out of a choice that is refused for it', async () => {
      const ownKey = 'plain-key-of-an-own-endpoint';
      const endpoint = await anEndpoint({ key: ownKey });
      endpoint.play(answers(unknownPick.replace('M9', ownKey)));
      const answer = await aLeader(endpoint, { apiKey: ownKey }).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'refused', reason: '"(key)" is not in the menu (E1)' });
    });

    it('does not appear where it cannot be sent at all', async () => {
      const endpoint = await anEndpoint();
      const answer = await aLeader(endpoint, { apiKey: `${key}\nx` }).lead(aBriefInput(), never);
      expect(answer).toMatchObject({ kind: 'refused' });
      expect(JSON.stringify(answer)).not.toContain(key);
    });
  });
});
