import { describe, expect, it } from 'vitest';
import { foldAll } from '../../src/folds/fold.ts';
import { emptyState, type Intent, type State } from '../../src/folds/state.ts';
import { markAnnotation, stopConfigMap } from '../../src/model/mode.ts';
import type { AuditedRequest } from '../scenario/judge.ts';
import { accountProblems, landedWrites } from './landed-writes.ts';

const user = 'system:serviceaccount:nemotron-advisor:advisor';
const markPath = `/metadata/annotations/${markAnnotation.replace('/', '~1')}`;

function aPatch(ops: readonly unknown[], more: Partial<AuditedRequest> = {}): AuditedRequest {
  return {
    user,
    verb: 'patch',
    dryRun: false,
    resource: 'deployments',
    namespace: 'shop',
    name: 'checkout',
    code: 200,
    body: JSON.stringify(ops),
    ...more,
  };
}
const aChange = (permit: string): AuditedRequest =>
  aPatch([
    { op: 'test', path: markPath, value: '1.former' },
    { op: 'replace', path: markPath, value: permit },
    { op: 'replace', path: '/spec/replicas', value: 3 },
  ]);

function anIntent(permit: string, more: Partial<Intent> = {}): Intent {
  return {
    permit,
    purpose: 'act',
    plan: 'inc-1/p1',
    action: 'inc-1/p1/a1',
    target: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'u' },
    resource: { group: 'apps', version: 'v1', plural: 'deployments' },
    formerMark: null,
    epoch: 1,
    seq: 1,
    atMs: 0,
    actionDigest: 'a',
    requestDigests: ['r'],
    before: 'b',
    summary: 's',
    answer: { result: 'landed', reason: '', atMs: 0 },
    fence: null,
    ...more,
  };
}
const knowing = (...intents: readonly Intent[]): State => ({
  ...foldAll([]),
  intents: new Map(intents.map((one) => [one.permit, one])),
});

describe('what landed by the audit', () => {
  it('reads the permit of a change, of a fence and of a hand back from its body', () => {
    const firstMark = aPatch([{ op: 'add', path: '/metadata/annotations', value: { [markAnnotation]: '1.A' } }]);
    const fence = aPatch([{ op: 'replace', path: markPath, value: 'void:1.B' }]);
    const handBack = aPatch([{ op: 'replace', path: '/metadata/managedFields', value: [] }]);
    expect(landedWrites([firstMark, fence, handBack], user)).toMatchObject([
      { permit: '1.A', kind: 'change', target: 'deployments shop/checkout' },
      { permit: '1.B', kind: 'fence' },
      { permit: null, kind: 'hand back' },
    ]);
  });

  it('leaves out dry runs, refusals, reads, other people and what is not a workload', () => {
    const one = aChange('1.A');
    const others: readonly AuditedRequest[] = [
      { ...one, dryRun: true },
      { ...one, code: 422 },
      { ...one, verb: 'get' },
      { ...one, user: 'kubectl-user' },
      { ...one, resource: 'configmaps', name: stopConfigMap },
    ];
    expect(landedWrites(others, user)).toEqual([]);
  });

  it('calls a stored write without a mark foreign, whatever its body', () => {
    const bodies = ['', 'no json', '{}', '[]', '[{"op":"remove","path":"/spec"}]'];
    for (const body of bodies)
      expect(landedWrites([aPatch([], { body })], user)).toMatchObject([{ permit: null, kind: 'foreign' }]);
  });
});

describe('the account of writes', () => {
  it('is clean when each landed once and the journal says so', () => {
    const landed = landedWrites([aChange('1.A')], user);
    expect(accountProblems(knowing(anIntent('1.A')), landed)).toEqual([]);
    const fenced = anIntent('1.A', { answer: null, fence: { result: 'landed' } });
    expect(accountProblems(knowing(fenced), landed)).toEqual([]);
    expect(accountProblems(emptyState, [])).toEqual([]);
  });

  it('names a permit that landed twice', () => {
    const landed = landedWrites([aChange('1.A'), aChange('1.A')], user);
    expect(accountProblems(knowing(anIntent('1.A')), landed)).toEqual(['double write: permit 1.A landed 2 times']);
  });

  it('names a write that the journal does not know, or holds for void', () => {
    const landed = landedWrites([aChange('1.A')], user);
    expect(accountProblems(emptyState, landed)[0]).toContain('which no intent names');
    const voided = anIntent('1.A', { answer: null, fence: { result: 'void' } });
    expect(accountProblems(knowing(voided), landed)).toEqual([
      'lost write: 1.A landed, and the journal says nothing of it',
    ]);
  });

  it('names a write that only the journal knows, an open intent and a write without a mark', () => {
    const open = anIntent('1.B', { answer: null });
    expect(accountProblems(knowing(anIntent('1.A'), open), landedWrites([aPatch([])], user))).toEqual([
      'a write without a mark at deployments shop/checkout',
      '1.A is recorded as landed, and the server never stored it',
      'open intent: 1.B (act)',
    ]);
  });

  it('names an approval that nobody brought to an end', () => {
    const approval = {
      id: 'apr-1',
      plan: 'inc-1/p1',
      binding: 'b',
      need: 1,
      risk: 'medium',
      expiresWallMs: 0,
      have: [],
      denial: null,
      note: null,
    } as const;
    const waiting = { ...emptyState, approvals: new Map([['apr-1', { ...approval, state: 'approved' as const }]]) };
    const used = { ...emptyState, approvals: new Map([['apr-1', { ...approval, state: 'used' as const }]]) };
    expect([accountProblems(waiting, []), accountProblems(used, [])]).toEqual([
      ['orphaned approval: apr-1 is approved'],
      [],
    ]);
  });
});
