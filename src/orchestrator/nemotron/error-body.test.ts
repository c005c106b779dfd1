import { describe, expect, it } from 'vitest';
import { faultInside, faultOfAnswer, readErrorBody } from './error-body.ts';

const context = { keyName: 'NEMOTRON_API_KEY', nowMs: 0, retryAfter: null };
const secret = 'nvapi-0123456789abcdef';

describe('an error body', () => {
  it.each([
    ['of OpenAI', { error: { message: 'no', type: 't', param: 'tools', code: 429 } }, 429, 'no t tools 429'],
    ['of OpenAI, a word', { error: 'no' }, null, 'no'],
    ['as a problem', { type: 'x', title: 'Bad', status: 422, detail: 'no' }, 422, 'Bad no'],
    ['with a detail', { detail: 'no' }, null, 'no'],
    ['with details', { detail: [{ loc: ['body', 'nvext'], msg: 'no', type: 'v' }] }, null, 'body.nvext no'],
    ['with status and title', { status: 403, title: 'Forbidden' }, 403, 'Forbidden'],
    [
      'of vLLM',
      { object: 'error', message: 'no', type: 'BadRequestError', param: null, code: 400 },
      400,
      'no BadRequestError',
    ],
    ['with a code in words', { error: { message: 'no', code: '503' } }, 503, 'no 503'],
  ])('%s is read', (_shape, body, status, words) => {
    expect(readErrorBody(body)).toEqual({ status, words });
  });

  it.each([
    ['a completion', { id: 'c', choices: [] }],
    ['text', 'no'],
    ['null', null],
    ['a list', [1]],
    ['a message alone', { message: 'hello' }],
  ])('%s is none', (_what, body) => {
    expect(readErrorBody(body)).toBeNull();
  });

  it.each([
    ['Unsupported parameter: response_format', 'response_format'],
    ['tool_choice: unknown', 'tool_choice'],
    ['"tools" is not allowed', 'tools'],
    ['body.chat_template_kwargs extra fields not permitted', 'chat_template_kwargs'],
    ['the schema of my_tools_list is odd', undefined],
  ])('names the field of ours in "%s"', (detail, field) => {
    expect(faultOfAnswer(400, JSON.stringify({ detail }), context).field).toBe(field);
  });

  it('reads the window that a server names when a request is longer', () => {
    const message = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens";
    expect(faultOfAnswer(400, JSON.stringify({ error: { message } }), context)).toMatchObject({
      kind: 'too-long',
      contextTokens: 4_096,
      requestedTokens: 5_000,
    });
  });

  it.each(['ResourceExhausted: workers are busy', "Function id 'x': DEGRADED function cannot be invoked"])(
    'takes 400 with "%s" for what passes',
    (detail) => {
      expect(faultOfAnswer(400, JSON.stringify({ status: 400, title: 'Bad Request', detail }), context)).toEqual({
        kind: 'failing',
        detail: '400 from the endpoint; it has no room now',
      });
    },
  );

  it('passes on no word of a server, which may quote the key', () => {
    const fault = faultOfAnswer(401, JSON.stringify({ detail: `the key ${secret} is wrong` }), context);
    expect(JSON.stringify(fault)).not.toContain(secret);
  });

  it('takes a body that is no JSON for what its status says', () => {
    expect(faultOfAnswer(502, '<html>bad gateway</html>', context).kind).toBe('failing');
  });

  it('is found inside a 200, with the status that it names', () => {
    expect(faultInside({ error: { message: 'slow down', code: 429 } }, context)?.kind).toBe('throttled');
    expect(faultInside({ error: { message: 'ResourceExhausted' } }, context)?.kind).toBe('failing');
    expect(faultInside({ choices: [] }, context)).toBeNull();
  });
});
