import { describe, expect, it } from 'vitest';
import type { Reasoner } from '../../orchestrator/reasoner.ts';
import { leaderOf } from './act-leaders.ts';
import { acts } from './acts.ts';

const own: Reasoner = { name: 'own', immediate: true, lead: () => Promise.reject(new Error('not asked')) };
const elsewhere = { kind: 'Deployment', namespace: 'web', name: 'search' };
const names = (modelLeads: boolean): readonly string[] =>
  acts.map(({ subject }) => leaderOf({ root: subject, openedRoot: subject }, own, modelLeads).name);

describe('the leader of an act', () => {
  it('is scripted in the acts that need a certain choice, else the configured one', () => {
    expect(names(false)).toEqual([
      'own',
      'own',
      'own',
      'scripted (picks restart)',
      'own',
      'scripted (obeys what it reads)',
    ]);
  });

  it('is the model where there is one, but never in the act about obeying', () => {
    expect(names(true)).toEqual(['own', 'own', 'own', 'own', 'own', 'scripted (obeys what it reads)']);
  });

  it('is found by the root now or by the root at the opening, and is the configured one for anything else', () => {
    const reviews = acts[5]?.subject ?? elsewhere;
    expect(leaderOf({ root: elsewhere, openedRoot: reviews }, own, false).name).toContain('obeys');
    expect(leaderOf({ root: reviews, openedRoot: elsewhere }, own, false).name).toContain('obeys');
    expect(leaderOf({ root: elsewhere, openedRoot: elsewhere }, own, false)).toBe(own);
  });
});
