import { describe, expect, it } from 'vitest';
import { aDeployment, aView, atMs } from '../../test/builders/view.ts';
import { aDiagnosis, anEvidence, anOpening, stateAfter } from '../../test/builders/events.ts';
import type { Finding } from '../model/finding.ts';
import { Failure } from '../model/failure.ts';
import { labelTest } from './labels.ts';
import { scanReport, worstOf, type Looked, type ScanScope } from './scan-report.ts';
import { scanTable } from './scan-table.ts';
import { problemIn } from './testing/problem.ts';

const ledger = { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' };

function aFinding(id: string, onsetMs: number): Finding {
  return {
    kind: 'fact',
    id,
    of: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    severity: 'critical',
    onsetMs,
    firstSeenMs: onsetMs,
    lastSeenMs: atMs,
    sentence: 'OOMKilled 3 times',
    fact: 'oom-killed',
    objects: [],
    count: 3,
  };
}

const oom = aFinding('fact:oom-killed@shop/Deployment/checkout', atMs - 240_000);
const opened = [
  { kind: 'finding.opened', finding: oom },
  anOpening(),
  aDiagnosis(),
  anOpening({ incident: 'inc-2', root: ledger, severity: 'warning', title: 'ledger is not ready', findings: [] }),
] as const;

function aLook(more: Partial<Looked> = {}): Looked {
  return {
    state: stateAfter(...opened),
    view: aView({ Deployment: [aDeployment({ name: 'checkout', namespace: 'shop' })] }),
    leader: 'playbook (no key)',
    asOfMs: atMs,
    blind: [],
    clusterName: 'kind-dev',
    clusterId: '4f1c9a00',
    namespaces: ['default', 'pay', 'shop'],
    ...more,
  };
}
const titles = (scope: ScanScope, look = aLook()) => scanReport(look, scope).items.map((one) => one.title);
const terminal = {
  shown: true,
  width: 80,
  color: false,
  canPrompt: false,
  ascii: false,
  rewrites: false,
  noteWidth: 80,
};

describe('what a scan reports', () => {
  it('puts critical incidents first, with the onset of their first sign', () => {
    const { items } = scanReport(aLook(), {});
    expect(items.map((one) => one.severity)).toEqual(['critical', 'warning']);
    expect(items[0]).toMatchObject({
      id: null,
      onset: new Date(atMs - 240_000).toISOString(),
      code: 'WL-001',
      cause: 'oom_killed',
      strength: 'strong',
      leader: 'playbook (no key)',
      evidence: [anEvidence(), anEvidence('E2', { sentence: 'working set 100 % of limit' })],
    });
  });

  it('narrows to a namespace, labels and a time', () => {
    expect(titles({ namespace: 'pay' })).toEqual(['ledger is not ready']);
    expect(titles({ labels: labelTest('app=checkout') })).toEqual(['checkout is killed for memory']);
    expect(titles({ sinceMs: 300_000 })).toEqual(['checkout is killed for memory']);
    expect(titles({ sinceMs: 60_000 })).toEqual([]);
  });

  it('looks everywhere when nothing narrows it', () => {
    expect(scanReport(aLook(), {}).scope).toEqual({ namespaces: 3, all: true, namespace: null });
    expect(scanReport(aLook(), { namespace: 'pay' }).scope).toEqual({ namespaces: 1, all: false, namespace: 'pay' });
  });

  it('leaves out what is closed', () => {
    const state = stateAfter(...opened, { kind: 'incident.resolved', incident: 'inc-1', reason: 'signs gone' });
    expect(titles({}, aLook({ state }))).toEqual(['ledger is not ready']);
  });

  it('names the most urgent severity', () => {
    expect(worstOf(scanReport(aLook(), {}))).toBe('critical');
    expect(worstOf(scanReport(aLook(), { namespace: 'pay' }))).toBe('warning');
    expect(worstOf(scanReport(aLook(), { namespace: 'default' }))).toBe('none');
  });

  it('leads with no cause that was ruled out', () => {
    const [first] = aDiagnosis().hypotheses;
    const state = stateAfter(anOpening(), aDiagnosis({ hypotheses: [{ ...first!, strength: 'ruled out' }] }));
    expect(scanReport(aLook({ state }), {}).items[0]).toMatchObject({ code: null, cause: null, strength: null });
  });

  it('refuses a namespace that is not there, and says which are', () => {
    const problem = problemIn(() => scanReport(aLook(), { namespace: 'shpo' }));
    expect(problem).toMatchObject({ exitCode: 2, why: 'kind-dev has default, pay, shop' });
  });

  it('exits 4 for a namespace that may be there where namespaces cannot be listed', () => {
    const look = aLook({ view: aView({}, atMs, ['Namespace']), namespaces: [] });
    const problem = problemIn(() => scanReport(look, { namespace: 'shop' }));
    expect(problem).toMatchObject({ exitCode: 4, code: 'namespace-not-seen' });
  });
});

describe('the table of a scan', () => {
  it('has words for people', () => {
    expect(scanTable(scanReport(aLook(), { namespace: 'shop' }), terminal, false)).toEqual([
      'SEVERITY  WHAT               WORKLOAD              LIKELY CAUSE         SINCE',
      'critical  killed for memory  shop/deploy/checkout  oom-killed (strong)  4 min',
    ]);
    const [, unsettled] = scanTable(scanReport(aLook(), { namespace: 'pay' }), terminal, false);
    expect(unsettled).toMatch(/^warning +not ready +pay\/sts\/ledger +not settled/);
  });

  it('has single words and RFC 3339 for programs', () => {
    const piped = { ...terminal, shown: false, width: Number.POSITIVE_INFINITY };
    const lines = scanTable(scanReport(aLook(), { namespace: 'shop' }), piped, false);
    expect(lines).toEqual([
      'SEVERITY  WHAT               WORKLOAD              LIKELY-CAUSE  SINCE',
      'critical  killed for memory  shop/deploy/checkout  oom-killed    2026-06-09T13:56:00Z',
    ]);
  });

  it('adds code and findings when it may be wide, and fits 80 columns when it may not', () => {
    const long = stateAfter(
      opened[0],

      anOpening({ title: `checkout ${'is slow and '.repeat(10)}`, root: { ...ledger, name: 'l'.repeat(30) } }),
    );
    expect(scanTable(scanReport(aLook(), {}), { ...terminal, width: 200 }, true)[0]).toContain('CODE    FINDINGS');
    expect(
      scanTable(scanReport(aLook({ state: long }), {}), terminal, false).filter((line) => line.length > 80),
    ).toEqual([]);
  });
});

describe('label selectors', () => {
  const labels = { app: 'cart', tier: 'front', 'app.kubernetes.io/name': 'cart' };
  it.each([
    ['app=cart', true],
    ['app==cart', true],
    ['app=till', false],
    ['app!=till', true],
    ['env!=dev', true],
    ['app=cart,tier=front', true],
    ['app=cart,tier=back', false],
    ['tier in (front, back)', true],
    ['tier notin (front,back)', false],
    ['env notin (dev)', true],
    ['app', true],
    ['env', false],
    ['!env', true],
    ['!app', false],
    ['app.kubernetes.io/name=cart,tier in (front,back),!env', true],
  ])('%s selects the workload: %s', (text, selected) => {
    expect(labelTest(text)(labels)).toBe(selected);
  });

  it.each([['app=='.concat('a b')], ['app in front'], ['=cart'], ['app=cart;rm']])('refuses %j', (text) => {
    expect(() => labelTest(text)).toThrow(Failure);
  });
});
