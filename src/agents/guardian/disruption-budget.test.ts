import { describe, expect, it } from 'vitest';
import { restart } from '../../actions/restart.ts';
import { applyEvent } from '../../folds/fold.ts';
import { emptyState, type State } from '../../folds/state.ts';
import type { EventBody } from '../../model/event.ts';
import type { PodDisruptionBudget } from '../../model/kube.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { known, missing } from './facts.ts';
import { runRules } from './rule-run.ts';
import { aLive, anAction, aPlan, someFacts, target } from './testing/facts.ts';

const restarting = anAction({ action: 'restart', params: {} });
const scalingTo = (replicas: number) => anAction({ params: { replicas } });
const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } } };

function aBudget(allowed: number | undefined, more: Partial<PodDisruptionBudget> = {}): PodDisruptionBudget {
  return {
    metadata: { name: 'checkout', namespace: 'shop', generation: 2 },
    spec: { selector: { matchLabels: { app: 'checkout' } }, minAvailable: 2 },
    status: {
      observedGeneration: 2,
      expectedPods: 3,
      ...(allowed === undefined ? {} : { disruptionsAllowed: allowed }),
    },
    ...more,
  };
}

describe('G08 for a workload that rolls gently', () => {
  it('allows what takes no ready pod, whatever a budget says', () => {
    const budgets = known([aBudget(0)]);
    expect(disruptionBudget.judge(someFacts({ budgets }), [])).toEqual({
      word: 'allow',
      reason: '3 of 3 pods are ready and scaling up takes none of them away',
    });
    expect(disruptionBudget.judge(someFacts({ action: restarting, by: restart, budgets }), []).word).toBe('allow');
  });

  it('counts only ready pods: a rollout of a half broken Deployment takes nothing more', () => {
    const on = aLive({ replicas: 4, ...rolling }, 3, 1);
    expect(disruptionBudget.judge(someFacts({ on, action: restarting, by: restart }), []).word).toBe('allow');
  });

  it('allows one of three when the budget allows one', () => {
    const on = aLive(rolling);
    const facts = someFacts({ on, action: restarting, by: restart, budgets: known([aBudget(1)]) });
    expect(disruptionBudget.judge(facts, [])).toEqual({
      word: 'allow',
      reason: 'a rolling update takes 1 of 3 ready pods at a time, 2 of 3 stay',
    });
  });

  it('denies one of three when the budget allows none', () => {
    const on = aLive(rolling);
    const facts = someFacts({ on, action: restarting, by: restart, budgets: known([aBudget(0)]) });
    expect(disruptionBudget.judge(facts, [])).toEqual({
      word: 'deny',
      reason: 'a rolling update takes 1 of 3 ready pods at a time: budget checkout allows 0',
    });
  });

  it('trusts its own count where the budget has not noticed a pod that is out', () => {
    const on = aLive({ replicas: 3, spec: { strategy: { type: 'Recreate' } } }, 3);
    const scaled = someFacts({ on: aLive({ replicas: 3 }, 3), action: scalingTo(2), budgets: known([aBudget(5)]) });
    expect(disruptionBudget.judge(scaled, []).word).toBe('allow');
    const twoReady = aLive(
      { replicas: 3, spec: { strategy: { rollingUpdate: { maxUnavailable: 2, maxSurge: 0 } } } },
      2,
      1,
    );
    const facts = someFacts({ on: twoReady, action: restarting, by: restart, budgets: known([aBudget(1)]) });
    expect(disruptionBudget.judge(facts, []).reason).toContain('budget checkout allows 0');
    expect(disruptionBudget.judge(someFacts({ on, action: restarting, by: restart }), []).word).toBe('deny');
  });

  it('denies while the controller has not seen the newest budget, or has said nothing', () => {
    const on = aLive(rolling);
    const behind = aBudget(1, { status: { observedGeneration: 1, disruptionsAllowed: 1 } });
    const said = [behind, aBudget(undefined), aBudget(1, { status: undefined })].map(
      (budget) =>
        disruptionBudget.judge(someFacts({ on, action: restarting, by: restart, budgets: known([budget]) }), []).reason,
    );
    expect(said[0]).toContain('generation 2, seen 1');
    expect(said[1]).toContain('its controller has not judged it yet');
    expect(said[2]).toContain('its controller has not judged it yet');
  });

  it('knows that an empty selector of a budget selects every pod, and an absent one none', () => {
    const on = aLive(rolling);
    const word = (selector: NonNullable<PodDisruptionBudget['spec']>['selector']) =>
      disruptionBudget.judge(
        someFacts({
          on,
          action: restarting,
          by: restart,
          budgets: known([aBudget(0, { spec: { selector, minAvailable: 3 } })]),
        }),
        [],
      ).word;
    expect(word({})).toBe('deny');
    expect(word(null)).toBe('allow');
    expect(word({ matchLabels: { app: 'other' } })).toBe('allow');
  });

  it('counts actions in flight on pods of the same budget', () => {
    const on = aLive(rolling);
    const state = inFlightOn('cart');
    const facts = someFacts({
      on,
      action: restarting,
      by: restart,
      state,
      budgets: known([aBudget(1, { spec: { selector: {}, minAvailable: 2 } })]),
    });
    expect(disruptionBudget.judge(facts, []).reason).toContain(
      'budget checkout allows 0, 1 action in flight beside it',
    );
  });
});

describe('G08 for the last replica', () => {
  it('denies Recreate, which takes all at once', () => {
    const on = aLive({ replicas: 1, spec: { strategy: { type: 'Recreate' } } });
    expect(disruptionBudget.judge(someFacts({ on, action: restarting, by: restart }), [])).toEqual({
      word: 'deny',
      reason: 'a rollout by Recreate takes 1 of 1 ready pod at a time: the last ready one would go',
    });
  });

  it('allows Recreate where nothing is ready any more', () => {
    const on = aLive({ replicas: 1, spec: { strategy: { type: 'Recreate' } } }, 0, 1);
    expect(disruptionBudget.judge(someFacts({ on, action: restarting, by: restart }), []).word).toBe('allow');
  });

  it('denies scaling to zero, even where none is ready', () => {
    for (const ready of [3, 0]) {
      const facts = someFacts({ on: aLive({}, ready, 3 - ready), action: scalingTo(0) });
      expect(disruptionBudget.judge(facts, [])).toMatchObject({ word: 'deny' });
      expect(disruptionBudget.judge(facts, []).reason).toContain('scaling to 0 takes the last one');
    }
  });

  it('lets a scale down take unready pods first', () => {
    expect(disruptionBudget.judge(someFacts({ on: aLive({ replicas: 3 }, 2, 1), action: scalingTo(2) }), []).word).toBe(
      'allow',
    );
  });
});

describe('G08 for a quorum', () => {
  const ledger = { ...target, kind: 'StatefulSet' };
  const restartLedger = anAction({ action: 'restart', params: {}, target: ledger });
  const ofMembers = (replicas: number, ready: number) =>
    disruptionBudget.judge(
      someFacts({
        on: aLive({ kind: 'StatefulSet', replicas }, ready, replicas - ready),
        action: restartLedger,
        by: restart,
      }),
      [],
    );

  it('allows a rolling restart of three members that are all ready', () => {
    expect(ofMembers(3, 3)).toEqual({
      word: 'allow',
      reason: 'a rolling update takes 1 of 3 ready pods at a time, 2 of 3 stay',
    });
  });

  it('denies it with one of three out, because no second may go', () => {
    expect(ofMembers(3, 2)).toEqual({
      word: 'deny',
      reason:
        '1 of 3 is out already and a rolling update takes 1 of 2 ready pods at a time: 1 of 3 would stay, the quorum of a StatefulSet of 3 needs 2',
    });
  });

  it('denies it for two members and for one', () => {
    expect(ofMembers(2, 2).word).toBe('deny');
    expect(ofMembers(1, 1).reason).toContain('the last ready one would go');
  });

  it('counts no quorum for a larger StatefulSet, unless it runs a data store', () => {
    expect(ofMembers(5, 3).word).toBe('allow');
    const template = { spec: { containers: [{ name: 'db', image: 'registry.example/team/etcd:3.7' }] } };
    const on = aLive({ kind: 'StatefulSet', replicas: 5, template }, 3, 2);
    const facts = someFacts({ on, action: restartLedger, by: restart });
    expect(disruptionBudget.judge(facts, []).reason).toContain('2 of 5 would stay, the quorum of a data store needs 3');
  });

  it('knows a store by its image, not by a part of a word or of a registry', () => {
    const word = (image: string) =>
      disruptionBudget.judge(
        someFacts({
          on: aLive(
            { kind: 'StatefulSet', replicas: 5, template: { spec: { containers: [{ name: 'a', image }] } } },
            3,
            2,
          ),
          action: restartLedger,
          by: restart,
        }),
        [],
      ).word;
    expect(['bitnami/postgresql:17', 'redis', 'mongo:8'].map(word)).toEqual(['deny', 'deny', 'deny']);
    expect(['redistribute:1', 'etcd.example/web:1'].map(word)).toEqual(['allow', 'allow']);
  });
});

describe('G08 without facts', () => {
  it('denies when budgets or the target could not be read', () => {
    const unread = [
      someFacts({ budgets: missing('budgets of shop may not be read') }),
      someFacts({ live: missing('shop/deploy/checkout does not exist') }),
    ].map((facts) => runRules(facts, [disruptionBudget])[0]);
    expect(unread.map((one) => one?.word)).toEqual(['deny', 'deny']);
    expect(unread[0]?.reason).toBe('a fact is missing: budgets of shop may not be read');
  });
});

function inFlightOn(name: string): State {
  const other = { ...target, name };
  const action = anAction({ id: 'inc-2/p1/a1', target: other });
  const bodies: EventBody[] = [
    {
      kind: 'incident.opened',
      incident: 'inc-2',
      root: other,
      severity: 'warning',
      title: 't',
      findings: [],
      evidence: [],
    },
    {
      kind: 'plan.proposed',
      plan: {
        ...aPlan({ id: 'inc-2/p1', incident: 'inc-2', actions: [action] }),
        actions: [{ ...action, params: {}, cites: [] }],
        verify: [],
      },
    },
    {
      kind: 'intent.recorded',
      permit: '7.01X',
      purpose: 'act',
      plan: 'inc-2/p1',
      action: 'inc-2/p1/a1',
      target: { ...other, uid: 'u' },
      resource: { group: 'apps', version: 'v1', plural: 'deployments' },
      formerMark: null,
      epoch: 7,
      actionDigest: 'd',
      requestDigests: ['r'],
      before: 'b',
      summary: 's',
    },
  ];
  return bodies.reduce<State>(
    (state, body, at) => applyEvent(state, { seq: at + 1, v: 1, atMs: 1, actor: 't', body, prevHash: '', hash: '' }),
    emptyState,
  );
}
