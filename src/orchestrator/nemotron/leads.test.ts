import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { competent, hallucinating, lazy, stubborn, truncated } from '../../../test/nim/leads.ts';
import { plain } from '../../../test/nim/profiles.ts';
import { anAskedLeader, goodAnswer, superModel, type AskedLeader } from './testing/asked-leader.ts';
import { aBriefInput } from './testing/incident.ts';

const never = new AbortController().signal;

describe('models of a kind', () => {
  let asked: AskedLeader;
  beforeEach(async () => {
    asked = await anAskedLeader({ profile: plain });
  });
  afterEach(async () => {
    await asked.close();
  });
  const lead = async (incident = 'inc-5') => await asked.leader.lead(aBriefInput({ incident }), never);

  it('that are lazy choose nothing, which is an answer', async () => {
    asked.endpoint.play(lazy);
    expect(await lead()).toMatchObject({ kind: 'choice', choice: { picks: [] } });
  });

  it.each([
    ['truncated', truncated, 'the answer was cut off: keep it shorter'],
    ['hallucinating', hallucinating, '"H77" is no hypothesis of this incident'],
    ['stubborn', stubborn, 'the answer is not one JSON object alone'],
  ])('that are %s are refused after one repair turn', async (_kind, behaviour, reason) => {
    asked.endpoint.play(behaviour);
    expect(await lead()).toMatchObject({ kind: 'refused', reason });
    expect(asked.endpoint.questions).toHaveLength(2);
  });

  it('that cannot write JSON are asked for a line the next time, and lead by it', async () => {
    asked.endpoint.play(stubborn, stubborn, competent);
    await lead();
    expect(asked.rungChanges.at(-1)).toEqual({
      model: superModel,
      from: 'prompted JSON',
      to: 'choice',
      reason: 'the answer is not one JSON object alone',
    });
    expect(await lead('inc-6')).toMatchObject({
      kind: 'choice',
      rung: 'choice',
      choice: { picks: [{ candidate: 'M1', cites: ['E1'] }] },
    });
    expect(asked.endpoint.questions.at(-1)?.system).toContain('ANSWER with one line');
  });

  it('that cannot write a line either leave the lead to the playbook, for an hour', async () => {
    asked.endpoint.play(stubborn);
    await lead();
    await lead('inc-6');
    const before = asked.endpoint.requests.length;
    expect(await lead('inc-7')).toMatchObject({
      kind: 'refused',
      reason: 'model unavailable: no way of asking this model for an answer works, tried again within an hour',
    });
    expect(asked.endpoint.requests).toHaveLength(before);
    expect(asked.leader.status().rung).toBe('playbook');
    asked.clock.advance(3_600_000);
    asked.endpoint.play({ kind: 'answers', content: goodAnswer });
    expect(await lead('inc-8')).toMatchObject({ kind: 'choice', rung: 'prompted JSON' });
  });

  it.each([
    ['truncated', truncated],
    ['hallucinating', hallucinating],
  ])('that are %s stay on their rung: the form was not what was wrong', async (_kind, behaviour) => {
    asked.endpoint.play(behaviour);
    await lead();
    expect(asked.leader.status().rung).toBe('prompted JSON');
  });
});

describe('a server that ignores what it took', () => {
  it('is asked by the next rung, and its answer is taken for what it is', async () => {
    const asked = await anAskedLeader({
      profile: { ...plain, fields: [...plain.fields, 'tools', 'tool_choice', 'response_format'] },
    });
    asked.endpoint.play({ kind: 'answers', content: goodAnswer, avoidsTool: true });
    const answer = await asked.leader.lead(aBriefInput(), never);
    await asked.close();
    expect(answer).toMatchObject({ kind: 'choice', rung: 'prompted JSON' });
    expect(asked.leader.status().rung).toBe('JSON schema');
  });
});
