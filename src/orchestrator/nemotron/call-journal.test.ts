import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { digestOf } from '../../model/json.ts';
import { createMemoryJournal } from '../../store/memory-journal.ts';
import { createCallJournal } from './call-journal.ts';
import type { Call } from './question.ts';

const spoken = { prompt: { system: 's', user: 'u' }, answer: { content: '{}' }, reasoning: { reasoning: 'hm' } };
const call: Call = {
  purpose: 'plan',
  incident: 'inc-1',
  requestedModel: 'nvidia/nemotron-3-super-120b-a12b',
  profile: 'nemotron-3',
  rung: 'tool calls',
  briefDigest: 'b',
  promptDigest: digestOf(spoken.prompt),
  answerDigest: digestOf(spoken.answer),
  reasoningDigest: digestOf(spoken.reasoning),
  promptTokens: 10,
  completionTokens: 2,
  tokensEstimated: false,
  latencyMs: 5,
  result: 'answered',
};

describe('the journal of calls', () => {
  it('keeps each call, and its texts beside it under the digests that it names', async () => {
    const journal = createMemoryJournal(steppedClock(0));
    const record = createCallJournal(journal, () => undefined);
    record.on.onCall(call, spoken);
    await record.settled();
    const [event] = await journal.read(0, 10);
    expect(event?.body).toEqual({ kind: 'leader.called', ...call });
    expect(await journal.payload(call.promptDigest)).toEqual(spoken.prompt);
    expect(await journal.payload(call.answerDigest ?? '')).toEqual(spoken.answer);
    expect(await journal.payload(call.reasoningDigest ?? '')).toEqual(spoken.reasoning);
  });

  it('leaves out what is not there', async () => {
    const journal = createMemoryJournal(steppedClock(0));
    const record = createCallJournal(journal, () => undefined);
    const { answerDigest: _a, reasoningDigest: _r, ...unanswered } = call;
    record.on.onCall(
      { ...unanswered, incident: null, result: 'unavailable', reason: 'x' },
      { ...spoken, answer: null, reasoning: null },
    );
    await record.settled();
    const [event] = await journal.read(0, 10);
    expect(event?.body).not.toHaveProperty('incident');
    expect(event?.body).not.toHaveProperty('answerDigest');
  });

  it('tells changes of rung, and an endpoint that is away and back', async () => {
    const journal = createMemoryJournal(steppedClock(0));
    const record = createCallJournal(journal, () => undefined);
    record.on.onRungChange({ model: 'm', from: 'tool calls', to: 'JSON schema', reason: 'r' });
    record.on.onOutage({ kind: 'failing', detail: '503 from the endpoint; it fails' });
    record.on.onOutage(null);
    await record.settled();
    expect((await journal.read(0, 10)).map((one) => one.body)).toEqual([
      { kind: 'rung.changed', model: 'm', from: 'tool calls', to: 'JSON schema', reason: 'r' },
      {
        kind: 'source.lost',
        source: 'model',
        reason: '503 from the endpoint; it fails',
        cost: 'the playbook leads; known causes only, no ranking of unusual ones',
      },
      { kind: 'source.recovered', source: 'model' },
    ]);
  });

  it('goes on after a record that could not be written', async () => {
    const journal = createMemoryJournal(steppedClock(0));
    const faults: unknown[] = [];
    let isFull = true;
    const record = createCallJournal(
      {
        keep: async (payload) => await journal.keep(payload),
        append: async (body, actor) =>
          isFull ? await Promise.reject(new Error('full')) : await journal.append(body, actor),
      },
      (error) => faults.push(error),
    );
    record.on.onCall(call, spoken);
    await record.settled();
    isFull = false;
    record.on.onOutage(null);
    await record.settled();
    expect(faults).toHaveLength(1);
    expect(journal.head()).toBe(1);
  });
});
