import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NearMiss } from '../../model/suspicion.ts';
import type { Digest } from '../suspicion/digest.ts';
import { budgetFor } from './budget.ts';
import { suspicionQuestion, suspicionsOf } from './suspicion-question.ts';

const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const miss = (of: NearMiss['of'], signal: NearMiss['signal'], sentence = `${signal} is off`): NearMiss => ({
  of,
  signal,
  value: 1,
  usual: [0, 0.5],
  effects: 0.8,
  sentence,
});
const digest: Digest = {
  nowMs: 0,
  misses: [miss(web, 'sli.latency'), miss(cart, 'cpu.usage'), miss(web, 'cpu.usage')],
  calls: [{ caller: 'shop/deploy/web', callee: 'shop/deploy/cart' }],
  changes: [{ of: 'shop/deploy/cart', minutesAgo: 7 }],
  privateNames: [],
};
const budget = budgetFor(4_096, 3);
const asked = (of: Digest) => suspicionQuestion(of, 'k').messages({ budget, form: 'json' });

describe('the question for suspicions', () => {
  it('shows signals by object, calls and changes by their ids', () => {
    const { user } = asked(digest);
    expect(user.split('\n').slice(2, 6)).toEqual([
      'D1 shop/deploy/web: sli.latency "sli.latency is off" (0.8 of what matters); cpu.usage "cpu.usage is off" (0.8 of what matters)',
      'D2 shop/deploy/cart: cpu.usage "cpu.usage is off" (0.8 of what matters)',
      'D1 calls D2',
      'D2 was rolled out 7 min ago',
    ]);
  });

  it.each([
    ['an object that is not shown', [{ of: 'D9', signals: ['cpu.usage'], why: '' }], /D1 to D2/],
    [
      'a signal that is not shown of it',
      [{ of: 'D2', signals: ['sli.latency'], why: '' }],
      /of D2 may be claimed: cpu/,
    ],
    ['five at once', Array.from({ length: 5 }, () => ({ of: 'D1', signals: ['cpu.usage'], why: '' })), /at most 4/],
  ])('takes no claim of %s', (_what, suspicions, why) => {
    expect(suspicionQuestion(digest, 'k').validate({ suspicions })).toMatch(why);
  });

  it('turns what holds into claims about the objects', () => {
    const answer = { suspicions: [{ of: 'D1', signals: ['sli.latency', 'cpu.usage'], why: 'one cause' }] };
    expect(suspicionQuestion(digest, 'k').validate(answer)).toBeNull();
    expect(suspicionsOf(answer, digest)).toEqual([
      { of: web, signals: ['sli.latency', 'cpu.usage'], why: 'one cause' },
    ]);
  });

  it('hides private names', () => {
    expect(asked({ ...digest, privateNames: ['cart'] }).user).not.toContain('cart');
  });

  it('keeps to its budget and never cuts the system part, whatever is in the digest', () => {
    const sentence = fc.string({ unit: 'binary', maxLength: 500 });
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 60 }), fc.constantFrom(2, 3, 4), (sentences, bytesPerToken) => {
        const small = budgetFor(4_096, bytesPerToken);
        const misses = sentences.map((one, at) => miss({ ...web, name: `w${at}` }, 'cpu.usage', one));
        const shown = suspicionQuestion({ ...digest, misses, calls: [], changes: [] }, 'k').messages({
          budget: small,
          form: 'json',
        });
        expect(shown.bytes).toBeLessThanOrEqual(small.promptBytes);
        expect(shown.system).toContain('SAFETY.');
        expect(shown.system).toContain('ANSWER with one JSON object');
      }),
    );
  });
});
