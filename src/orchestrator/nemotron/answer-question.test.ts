import { describe, expect, it } from 'vitest';
import type { QuestionFact } from '../answering/wordsmith.ts';
import { answerQuestion } from './answer-question.ts';
import { budgetFor } from './budget.ts';

const fact = (text: string, cite: string): QuestionFact => ({ text, cite, trust: 'measured' });
const facts = [
  fact('restarts 11 in 10 min, usual 0–1', 'inc-1/E1'),
  fact('OOMKilled 3 times', 'inc-1/E2'),
  fact('checkout calls db.acme.com', 'object shop/deploy/checkout'),
];
const asked = (privateNames: readonly string[] = []) =>
  answerQuestion('why is checkout slow', facts, { secret: 'k', privateNames });
const read = (question: ReturnType<typeof asked>, sentences: unknown) => question.schema.parse({ sentences });

describe('the question for an answer', () => {
  it('shows numbered facts and keeps to its budget', () => {
    const budget = budgetFor(4_096, 3);
    const many = Array.from({ length: 300 }, (_, at) => fact(`fact ${at} ${'x'.repeat(200)}`, 'c'));
    const brief = answerQuestion('why', many, { secret: 'k', privateNames: [] }).messages({ budget, form: 'json' });
    expect(brief.bytes).toBeLessThanOrEqual(budget.promptBytes);
    expect(brief.user).toContain('F1 measured: "fact 0 ');
    expect(brief.system).toContain('SAFETY.');
  });

  it('takes sentences that say what their facts say', () => {
    const question = asked();
    const value = read(question, [{ text: 'It restarted 11 times in 10 min, OOMKilled.', facts: ['F1', 'F2'] }]);
    expect(question.validate(value)).toBeNull();
    expect(value[0]?.facts).toEqual([0, 1]);
  });

  it.each([
    ['a number that its facts lack', [{ text: 'It restarted 12 times.', facts: ['F1'] }], /do not hold: 12/],
    ['a number of another fact', [{ text: 'It restarted 11 times.', facts: ['F2'] }], /do not hold: 11/],
    ['a name that its facts lack', [{ text: 'redis-cache is down.', facts: ['F1'] }], /redis-cache/],
    ['a fact that does not exist', [{ text: 'It is slow.', facts: ['F9'] }], /F1 to F3/],
    ['something that is no fact', [{ text: 'It is slow.', facts: ['inc-1'] }], /F1 to F3/],
  ])('takes no sentence with %s', (_what, sentences, why) => {
    const question = asked();
    expect(question.validate(read(question, sentences))).toMatch(why);
  });

  it('hides addresses and private names, and puts them back in the answer', () => {
    const question = asked(['checkout']);
    const { user } = question.messages({ budget: budgetFor(4_096, 3), form: 'json' });
    expect(user).not.toMatch(/checkout|acme/);
    const hidden = /name-[0-9a-f]{6}/.exec(user)?.[0] ?? '';
    const value = read(question, [{ text: `${hidden} is slow.`, facts: ['F3'] }]);
    expect(value[0]?.text).toBe('checkout is slow.');
    expect(question.validate(value)).toBeNull();
  });
});
