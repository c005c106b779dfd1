import { describe, expect, it } from 'vitest';
import { nowMs } from '../../diagnosis/testing/view.ts';
import type { EventBody } from '../../model/event.ts';
import { emptyState, type PastOutcome, type State } from '../../folds/state.ts';
import { cooldown } from './cooldown.ts';
import { anAction, aPlan, someFacts, target } from './testing/facts.ts';
import { answered, ended, folded, intended, proposed } from './testing/state.ts';

const minuteMs = 60_000;
const other = aPlan({ id: 'inc-2/p1', incident: 'inc-2', actions: [anAction({ id: 'inc-2/p1/a1' })] });
const word = (state: State, more: Parameters<typeof someFacts>[0] = {}) =>
  cooldown.judge(someFacts({ state, ...more }), []);

function planEnded(
  minutesAgo: number,
  outcome: 'effective' | 'ineffective' | 'harmful' | 'unknown' = 'effective',
  plan = other,
): State {
  const atMs = nowMs - minutesAgo * minuteMs;
  const events: EventBody[] = [
    ...proposed(plan),
    intended(plan, '7.1'),
    answered('7.1', 'landed'),
    ended(plan, outcome),
  ];
  return folded(...events.map((body) => [atMs, body] as const));
}

describe('G11, rest between plans', () => {
  it('denies for ten minutes after a plan on the target ended, and says how long', () => {
    expect(word(planEnded(4))).toEqual({
      word: 'deny',
      reason: 'inc-2/p1 on the same target ended 4 min ago; the next may come in 6 min',
    });
    expect(word(planEnded(9.99)).word).toBe('deny');
    expect(word(planEnded(10)).word).toBe('allow');
  });

  it('looks at the target only', () => {
    const action = anAction({ id: 'inc-2/p1/a1', target: { ...target, name: 'cart' } });
    expect(word(planEnded(4, 'effective', aPlan({ id: 'inc-2/p1', incident: 'inc-2', actions: [action] }))).word).toBe(
      'allow',
    );
  });

  it('does not count a plan that wrote nothing', () => {
    const atMs = nowMs - minuteMs;
    const withdrawn: EventBody = { kind: 'plan.withdrawn', plan: other.id, reason: 'the target changed' };
    expect(word(folded(...[...proposed(other), withdrawn].map((body) => [atMs, body] as const))).word).toBe('allow');
  });

  it('counts a plan of which only one action was written', () => {
    const second = anAction({ id: 'inc-2/p1/a2', action: 'restart', params: {} });
    expect(word(planEnded(4, 'harmful', { ...other, actions: [...other.actions, second] })).reason).toContain(
      'inc-2/p1 on the same target ended 4 min ago',
    );
  });

  it('counts a plan that touched the target among others', () => {
    const elsewhere = anAction({ id: 'inc-2/p1/a2', target: { ...target, name: 'cart' } });
    expect(word(planEnded(4, 'harmful', { ...other, actions: [...other.actions, elsewhere] })).word).toBe('deny');
  });

  it('exempts the steps of the plan itself and the plan that took it back', () => {
    const own = aPlan();
    expect(word(planEnded(1, 'effective', own)).word).toBe('allow');
    const undo = aPlan({ id: 'inc-1/p2', undoOf: 'inc-1/p1', actions: [anAction({ id: 'inc-1/p2/a1' })] });
    expect(word(planEnded(1, 'effective', undo)).word).toBe('allow');
  });
});

describe('G11, repetition', () => {
  it.each(['ineffective', 'harmful'] as const)('denies an action that was %s here within a day', (outcome) => {
    expect(word(planEnded(60, outcome))).toEqual({
      word: 'deny',
      reason: `inc-2/p1/a1 tried scale here within 24 h and was ${outcome}`,
    });
    expect(word(planEnded(24 * 60, outcome)).word).toBe('allow');
  });

  it.each(['effective', 'unknown'] as const)('allows one that was %s', (outcome) => {
    expect(word(planEnded(60, outcome)).word).toBe('allow');
  });

  it('allows another action', () => {
    const action = anAction({ action: 'restart', params: {} });
    expect(word(planEnded(60, 'ineffective'), { action }).word).toBe('allow');
  });
});

describe('G11, the breaker', () => {
  const harm = (more: Partial<PastOutcome> = {}): PastOutcome => ({
    plan: 'inc-9/p1',
    action: 'inc-9/p1/a1',
    actionName: 'scale',
    target: { ...target, name: 'elsewhere' },
    word: 'harmful',
    undone: true,
    atMs: nowMs - 60 * minuteMs,
    ...more,
  });
  const after = (...outcomes: PastOutcome[]) => word({ ...emptyState, outcomes });

  it('opens at the second harm of one action in one namespace', () => {
    expect(after(harm()).word).toBe('allow');
    expect(after(harm(), harm()).reason).toBe('scale did harm 2 times in shop within 24 h');
    expect(after(harm(), harm({ actionName: 'restart' })).word).toBe('allow');
    expect(after(harm(), harm({ target: { ...target, namespace: 'pay' } })).word).toBe('allow');
  });

  it('opens at the third harm in the cluster', () => {
    const pay = harm({ target: { ...target, namespace: 'pay' }, actionName: 'restart' });
    expect(after(harm(), pay).word).toBe('allow');
    expect(after(harm(), pay, { ...pay, actionName: 'rollback' }).reason).toBe(
      '3 actions did harm in the cluster within 24 h',
    );
  });

  it('closes after a day', () => {
    const old = { atMs: nowMs - 24 * 60 * minuteMs };
    expect(after(harm(old), harm(old), harm(old)).word).toBe('allow');
  });

  it('opens when the same action keeps coming back', () => {
    const write = (at: number) => ({
      permit: `7.${at}`,
      plan: `inc-9/p${at}`,
      action: `inc-9/p${at}/a1`,
      actionName: 'scale',
      target: { ...target, uid: 'u' },
      atMs: nowMs - at * 60 * minuteMs,
      purpose: 'act' as const,
    });
    expect(word({ ...emptyState, writes: [write(1), write(2)] }).word).toBe('allow');
    expect(word({ ...emptyState, writes: [write(1), write(2), write(3)] }).reason).toBe(
      'scale was written here 3 times within 24 h, and it comes back',
    );
  });

  it('opens when ten incidents opened within one cooldown', () => {
    const opened = (count: number) =>
      folded(
        ...Array.from({ length: count }, (_, at) => {
          const plan = aPlan({ id: `inc-${at}/p1`, incident: `inc-${at}` });
          return [nowMs - minuteMs, proposed(plan)[0]!] as const;
        }),
      );
    expect(word(opened(9)).word).toBe('allow');
    expect(word(opened(10)).reason).toContain('10 incidents opened within the last cooldown');
  });
});
