import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRulings } from '../../model/ruling.ts';
import { missing, MissingFact, type Cover, type Facts } from './facts.ts';
import { runRules } from './rule-run.ts';
import { allow, type Rule } from './rule.ts';
import { rules } from './rules.ts';
import { anAction, aLive, aPlan, someFacts } from './testing/facts.ts';
import { verdictOf } from './verdict.ts';

const rule = (judge: Rule['judge'], id = 'G08'): Rule => ({ id, about: 'a test', judge });

describe('the list of rules', () => {
  it('stands in the order of the invariants, with the approval last, since it binds the others', () => {
    expect(rules.map((one) => one.id).join(' ')).toBe(
      'G01 G02 G03 G04 G05 G06 G07 G08 G09 G10 G11 G13 G22 G14 G17 G18 G19 G15',
    );
  });

  it('permits a low-risk action on healthy facts', () => {
    const rulings = runRules(someFacts());
    expect(rulings.filter((one) => one.word !== 'allow')).toEqual([]);
    expect(foldRulings(rulings).word).toBe('permitted');
  });

  it('says one sentence with every ruling', () => {
    for (const one of runRules(someFacts())) expect(one.reason).toMatch(/^\S.{10,}/);
  });

  it('denies nearly everything when the target is gone, and never throws', () => {
    const facts = someFacts({ live: missing('shop/deploy/checkout does not exist'), change: missing('x') });
    expect(foldRulings(runRules(facts)).word).toBe('denied');
  });
});

describe('running a rule', () => {
  it('denies when it throws, without the words of the fault', () => {
    const [ruling] = runRules(someFacts(), [
      rule(() => {
        throw new Error('password=hunter2');
      }),
    ]);
    expect(ruling).toEqual({ rule: 'G08', word: 'deny', reason: 'G08 could not be judged (Error)' });
  });

  it('denies when it lacks a fact, in the words of the fact', () => {
    const [ruling] = runRules(someFacts(), [
      rule(() => {
        throw new MissingFact('budgets may not be read');
      }),
    ]);
    expect(ruling?.reason).toBe('a fact is missing: budgets may not be read');
  });

  it('denies when its word is none', () => {
    const said: unknown = JSON.parse('{"word":"maybe","reason":"r"}');
    const odd = rule(() => Object.assign(allow('r'), said));
    expect(runRules(someFacts(), [odd])[0]).toMatchObject({ word: 'deny' });
  });

  it('shows a rule what those above it said', () => {
    const seen: string[] = [];
    runRules(someFacts(), [
      rule(() => allow('first'), 'G01'),
      rule((_, before) => {
        seen.push(...before.map((one) => one.reason));
        return allow('second');
      }),
    ]);
    expect(seen).toEqual(['first']);
  });
});

describe('an undo', () => {
  const cover: Cover = { action: 'inc-1/p1/a1', permit: '7.01ACT', verdict: null, people: [], requestedBy: null };
  const marked = aLive({ annotations: { 'nemotron-advisor.dev/last-action': '7.01ACT' } });
  const undo = (more: Parameters<typeof someFacts>[0]) =>
    runRules(someFacts({ on: marked, plan: aPlan({ undoOf: 'inc-1/p1' }), cover, ...more }));
  const wordOf = (rulings: ReturnType<typeof runRules>, id: string) => rulings.find((one) => one.rule === id);
  const down = anAction({ params: { replicas: 2 } });

  it('has G09, G11, G14 and G15 answered by the verdict on its act', () => {
    const rulings = undo({ action: down, quotas: missing('x') });
    for (const id of ['G09', 'G11', 'G14', 'G15'])
      expect(wordOf(rulings, id)).toEqual({
        rule: id,
        word: 'allow',
        reason: 'the verdict on inc-1/p1/a1 covers its undo',
      });
  });

  it('has every other rule judge it', () => {
    expect(wordOf(undo({ stopped: true }), 'G03')?.word).toBe('deny');
    expect(wordOf(undo({ metricsAgeMs: null }), 'G07')?.word).toBe('deny');
    expect(wordOf(undo({ lease: null }), 'G19')?.word).toBe('deny');
  });

  it('counts asking for it as that person up to medium risk', () => {
    const asked = { ...cover, requestedBy: 'local:ada' };
    expect(wordOf(undo({ cover: asked }), 'G14')).toEqual({
      rule: 'G14',
      word: 'allow',
      reason: 'local:ada asked for it, which is their approval up to medium risk',
    });
    expect(wordOf(undo({ cover: asked, action: down }), 'G14')).toMatchObject({ word: 'ask', people: 2 });
    expect(wordOf(undo({ cover: asked, quotas: missing('x') }), 'G09')?.word).toBe('allow');
    const given = {
      id: 'apr-1',
      plan: 'p',
      binding: 'b',
      need: 2,
      risk: 'high',
      expiresWallMs: 0,
      state: 'used',
      have: [],
      denial: null,
      note: null,
    } as const;
    const bound = { cover: asked, approval: { given, bindingWith: () => 'other' } };
    expect(wordOf(undo(bound), 'G15')?.word).toBe('ask');
    expect(wordOf(undo({ ...bound, cover }), 'G15')?.word).toBe('allow');
  });
});

const factNames = [
  'live',
  'namespace',
  'budgets',
  'quotas',
  'limitRanges',
  'autoscalers',
  'change',
  'dryRun',
  'owners',
] as const;

describe('facts that are missing', () => {
  const lacking = (names: readonly (typeof factNames)[number][], facts: Facts): Facts => ({
    ...facts,
    ...Object.fromEntries(names.map((name) => [name, missing('it could not be read')])),
  });

  it('never leave anything permitted, whatever else holds', () => {
    const anyFacts = fc.record({
      mode: fc.constantFrom('observe', 'suggest', 'approve', 'auto').map((mode) => ({ mode, because: 'test' })),
      replicas: fc.integer({ min: 0, max: 12 }),
      current: fc.integer({ min: 1, max: 8 }),
      undo: fc.boolean(),
      people: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.subarray([...factNames], { minLength: 1 }), anyFacts, (names, any) => {
        const facts = someFacts({
          mode: any.mode,
          on: aLive({ replicas: any.current }),
          action: anAction({ params: { replicas: any.replicas } }),
          cover: any.undo
            ? { action: 'a', permit: 'p', verdict: null, people: ['x'], requestedBy: any.people ? 'x' : null }
            : null,
        });
        const lame = lacking(names, facts);
        expect(foldRulings(runRules(lame)).word).toBe('denied');
        expect(verdictOf(lame, runRules(lame)).word).toBe('denied');
      }),
      { numRuns: 300 },
    );
  });

  it('never leave anything permitted when an age, the clock or the lease is unknown', () => {
    const unknowns: Partial<Facts>[] = [
      { metricsAgeMs: null },
      { lease: null },
      { journalWritable: false },
      { stopped: true },
      { definition: null },
      { freshness: { cacheLagMs: 0, broken: [], clockSkewMs: null } },
    ];
    for (const one of unknowns) expect(foldRulings(runRules(someFacts(one))).word).toBe('denied');
  });
});
