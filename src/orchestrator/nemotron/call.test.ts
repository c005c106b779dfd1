import { describe, expect, it } from 'vitest';
import { spokenOf, tokensOf, usageOf } from './call.ts';
import type { Call } from './question.ts';

const said = { content: 'x'.repeat(40), finished: true };

describe('tokens of a call', () => {
  it('are those that the endpoint counted', () => {
    expect(tokensOf({ ...said, promptTokens: 9, completionTokens: 3 }, 1_000)).toEqual({
      promptTokens: 9,
      completionTokens: 3,
      tokensEstimated: false,
    });
  });

  it('are guessed from bytes where it did not, reasoning too, and said to be a guess', () => {
    expect(tokensOf({ ...said, reasoning: 'y'.repeat(40) }, 1_000)).toEqual({
      promptTokens: 250,
      completionTokens: 20,
      tokensEstimated: true,
    });
  });
});

describe('what is stored of a call', () => {
  it('holds no secret, of the prompt or of the answer', () => {
    const spoken = spokenOf(
      { system: 's', user: 'password=hunter2secret' },
      { ...said, content: 'use nvapi-abcdefghijklmnop', reasoning: 'token: abc123456789' },
    );
    expect(JSON.stringify(spoken)).not.toMatch(/hunter2|nvapi-abc|abc123/);
    expect(spoken.prompt['user']).toBe('password=(hidden)');
  });

  it('is the prompt alone where no answer came', () => {
    expect(spokenOf({ system: 's', user: 'u' }, null)).toEqual({
      prompt: { system: 's', user: 'u' },
      answer: null,
      reasoning: null,
    });
  });
});

it('adds up the calls that were answered', () => {
  const calls = (['invalid', 'answered', 'unavailable'] as const).map((result): Call => ({
    purpose: 'plan',
    incident: null,
    requestedModel: 'm',
    servedModel: 'm',
    profile: 'other',
    rung: 'choice',
    briefDigest: '',
    promptDigest: '',
    promptTokens: 10,
    completionTokens: 2,
    tokensEstimated: false,
    latencyMs: 1,
    result,
  }));
  expect(usageOf(calls, 'm', 5)).toEqual({
    requestedModel: 'm',
    servedModel: 'm',
    promptTokens: 20,
    completionTokens: 4,
    latencyMs: 5,
  });
});
