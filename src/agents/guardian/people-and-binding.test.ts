import { describe, expect, it } from 'vitest';
import { setResources } from '../../actions/set-resources.ts';
import type { Approval } from '../../folds/state.ts';
import type { Ruling } from '../../model/ruling.ts';
import { approvalBinding } from './approval-binding.ts';
import { actionDigest, bindingOf, planBinding } from './binding.ts';
import { hasConsent, modeNeeded, whyHeldBack } from './consent.ts';
import { known, type Facts } from './facts.ts';
import { peopleWhoCount, riskAndPeople } from './risk-and-people.ts';
import { aLive, anAction, aPlan, changeOf, someFacts, target } from './testing/facts.ts';
import { answered, folded, intended, proposed } from './testing/state.ts';
import { verdictOf } from './verdict.ts';
import { runRules } from './rule-run.ts';

const raise = anAction({ action: 'set-resources', params: { container: 'app', limits: { memory: '384Mi' } } });
const medium = (more: Parameters<typeof someFacts>[0] = {}) => someFacts({ action: raise, by: setResources, ...more });
const approveMode = { mode: 'approve', because: 'namespace annotation' } as const;

describe('G14, how many people', () => {
  it('lets low risk run by itself in auto, and asks one person in approve', () => {
    expect(riskAndPeople.judge(someFacts(), [])).toEqual({ word: 'allow', reason: 'low risk may run in auto' });
    expect(riskAndPeople.judge(someFacts({ mode: approveMode }), [])).toMatchObject({ word: 'ask', people: 1 });
    expect(riskAndPeople.judge(someFacts({ mode: approveMode }), []).reason).toContain('3 → 5');
  });

  it('asks one person for medium risk', () => {
    expect(riskAndPeople.judge(medium(), [])).toEqual({
      word: 'ask',
      people: 1,
      reason: 'medium risk needs one person',
    });
  });

  it('lets an allow that names action and namespace stand for that person, in auto only', () => {
    const allows = [{ action: 'set-resources', namespace: 'shop', at: 'shop.yaml:2' }] as const;
    expect(riskAndPeople.judge(medium({ allows }), [])).toEqual({
      word: 'allow',
      reason: 'medium risk, allowed beforehand: set-resources in shop (shop.yaml:2)',
    });
    expect(riskAndPeople.judge(medium({ allows, mode: approveMode }), []).word).toBe('ask');
  });

  it('takes no allow for another action or namespace, nor a suspended one', () => {
    const word = (allow: Facts['allows'][number], allowsSuspended: string | null = null) =>
      riskAndPeople.judge(medium({ allows: [allow], allowsSuspended }), []);
    expect(word({ action: 'restart', namespace: 'shop', at: 'a:1' }).word).toBe('ask');
    expect(word({ action: 'set-resources', namespace: 'pay', at: 'a:1' }).word).toBe('ask');
    expect(word({ action: 'set-resources', namespace: 'shop', at: 'a:1' }, 'shop.yaml:3: broken').reason).toBe(
      'medium risk needs one person; what was allowed beforehand is suspended: shop.yaml:3: broken',
    );
  });

  it('asks two for high risk and one for what cannot be taken back, whatever is allowed', () => {
    const allows = [{ action: 'scale', namespace: 'shop', at: 'a:1' }] as const;
    const down = anAction({ params: { replicas: 2 } });
    expect(riskAndPeople.judge(someFacts({ action: down, allows }), [])).toMatchObject({ word: 'ask', people: 2 });
    const change = { ...changeOf(aLive()), risk: 'irreversible' } as const;
    expect(riskAndPeople.judge(someFacts({ change: known(change), allows }), [])).toMatchObject({
      word: 'ask',
      people: 1,
    });
  });

  it('counts each person once, and no local operator towards two', () => {
    expect(peopleWhoCount(['sre-1', 'sre-1'], 1)).toEqual(['sre-1']);
    expect(peopleWhoCount(['local:ada'], 1)).toEqual(['local:ada']);
    expect(peopleWhoCount(['local:ada', 'sre-1', 'sre-2'], 2)).toEqual(['sre-1', 'sre-2']);
  });
});

describe('what an approval binds', () => {
  const rulings: readonly Ruling[] = [
    { rule: 'G08', word: 'allow', reason: '3 pods' },
    { rule: 'G14', word: 'ask', reason: 'one person', people: 1 },
  ];
  const base = bindingOf(medium(), rulings);

  it('does not change with status, resourceVersion, permit, or the words of a reason', () => {
    const later = aLive({ status: { readyReplicas: 1 }, metadata: { resourceVersion: '999', generation: 9 } }, 1, 2);
    expect(bindingOf(medium({ on: later }), rulings)).toBe(base);
    expect(
      bindingOf(
        medium(),
        rulings.map((one) => ({ ...one, reason: 'other words' })),
      ),
    ).toBe(base);
    const marked = aLive({ annotations: { 'nemotron-advisor.dev/last-action': 'void:7.01' } });
    expect(bindingOf(medium({ on: marked }), rulings)).toBe(base);
  });

  it('changes with the tested value, parameters, target, UID, a ruling and its people', () => {
    const template = {
      metadata: { labels: { app: 'checkout' } },
      spec: { containers: [{ name: 'app', resources: { limits: { memory: '300Mi' } } }] },
    };
    const others = [
      bindingOf(medium({ on: aLive({ template }) }), rulings),
      bindingOf(medium({ action: { ...raise, params: { container: 'app', limits: { memory: '385Mi' } } } }), rulings),
      bindingOf(medium({ action: { ...raise, target: { ...target, name: 'cart' } } }), rulings),
      bindingOf(medium({ on: aLive({ metadata: { uid: 'another' } }) }), rulings),
      bindingOf(medium(), rulings.slice(1)),
      bindingOf(
        medium(),
        rulings.map((one) => ({ ...one, word: 'ask' as const, people: 1 })),
      ),
      bindingOf(
        medium(),
        rulings.map((one) => (one.rule === 'G14' ? { ...one, people: 2 } : one)),
      ),
    ];
    expect(new Set([base, ...others]).size).toBe(others.length + 1);
  });

  it('changes with the risk, the change and the way back, each by itself', () => {
    const facts = medium();
    const change = changeOf(aLive(), raise, setResources);
    const others = [
      { ...change, risk: 'high' as const },
      { ...change, undo: { irreversible: 'it is gone' } },
      { ...change, preview: { ...change.preview, changes: [] } },
      { ...change, preview: { ...change.preview, tests: [] } },
    ].map((one) => bindingOf({ ...facts, change: known(one) }, rulings));
    expect(new Set([base, ...others]).size).toBe(5);
    expect(bindingOf({ ...facts, change: known({ ...change, summary: 'other words' }) }, rulings)).toBe(base);
  });

  it('counts pending as allow, and never binds the word on the approval itself', () => {
    expect(bindingOf(medium(), [{ ...rulings[0]!, word: 'pending' }, rulings[1]!])).toBe(base);
    expect(bindingOf(medium(), [...rulings, { rule: 'G15', word: 'ask', reason: 'x' }])).toBe(base);
  });

  it('binds a plan by its actions and the bindings of their verdicts in order', () => {
    const two = [{ binding: 'a' }, { binding: 'b' }];
    expect(planBinding(aPlan(), two)).not.toBe(planBinding(aPlan(), two.toReversed()));
    expect(planBinding(aPlan({ expectedEffect: 'other words' }), two)).toBe(planBinding(aPlan(), two));
    expect(actionDigest(anAction())).not.toBe(actionDigest(anAction({ params: { replicas: 6 } })));
  });
});

describe('G15, an approval at the write', () => {
  const given: Approval = {
    id: 'apr-1',
    plan: 'inc-1/p1',
    binding: 'bound',
    need: 1,
    risk: 'medium',
    expiresWallMs: 2_000,
    state: 'approved',
    have: [],
    denial: null,
    note: null,
  };
  const word = (more: Partial<Approval>, fresh: string, wallMs = 1_999, result: 'landed' | 'refused' = 'refused') => {
    const events = [...proposed(aPlan()), intended(aPlan(), '7.1'), answered('7.1', result)];
    const state = folded(...events.map((body) => [0, body] as const));
    return approvalBinding.judge(
      someFacts({ wallMs, state, approval: { given: { ...given, ...more }, bindingWith: () => fresh } }),
      [],
    );
  };

  it('allows what it was given for', () => {
    expect(word({}, 'bound').word).toBe('allow');
    expect(approvalBinding.judge(someFacts(), []).word).toBe('allow');
  });

  it('asks anew when what would be written is another change', () => {
    expect(word({}, 'other')).toMatchObject({ word: 'ask', people: 1 });
    expect(word({}, 'other').reason).toContain('was given for bound');
  });

  it('asks anew when it expired before anything was written on it; later steps of its plan go on', () => {
    expect(word({}, 'bound', 2_000)).toMatchObject({ word: 'ask' });
    expect(word({ state: 'used' }, 'bound', 1_999).word).toBe('allow');
    expect(word({ state: 'used' }, 'bound', 2_000)).toMatchObject({ word: 'ask' });
    expect(word({ state: 'used' }, 'bound', 9_000, 'landed').word).toBe('allow');
  });
});

describe('consent', () => {
  const reviewed = (facts: Facts) => {
    const rulings = runRules(facts);
    return { facts, rulings, verdict: verdictOf(facts, rulings) };
  };
  const approval = (by: readonly string[], state: Approval['state'] = 'approved'): Approval => ({
    id: 'apr-1',
    plan: 'inc-1/p1',
    binding: 'b',
    need: 1,
    risk: 'medium',
    expiresWallMs: 0,
    state,
    have: by.map((one, at) => ({ by: one, door: 'cli', atMs: at, seq: at })),
    denial: null,
    note: null,
  });
  const high = reviewed(someFacts({ action: anAction({ params: { replicas: 2 } }) }));

  it('needs nobody for what is permitted, and cannot be had for what is denied', () => {
    expect(hasConsent(reviewed(someFacts()), null)).toBe(true);
    expect(hasConsent(reviewed(someFacts({ metricsAgeMs: null })), approval(['sre-1', 'sre-2']))).toBe(false);
  });

  it('needs an approval that is given', () => {
    expect(hasConsent(reviewed(medium()), null)).toBe(false);
    expect(hasConsent(reviewed(medium()), approval(['sre-1']))).toBe(true);
    for (const state of ['waiting', 'half approved', 'denied', 'expired', 'void'] as const)
      expect(hasConsent(reviewed(medium()), approval(['sre-1'], state))).toBe(false);
  });

  it('needs two different people for high risk, none of them local', () => {
    expect(hasConsent(high, approval(['sre-1']))).toBe(false);
    expect(hasConsent(high, approval(['sre-1', 'sre-1']))).toBe(false);
    expect(hasConsent(high, approval(['sre-1', 'local:ada']))).toBe(false);
    expect(hasConsent(high, approval(['sre-1', 'sre-2']))).toBe(true);
  });

  it('never counts who asked for the plan', () => {
    const own = reviewed(medium({ plan: aPlan({ actions: [raise], requestedBy: 'sre-1' }) }));
    expect(hasConsent(own, approval(['sre-1']))).toBe(false);
    expect(hasConsent(own, approval(['sre-2']))).toBe(true);
  });

  it('says auto when nobody was asked and approve when somebody said yes', () => {
    expect(modeNeeded(reviewed(someFacts()), null)).toBe('auto');
    expect(modeNeeded(reviewed(medium()), null)).toBe('approve');
  });

  it('holds for stop, journal and lease alone, and an undo for stale facts too', () => {
    const deny = (...ids: string[]): Ruling[] => ids.map((rule) => ({ rule, word: 'deny', reason: `${rule} said no` }));
    expect(whyHeldBack(deny('G02', 'G03', 'G19'), false)).toBe('G02 said no; G03 said no; G19 said no');
    expect(whyHeldBack(deny('G03', 'G08'), false)).toBeNull();
    expect(whyHeldBack(deny('G07'), false)).toBeNull();
    expect(whyHeldBack(deny('G07'), true)).toBe('G07 said no');
    expect(whyHeldBack([], false)).toBeNull();
  });
});
