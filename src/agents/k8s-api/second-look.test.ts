import { describe, expect, it } from 'vitest';
import { anIntent, stateAfter } from '../../../test/builders/events.ts';
import type { Granted, PermitPurpose } from '../../model/permit.ts';
import { secondLook, type Sight } from './second-look.ts';

const intent = stateAfter(anIntent()).intents.get('1.A');

function aGrant(purpose: PermitPurpose = 'act', more: Partial<Granted> = {}): Granted {
  return {
    intentSeq: 1,
    permit: {
      id: '1.A',
      purpose,
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      actionDigest: 'a',
      target: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'uid-1' },
      formerMark: null,
      testedDigest: 'b',
      clusterId: 'cluster-1',
      epoch: 3,
      intentSeq: 1,
      requestDigests: ['c'],
      expiresWallMs: 0,
      signature: 'd',
    },
    requests: [],
    before: {},
    actionName: 'scale',
    needsMode: 'approve',
    scope: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
    ...more,
  };
}

function aSight(more: Partial<Sight> = {}): Sight {
  return {
    intent,
    isJournalWritable: true,
    isStopped: false,
    mode: 'auto',
    lease: { epoch: 3, remainingMs: 12_001 },
    serverTimeoutMs: 10_000,
    ...more,
  };
}

describe('the last look before a write leaves', () => {
  it('lets it leave when all is as it was judged', () => {
    expect(secondLook(aGrant(), aSight())).toBeNull();
  });

  it('lets it leave in the very mode that it was judged under, and in a higher one', () => {
    expect(secondLook(aGrant(), aSight({ mode: 'approve' }))).toBeNull();
    expect(secondLook(aGrant('act', { needsMode: 'auto' }), aSight())).toBeNull();
  });

  it.each(['observe', 'suggest', 'approve'] as const)('holds it in the lower mode %s', (mode) => {
    expect(secondLook(aGrant('act', { needsMode: 'auto' }), aSight({ mode }))).toBe(
      `the mode is ${mode} now, and it was judged under auto`,
    );
  });

  it('holds it unless grant, permit and journal mean one intent', () => {
    const grant = aGrant();
    const words = [
      secondLook(grant, aSight({ intent: undefined })),
      secondLook(aGrant('act', { intentSeq: 2 }), aSight()),
      secondLook(aGrant('act', { permit: { ...grant.permit, intentSeq: 2 } }), aSight()),
    ];
    expect(words).toEqual(words.map(() => 'its intent is not in the journal'));
  });

  it('holds it when its intent has an end already', () => {
    const answered = intent && { ...intent, answer: { result: 'refused' as const, reason: '', atMs: 0 } };
    const fenced = intent && { ...intent, fence: { result: 'void' as const } };
    expect([
      secondLook(aGrant(), aSight({ intent: answered })),
      secondLook(aGrant(), aSight({ intent: fenced })),
    ]).toEqual(['its intent was settled before', 'its intent was settled before']);
  });

  it('holds everything without a journal, a fence too', () => {
    const sight = aSight({ isJournalWritable: false });
    expect([secondLook(aGrant(), sight), secondLook(aGrant('fence'), sight)]).toEqual([
      'the journal cannot be written',
      'the journal cannot be written',
    ]);
  });

  it.each(['act', 'undo', 'hand back'] as const)('holds an %s under stop', (purpose) => {
    expect(secondLook(aGrant(purpose), aSight({ isStopped: true }))).toBe('actions are stopped');
  });

  it('lets a fence leave under stop and in any mode', () => {
    expect(secondLook(aGrant('fence'), aSight({ isStopped: true, mode: 'observe' }))).toBeNull();
  });

  it.each(['act', 'fence'] as const)('holds an %s without enough of the lease, or in another epoch', (purpose) => {
    const words = [
      secondLook(aGrant(purpose), aSight({ lease: null })),
      secondLook(aGrant(purpose), aSight({ lease: { epoch: 2, remainingMs: 15_000 } })),
      secondLook(aGrant(purpose), aSight({ lease: { epoch: 3, remainingMs: 12_000 } })),
    ];
    expect(words).toEqual([
      'the lease is not held',
      'the lease is in epoch 2, not in 3 any more',
      'only 12000 ms of the lease are left, less than the write may take',
    ]);
  });
});
