import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionOf, streamFold } from './completion.ts';

const same = (text: string): string => text;
const message = (one: object, more: object = {}) => ({
  model: 'm',
  choices: [{ finish_reason: 'stop', message: { content: '{}', ...one }, ...more }],
  usage: { prompt_tokens: 7, completion_tokens: 2 },
});
const delta = (one: object, finish: string | null = null) => ({ choices: [{ delta: one, finish_reason: finish }] });

describe('a whole completion', () => {
  it('is read with its tokens and the model that served it', () => {
    expect(completionOf(message({}), same)).toEqual({
      content: '{}',
      finished: true,
      servedModel: 'm',
      promptTokens: 7,
      completionTokens: 2,
    });
  });

  it.each(['reasoning_content', 'reasoning'])('keeps reasoning in `%s` apart', (field) => {
    expect(completionOf(message({ [field]: 'hm' }), same)).toMatchObject({ content: '{}', reasoning: 'hm' });
  });

  it('takes the arguments of the tool that was called', () => {
    const calls = [{ id: '1', type: 'function', function: { name: 'answer', arguments: '{"a":1}' } }];
    expect(completionOf(message({ content: null, tool_calls: calls }), same)).toMatchObject({
      content: '',
      toolArguments: '{"a":1}',
    });
  });

  it('is cut off where it ended by length', () => {
    expect(completionOf(message({}, { finish_reason: 'length' }), same)?.finished).toBe(false);
  });

  it('is none without a choice', () => {
    expect(completionOf({ choices: [] }, same)).toBeNull();
  });

  it('lets the key through nowhere', () => {
    const calls = [{ function: { name: 'answer', arguments: 'KEY' } }];
    const read = completionOf(
      { ...message({ content: 'KEY', reasoning: 'KEY', tool_calls: calls }), model: 'KEY' },
      (text) => text.replaceAll('KEY', '(key)'),
    );
    expect(JSON.stringify(read)).not.toContain('KEY');
  });
});

describe('a stream', () => {
  it('is put together in order, reasoning apart, with what was counted at its end', () => {
    const fold = streamFold(same);
    const chunks = [
      { model: 'm', ...delta({ role: 'assistant' }) },
      delta({ reasoning_content: 'h' }),
      delta({ reasoning_content: 'm' }),
      delta({ content: '{"a"' }),
      delta({ content: ':1}' }),
      delta({}, 'stop'),
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } },
    ];
    expect(chunks.map((one) => fold.take(one))).toEqual(chunks.map(() => true));
    expect(fold.end()).toEqual({
      content: '{"a":1}',
      reasoning: 'hm',
      finished: true,
      servedModel: 'm',
      promptTokens: 7,
      completionTokens: 2,
    });
  });

  it('is no answer when it ends before the model did, or brings nothing', () => {
    const short = streamFold(same);
    short.take(delta({ content: '{' }));
    expect([short.end(), streamFold(same).end()]).toEqual([null, null]);
  });

  it('takes no chunk of another shape', () => {
    expect(streamFold(same).take({ choices: 'none' })).toBe(false);
  });

  it('gives the same answer however it is cut into pieces', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 9 }), (content, args, size) => {
        const pieces = (text: string): readonly string[] => text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
        const fold = streamFold(same);
        for (const part of pieces(content)) fold.take(delta({ content: part }));
        for (const part of pieces(args))
          fold.take(delta({ tool_calls: [{ index: 0, function: { arguments: part } }] }));
        fold.take(delta({}, 'tool_calls'));
        expect(fold.end()).toMatchObject({ content, ...(args === '' ? {} : { toolArguments: args }), finished: true });
      }),
    );
  });
});
