import { describe, expect, it } from 'vitest';
import { anOpening, stateAfter } from '../../../test/builders/events.ts';
import { restart } from '../../actions/restart.ts';
import { setResources } from '../../actions/set-resources.ts';
import { aSignal } from '../../diagnosis/testing/signs.ts';
import { emptyState, type State } from '../../folds/state.ts';
import type { SignalFinding } from '../../model/finding.ts';
import type { Ruling } from '../../model/ruling.ts';
import { enoughProof } from './enough-proof.ts';
import { missing } from './facts.ts';
import { runRules } from './rule-run.ts';
import { containing } from './testing/containing.ts';
import { aLive, anAction, someFacts, target } from './testing/facts.ts';

const errors = aSignal('sli.err', target);
const latency = aSignal('sli.latency', target);

function holding(...findings: readonly SignalFinding[]): State {
  return { ...emptyState, findings: new Map(findings.map((one) => [one.id, one])) };
}

function judged(more: Parameters<typeof someFacts>[0]): Ruling | undefined {
  return runRules(someFacts(more), [enoughProof])[0];
}

/** A scale up, which takes nothing away and can be taken back. */
function scaling(restsOn: readonly string[], state: State): Parameters<typeof someFacts>[0] {
  return { action: anAction({ restsOn: [...restsOn] }), state };
}

/** A restart of all pods, which cannot be taken back. */
function restarting(restsOn: readonly string[], state: State): Parameters<typeof someFacts>[0] {
  return { action: anAction({ action: 'restart', params: {}, restsOn: [...restsOn] }), by: restart, state };
}

describe('G22, what a signal may justify', () => {
  it('takes a fact of the API for enough, whatever signals stand beside it', () => {
    const candidate = { ...errors, confidence: 'candidate' as const };
    const ids = ['fact:oom-killed@shop/Deployment/checkout', candidate.id];
    expect(judged(restarting(ids, holding(candidate)))?.word).toBe('allow');
  });

  it('takes a cause that is read from the API alone for enough', () => {
    expect(judged(restarting([], emptyState))?.word).toBe('allow');
  });

  it.each<[string, Partial<SignalFinding>]>([
    ['a signal that is compared with a day of past alone', { confidence: 'candidate' }],
    ['a pod that tells nothing', { confidence: 'candidate', level: 'presence' }],
    ['a trend that is too young', { confidence: 'candidate', level: 'trend' }],
  ])('only looks at %s', (_what, over) => {
    expect(judged(scaling([errors.id], holding({ ...errors, ...over })))).toMatchObject({
      word: 'deny',
      reason: `its cause rests on candidates alone, which are only looked at (${errors.id})`,
    });
  });

  it.each<[string, Partial<SignalFinding>]>([
    ['a signal', {}],
    ['an error budget that burns', { level: 'impact' }],
    ['a trend with a test of its own', { level: 'trend' }],
  ])('lets %s that is validated justify what can be taken back', (_what, over) => {
    expect(judged(scaling([errors.id], holding({ ...errors, ...over })))?.word).toBe('allow');
  });

  it('lets one validated signal among candidates justify what can be taken back', () => {
    const state = holding({ ...errors, confidence: 'candidate' }, latency);
    expect(judged(scaling([errors.id, latency.id], state))?.word).toBe('allow');
  });

  it('has a person be the second witness of a signal that stands alone when the change cannot be taken back', () => {
    expect(judged(restarting([errors.id], holding(errors)))).toMatchObject({
      word: 'ask',
      people: 1,
      reason: containing('the change cannot be taken back'),
    });
  });

  it('has a person be the second witness when ready pods go', () => {
    const params = { container: 'app', limits: { memory: '384Mi' } };
    const facts = {
      action: anAction({ action: 'set-resources', params, restsOn: [errors.id] }),
      by: setResources,
      state: holding(errors),
    };
    expect(judged({ ...facts, on: aLive() })?.word).toBe('allow');
    expect(judged({ ...facts, on: aLive({ spec: { strategy: { type: 'Recreate' } } }) })).toMatchObject({
      word: 'ask',
      people: 1,
      reason: containing('a rollout by Recreate takes 3 of 3 ready pods at a time: a person is the second'),
    });
  });

  it('lets a corroborated signal justify what disrupts', () => {
    const state = holding({ ...errors, confidence: 'corroborated' }, latency);
    expect(judged(restarting([errors.id, latency.id], state))?.word).toBe('allow');
  });

  it('denies what rests on a signal that has closed meanwhile', () => {
    expect(judged(scaling([errors.id], emptyState))).toMatchObject({
      word: 'deny',
      reason: `nothing that its cause rests on holds any more (${errors.id})`,
    });
  });

  it('takes all findings of the incident where the plan does not tell on which it rests', () => {
    const { incidents } = stateAfter(anOpening({ findings: [errors.id] }));
    const candidate = holding({ ...errors, confidence: 'candidate' });
    expect(judged({ state: { ...candidate, incidents } })?.word).toBe('deny');
  });

  it('does not ask again for an undo', () => {
    const cover = { action: 'inc-1/p1/a1', permit: '7.01ACT', verdict: null, people: [], requestedBy: null };
    expect(judged({ ...scaling([errors.id], emptyState), cover })?.word).toBe('allow');
  });

  it('denies when what the change takes away cannot be told', () => {
    const facts = { ...restarting([errors.id], holding(errors)), live: missing<never>('it does not exist') };
    expect(judged(facts)).toMatchObject({ word: 'deny', reason: 'a fact is missing: it does not exist' });
  });
});
