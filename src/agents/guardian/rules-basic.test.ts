import { describe, expect, it } from 'vitest';
import { restart } from '../../actions/restart.ts';
import { emptyState } from '../../folds/state.ts';
import { catalogueOnly } from './catalogue-only.ts';
import { missing, known } from './facts.ts';
import { freshFacts } from './fresh-facts.ts';
import { intentFirst } from './intent-first.ts';
import { leaderEpoch } from './leader-epoch.ts';
import { neverTouched, writableResource } from './never-touched.ts';
import { permitPrecondition } from './permit-precondition.ts';
import { protectedObjects } from './protected-objects.ts';
import { runRules } from './rule-run.ts';
import { switchAndMode } from './switch-and-mode.ts';
import { aLive, aPlan, anAction, someFacts, target } from './testing/facts.ts';
import { undoReady } from './undo-ready.ts';
import { untrustedEvidence } from './untrusted-evidence.ts';
import { containing } from './testing/containing.ts';

describe('G01, what a permit needs', () => {
  it('allows with the number of tests and the mark that the write tests', () => {
    const live = aLive({ annotations: { 'nemotron-advisor.dev/last-action': '6.01OLD' } });
    expect(permitPrecondition.judge(someFacts({ on: live }), [])).toEqual({
      word: 'allow',
      reason: 'one request with 3 tests on uid-checkout, sent once, on condition of mark 6.01OLD',
    });
  });

  it('denies a target without a UID', () => {
    const [ruling] = runRules(someFacts({ on: aLive({ metadata: { uid: '' } }) }), [permitPrecondition]);
    expect(ruling?.word).toBe('deny');
  });

  it('denies an undo whose act is not known to have landed', () => {
    const plan = aPlan({ undoOf: 'inc-1/p0' });
    expect(permitPrecondition.judge(someFacts({ plan }), [])).toMatchObject({
      word: 'deny',
      reason: containing('no write of inc-1/p0 on shop/deploy/checkout is known to have landed'),
    });
  });

  it('denies an undo over the mark of somebody else', () => {
    const cover = { action: 'inc-1/p1/a1', permit: '7.01ACT', verdict: null, people: [], requestedBy: null };
    const live = aLive({ annotations: { 'nemotron-advisor.dev/last-action': '8.01OTHER' } });
    const facts = someFacts({ on: live, plan: aPlan({ undoOf: 'inc-1/p1' }), cover });
    expect(permitPrecondition.judge(facts, []).reason).toContain('is 8.01OTHER, not 7.01ACT');
    expect(permitPrecondition.judge(facts, []).word).toBe('deny');
    expect(permitPrecondition.judge(someFacts({ plan: aPlan({ undoOf: 'inc-1/p1' }), cover }), []).reason).toContain(
      'is gone',
    );
  });

  it('allows an undo over the mark of its act', () => {
    const cover = { action: 'inc-1/p1/a1', permit: '7.01ACT', verdict: null, people: [], requestedBy: null };
    const live = aLive({ annotations: { 'nemotron-advisor.dev/last-action': '7.01ACT' } });
    const facts = someFacts({ on: live, plan: aPlan({ undoOf: 'inc-1/p1' }), cover });
    expect(permitPrecondition.judge(facts, []).word).toBe('allow');
  });
});

describe('G02, the intent before the write', () => {
  it('allows while the journal can be written and denies otherwise', () => {
    expect(intentFirst.judge(someFacts(), []).word).toBe('allow');
    expect(intentFirst.judge(someFacts({ journalWritable: false }), []).word).toBe('deny');
  });
});

describe('G03, switch and mode', () => {
  it('denies while stopped in memory, and names who stopped where the journal knows', () => {
    expect(switchAndMode.judge(someFacts({ stopped: true }), [])).toEqual({
      word: 'deny',
      reason: 'actions are stopped',
    });
    const state = { ...emptyState, switch: { stopped: true, by: 'sre-1', reason: null, atMs: 1, seq: 1 } };
    expect(switchAndMode.judge(someFacts({ state }), [])).toEqual({
      word: 'deny',
      reason: 'actions are stopped by sre-1',
    });
  });

  it('allows in every mode, and says in the low ones that nothing is written', () => {
    const said = (mode: 'observe' | 'suggest' | 'approve' | 'auto') =>
      switchAndMode.judge(someFacts({ mode: { mode, because: 'namespace annotation' } }), []);
    expect(said('observe').reason).toContain('nothing is written');
    expect(said('suggest').reason).toContain('nothing is written');
    expect(said('approve')).toEqual({
      word: 'allow',
      reason: 'actions are not stopped, mode approve (namespace annotation)',
    });
    expect(said('auto').word).toBe('allow');
  });
});

describe('G04, the catalogue alone', () => {
  it('allows an action of the catalogue', () => {
    expect(catalogueOnly.judge(someFacts(), []).word).toBe('allow');
  });

  it('denies an action that is not in it', () => {
    expect(catalogueOnly.judge(someFacts({ definition: null }), [])).toEqual({
      word: 'deny',
      reason: 'scale is not in the catalogue',
    });
  });

  it('denies a kind that the action does not work on', () => {
    const action = anAction({ target: { ...target, kind: 'DaemonSet' } });
    expect(catalogueOnly.judge(someFacts({ action }), []).reason).toBe(
      'scale works on Deployment, StatefulSet, not on DaemonSet',
    );
  });

  it('denies parameters outside the schema and says which', () => {
    const action = anAction({ params: { replicas: 2.5 } });
    expect(catalogueOnly.judge(someFacts({ action }), [])).toEqual({
      word: 'deny',
      reason: 'the parameters of scale are not valid: replicas must be a whole number',
    });
  });

  it('denies what the preview refuses', () => {
    const action = anAction({ params: { replicas: 3 } });
    expect(catalogueOnly.judge(someFacts({ action }), [])).toEqual({
      word: 'deny',
      reason: 'scale cannot be built for shop/deploy/checkout: it is at 3 replicas already',
    });
  });
});

describe('G05, what is never touched', () => {
  const wordOn = (more: Parameters<typeof aLive>[0], action = anAction()) =>
    neverTouched.judge(someFacts({ on: aLive(more), action }), []);

  it('allows a workload with a selector', () => {
    expect(wordOn({})).toEqual({ word: 'allow', reason: 'a Deployment in shop, with a selector of its own' });
    expect(wordOn({ spec: { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } } }).word).toBe(
      'allow',
    );
  });

  it.each([[{}], [{ matchLabels: {} }], [{ matchLabels: {}, matchExpressions: [] }], [null]])(
    'denies the selector %j, which selects nothing',
    (selector) => {
      expect(wordOn({ spec: { selector } }).reason).toContain('its selector is empty or missing');
    },
  );

  it.each(['Secret', 'Namespace', 'PersistentVolume', 'ClusterRole', 'Node', 'Pod', 'Certificate', '__proto__'])(
    'denies the kind %s',
    (kind) => {
      expect(writableResource(kind)).toBeNull();
      expect(wordOn({ kind }, anAction({ target: { ...target, kind } })).reason).toContain('are never touched');
    },
  );

  it('denies the namespace of the advisor itself', () => {
    const own = { ...target, namespace: 'nemotron-advisor' };
    expect(wordOn({ metadata: { namespace: 'nemotron-advisor' } }, anAction({ target: own })).word).toBe('deny');
  });

  it('denies when something else than the target was read', () => {
    expect(wordOn({ metadata: { name: 'other' } }).reason).toBe('what was read is another object than the target');
    expect(wordOn({ kind: 'StatefulSet' }).reason).toBe('what was read is another object than the target');
    expect(wordOn({ metadata: { namespace: 'pay' } }).reason).toBe('what was read lies in another namespace');
    expect(wordOn({}, anAction({ target: { ...target, namespace: '' } })).reason).toContain('without a namespace');
  });
});

describe('G06, what is protected', () => {
  const key = 'nemotron-advisor.dev/protected';

  it('allows what is not marked, or marked false', () => {
    expect(protectedObjects.judge(someFacts(), []).word).toBe('allow');
    expect(protectedObjects.judge(someFacts({ on: aLive({ annotations: { [key]: 'false' } }) }), []).word).toBe(
      'allow',
    );
  });

  it('asks for an annotated or labelled workload, whatever the value', () => {
    const asks = [{ annotations: { [key]: 'yes' } }, { metadata: { labels: { [key]: '' } } }].map((more) =>
      protectedObjects.judge(someFacts({ on: aLive(more) }), []),
    );
    expect(asks.map((one) => [one.word, one.people])).toEqual([
      ['ask', 1],
      ['ask', 1],
    ]);
    expect(asks[1]?.reason).toContain(`protected by its label ${key}`);
  });

  it('asks for everything in a protected namespace', () => {
    const namespace = known({ metadata: { name: 'shop', labels: { [key]: 'true' } } });
    expect(protectedObjects.judge(someFacts({ namespace }), [])).toMatchObject({ word: 'ask', people: 1 });
  });

  it.each(['kube-system', 'kube-public', 'openshift-etcd', 'istio-system'])('asks in %s', (namespace) => {
    const action = anAction({ target: { ...target, namespace } });
    expect(protectedObjects.judge(someFacts({ action }), []).word).toBe('ask');
  });
});

describe('G07, fresh facts', () => {
  const reasonOf = (more: Parameters<typeof someFacts>[0]) => freshFacts.judge(someFacts(more), []);
  const fresh = { cacheLagMs: 1_000, broken: [], clockSkewMs: 200 };

  it('allows and tells the ages', () => {
    expect(reasonOf({})).toEqual({
      word: 'allow',
      reason: 'metrics 9 s old, cluster picture 1 s, clocks within 0.2 s',
    });
  });

  it('holds metrics of two cycles for fresh, and one millisecond more for stale', () => {
    expect(reasonOf({ metricsAgeMs: 120_000 }).word).toBe('allow');
    expect(reasonOf({ metricsAgeMs: 120_001 })).toEqual({
      word: 'deny',
      reason: 'the newest metrics are 120 s old, more than 120 s',
    });
  });

  it('denies when metrics were never read', () => {
    expect(reasonOf({ metricsAgeMs: null }).reason).toContain('metrics were never read');
  });

  it('holds a picture of three cycles for fresh, and one millisecond more for stale', () => {
    expect(reasonOf({ freshness: { ...fresh, cacheLagMs: 180_000 } }).word).toBe('allow');
    expect(reasonOf({ freshness: { ...fresh, cacheLagMs: 180_001 } }).word).toBe('deny');
  });

  it('denies a broken watch by its kind', () => {
    expect(reasonOf({ freshness: { ...fresh, broken: ['Pod'] } }).reason).toBe('the watch of Pod is broken');
  });

  it('denies a clock that differs by more than 30 s in either direction, or was never seen', () => {
    expect(reasonOf({ freshness: { ...fresh, clockSkewMs: -30_000 } }).word).toBe('allow');
    expect(reasonOf({ freshness: { ...fresh, clockSkewMs: -30_001 } }).word).toBe('deny');
    expect(reasonOf({ freshness: { ...fresh, clockSkewMs: null } }).word).toBe('deny');
  });

  it('denies ages that are no numbers', () => {
    expect(reasonOf({ metricsAgeMs: Number.NaN }).word).toBe('deny');
    expect(reasonOf({ freshness: { ...fresh, cacheLagMs: Number.NaN } }).word).toBe('deny');
    expect(reasonOf({ freshness: { ...fresh, clockSkewMs: Number.NaN } }).word).toBe('deny');
  });

  it('denies when any fact is missing, whether a rule needs it or not', () => {
    expect(reasonOf({ limitRanges: missing('LimitRanges of shop may not be read') })).toEqual({
      word: 'deny',
      reason: 'LimitRanges of shop may not be read',
    });
  });
});

describe('G13, untrusted evidence', () => {
  it('asks one person when nothing else supports the cause', () => {
    expect(untrustedEvidence.judge(someFacts(), []).word).toBe('allow');
    expect(untrustedEvidence.judge(someFacts({ plan: aPlan({ untrustedOnly: true }) }), [])).toMatchObject({
      word: 'ask',
      people: 1,
    });
  });
});

describe('G18, a way back', () => {
  it('allows what can be taken back exactly', () => {
    expect(undoReady.judge(someFacts(), [])).toEqual({
      word: 'allow',
      reason:
        'guards sli.err, sli.latency, restarts, ready, sli.rps, cpu.throttling, memory.share are watched; its undo brings the spec back as it is now',
    });
  });

  it('says before approval what cannot be taken back', () => {
    const action = anAction({ action: 'restart', params: {} });
    expect(undoReady.judge(someFacts({ action, by: restart }), []).reason).toContain('it cannot be undone: the pods');
  });

  it('denies an undo that brings something else back', () => {
    const facts = someFacts();
    const change = 'known' in facts.change && !('refused' in facts.change.known) ? facts.change.known : null;
    const undo = { tests: [], changes: [{ op: 'replace', path: '/spec/replicas', value: 4 }], touches: [] } as const;
    expect(change).not.toBeNull();
    expect(undoReady.judge({ ...facts, change: known({ ...change!, undo }) }, []).word).toBe('deny');
  });

  it('denies an action without guards', () => {
    const { definition } = someFacts();
    expect(definition).not.toBeNull();
    expect(undoReady.judge(someFacts({ definition: { ...definition!, guards: [] } }), []).word).toBe('deny');
  });
});

describe('G19, the epoch', () => {
  it('allows while more of the lease is left than a write may take', () => {
    expect(leaderEpoch.judge(someFacts({ lease: { epoch: 7, remainingMs: 12_001 } }), []).word).toBe('allow');
    expect(leaderEpoch.judge(someFacts({ lease: { epoch: 7, remainingMs: 12_000 } }), [])).toEqual({
      word: 'deny',
      reason: '12 s of the lease are left, a write may take 12 s',
    });
  });

  it('denies without the lease, but needs none where nothing is written', () => {
    expect(leaderEpoch.judge(someFacts({ lease: null }), []).word).toBe('deny');
    const mode = { mode: 'suggest', because: 'the lease is not held' } as const;
    expect(leaderEpoch.judge(someFacts({ lease: null, mode }), []).word).toBe('allow');
  });
});
