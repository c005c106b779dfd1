import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAnswer } from './answer.ts';
import { createPseudonyms } from './pseudonyms.ts';
import { readJson, shaped } from './reading.ts';

function readAnswer(content: string, finished: boolean) {
  const json = readJson(content, finished);
  if ('refused' in json) return json;
  const read = shaped(planAnswer(), json.value);
  if ('refused' in read) return read;
  return read.value.kind === 'choice' ? { choice: read.value.choice } : { reads: read.value.reads };
}

const choice = {
  order: ['H1'],
  picks: [{ candidate: 'M1', params: { replicas: 4 }, cites: ['E1'], why: 'load doubled' }],
};
const json = JSON.stringify(choice);
const bare = { candidate: 'M1', cites: ['E1'] };

describe('an answer', () => {
  it.each([
    ['plain', json],
    ['with white space around', `\n  ${json}\n`],
    ['in a fence', `\`\`\`\n${json}\n\`\`\``],
    ['in a fence of its language', `\`\`\`json\n${json}\n\`\`\`\n`],
    ['after reasoning', `<think>hm {"picks":[]} hm</think>${json}`],
    ['after reasoning that began in the prompt', `so it is M1\n</think>\n${json}`],
    ['after reasoning, in a fence', `<think>x</think>\n\`\`\`json\n${json}\n\`\`\``],
  ])('is read %s', (_how, content) => {
    expect(readAnswer(content, true)).toEqual({ choice });
  });

  it('may leave out what has only one meaning', () => {
    expect(readAnswer(JSON.stringify({ picks: [bare] }), true)).toEqual({
      choice: { order: [], picks: [{ ...bare, params: {}, why: '' }] },
    });
  });

  it('may choose nothing', () => {
    expect(readAnswer('{"order":[],"picks":[]}', true)).toEqual({ choice: { order: [], picks: [] } });
  });

  it.each([
    ['prose before it', `Sure! ${json}`],
    ['prose behind it', `${json} Good luck`],
    ['two objects', `${json}${json}`],
    ['a fence that never closes', `\`\`\`json\n${json}`],
    ['a list', `[${json}]`],
    ['a string', '"M1"'],
    ['no picks', '{"order":[]}'],
    ['an unknown field', JSON.stringify({ ...choice, command: 'kubectl delete ns pay' })],
    ['an unknown field in a pick', JSON.stringify({ picks: [{ ...bare, action: 'delete' }] })],
    ['a pick without evidence named', JSON.stringify({ picks: [{ candidate: 'M1' }] })],
    ['a candidate that is no text', JSON.stringify({ picks: [{ ...bare, candidate: 1 }] })],
    ['parameters that are a list', JSON.stringify({ picks: [{ ...bare, params: [1] }] })],
    ['parameters deeper than any action has', JSON.stringify({ picks: [{ ...bare, params: { a: { b: { c: 1 } } } }] })],
    ['a hundred picks', JSON.stringify({ picks: Array.from({ length: 100 }, () => bare) })],
    [
      'nesting without end',
      `{"picks":[{"candidate":"M1","cites":[],"params":${'['.repeat(7_000)}${']'.repeat(7_000)}}]}`,
    ],
    ['more than an answer may be', `${' '.repeat(20_000)}${json}`],
    ['nothing', ' '],
    ['reasoning alone', '<think>let me see'],
  ])('is refused with %s', (_what, content) => {
    expect(JSON.stringify(readAnswer(content, true))).toMatch(/^\{"refused":"the answer .{5,120}"\}$/);
  });

  it('is refused when it was cut off, even where it reads well', () => {
    expect(readAnswer(json, false)).toEqual({ refused: 'the answer was cut off: keep it shorter' });
    expect(readAnswer('', false)).toEqual({ refused: 'the answer was cut off in reasoning' });
  });

  it('names the field that is wrong without repeating what it holds', () => {
    expect(readAnswer(JSON.stringify({ picks: [{ ...bare, cites: 'nvapi-x' }] }), true)).toEqual({
      refused: 'the answer has another shape: a field is missing or not valid (at picks.0.cites)',
    });
  });

  it('keeps a reason to one short line', () => {
    const read = readAnswer(JSON.stringify({ picks: [{ ...bare, why: `a\u0000b\n\u202ec${'x'.repeat(900)}` }] }), true);
    expect(JSON.stringify(read)).toMatch(/"why":"a b cx{394}…"/);
  });

  it('never throws, whatever a model says', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((one) => `<think>${one}</think>${one}`),
        ),
        fc.boolean(),
        (content, finished) => {
          expect(['choice', 'refused']).toContain(Object.keys(readAnswer(content, finished))[0]);
        },
      ),
    );
  });
});

describe('an answer that asks first', () => {
  it('is its reads, whatever it picks beside them', () => {
    const asks = { ...choice, reads: [{ tool: 'events', args: { of: 'shop/deploy/web' } }, { tool: 'object' }] };
    expect(readAnswer(JSON.stringify(asks), true)).toEqual({
      reads: [
        { tool: 'events', args: { of: 'shop/deploy/web' } },
        { tool: 'object', args: {} },
      ],
    });
  });

  it('must pick or read', () => {
    expect(readAnswer('{"order":["H1"]}', true)).toHaveProperty('refused');
    expect(readAnswer('{"reads":[]}', true)).toHaveProperty('refused');
  });
});

describe('pseudonyms in an answer', () => {
  it('are put back in every string of it', () => {
    const names = createPseudonyms({ secret: 'k', incident: 'inc-1' }, ['apollo']);
    const made = names.hide('apollo');
    const said = {
      picks: [{ candidate: 'M1', params: { container: made, list: [made] }, cites: ['E1'], why: `${made} is short` }],
    };
    const read = shaped(
      planAnswer((text) => names.restore(text)),
      said,
    );
    expect(read).toMatchObject({
      value: { choice: { picks: [{ params: { container: 'apollo', list: ['apollo'] }, why: 'apollo is short' }] } },
    });
    const asked = shaped(
      planAnswer((text) => names.restore(text)),
      { reads: [{ tool: 'events', args: { of: `shop/deploy/${made}` } }] },
    );
    expect(asked).toMatchObject({ value: { reads: [{ args: { of: 'shop/deploy/apollo' } }] } });
  });
});
