import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFactShown, aHypothesis } from './nemotron/testing/incident.ts';
import { reasoningOf } from './reconcile.ts';

const proven = aHypothesis('H1', { code: 'WL-001', title: 'memory limit too low', score: 0.8, for: ['E1', 'E2'] });
const other = aHypothesis('H2', { code: 'WL-017', title: 'bad rollout', score: 0.5, for: ['E3'] });
const both = [proven, other];
const facts = [aFactShown('E1'), aFactShown('E2'), aFactShown('E3')];
const choice = { order: ['H1'], behind: ['H1'], cites: ['E1', 'E2'] };

describe('reconciliation', () => {
  it('raises the score when model and rules agree', () => {
    expect(reasoningOf('model', choice, both, facts)).toEqual({
      agreement: 'agree',
      rules: { code: 'WL-001', title: 'memory limit too low' },
      model: { code: 'WL-001', title: 'memory limit too low' },
      confidence: 0.9,
    });
  });

  it('shows both and lowers the score when they differ', () => {
    expect(reasoningOf('model', { order: ['H2', 'H1'], behind: ['H2'], cites: ['E3'] }, both, facts)).toEqual({
      agreement: 'differ',
      rules: { code: 'WL-001', title: 'memory limit too low' },
      model: { code: 'WL-017', title: 'bad rollout' },
      confidence: 0.25,
    });
  });

  it('differs when the model ranks as the rules do and acts on another cause', () => {
    expect(reasoningOf('model', { order: ['H1'], behind: ['H2'], cites: ['E3'] }, both, facts)?.agreement).toBe(
      'differ',
    );
  });

  it('differs when one of several actions is for another cause', () => {
    const chosen = { order: ['H1'], behind: ['H1', 'H2'], cites: ['E1', 'E3'] };
    expect(reasoningOf('model', chosen, both, facts)?.agreement).toBe('differ');
  });

  it('takes the cause behind the action for the ranking that a model left out', () => {
    expect(reasoningOf('model', { ...choice, order: [] }, both, facts)?.agreement).toBe('agree');
  });

  it('has only the rules to tell when they led', () => {
    expect(reasoningOf('rules', choice, both, facts)).toEqual({
      agreement: 'rules alone',
      rules: { code: 'WL-001', title: 'memory limit too low' },
      confidence: 0.8,
    });
  });

  it('is less sure when the cited facts do not support the cause', () => {
    const away = reasoningOf('model', { ...choice, cites: ['E3'] }, both, facts)?.confidence ?? 1;
    const half = reasoningOf('model', { ...choice, cites: ['E1'] }, both, facts)?.confidence ?? 0;
    expect(away).toBeLessThan(half);
    expect(half).toBeLessThan(0.9);
  });

  it('counts no untrusted fact as proof', () => {
    const untrusted = [aFactShown('E1', { trust: 'untrusted' }), aFactShown('E2', { trust: 'untrusted' })];
    expect(reasoningOf('rules', choice, both, untrusted)?.confidence).toBe(0.48);
  });

  it('says nothing about hypotheses that do not exist', () => {
    expect(reasoningOf('model', { ...choice, order: ['H9'] }, both, facts)).toBeNull();
    expect(reasoningOf('model', choice, [], facts)).toBeNull();
  });

  it('stays between nought and one, and never above what agreement gives', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(score, score, fc.subarray(['E1', 'E2', 'E3']), (first, second, cites) => {
        const ranked = [
          { ...proven, score: first },
          { ...other, score: second },
        ];
        const agree = reasoningOf('model', { ...choice, cites }, ranked, facts)?.confidence ?? 2;
        const differ = reasoningOf('model', { order: ['H2'], behind: ['H1'], cites }, ranked, facts)?.confidence ?? 2;
        expect(agree).toBeGreaterThanOrEqual(0);
        expect(agree).toBeLessThanOrEqual(1);
        expect(differ).toBeLessThanOrEqual(agree);
      }),
    );
  });
});
