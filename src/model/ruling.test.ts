import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRulings, type Ruling } from './ruling.ts';

const say = (word: Ruling['word'], people?: number): Ruling => ({
  rule: 'G01',
  word,
  reason: 'r',
  ...(people === undefined ? {} : { people }),
});

describe('folding rulings', () => {
  it('lets deny win over ask and ask over allow', () => {
    expect(foldRulings([say('allow'), say('ask'), say('deny')]).word).toBe('denied');
    expect(foldRulings([say('allow'), say('ask')])).toEqual({ word: 'needs approval', need: 1 });
    expect(foldRulings([say('allow')])).toEqual({ word: 'permitted', need: 0 });
  });

  it('takes the largest number of people that any ask needs', () => {
    expect(foldRulings([say('ask', 1), say('ask', 2)]).need).toBe(2);
  });

  it('permits nothing without rulings or with one that is pending', () => {
    expect(foldRulings([]).word).toBe('denied');
    expect(foldRulings([say('allow'), say('pending')]).word).toBe('denied');
  });

  it('never permits when any ruling is not allow, in any order', () => {
    const word = fc.constantFrom<Ruling['word']>('allow', 'ask', 'deny', 'pending');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const permitted = foldRulings(words.map((one) => say(one))).word === 'permitted';
        expect(permitted).toBe(words.every((one) => one === 'allow'));
      }),
    );
  });
});
