import { describe, expect, it } from 'vitest';
import { eventBody } from './event.ts';
import { plan, planDigest } from './plan.ts';

describe('journal events', () => {
  it('accepts a known kind and keeps its fields', () => {
    const body = { kind: 'switch.stopped', by: 'local:sre', door: 'cli', reason: 'network change' };
    expect(eventBody.parse(body)).toEqual(body);
  });

  it('refuses a kind that this version does not know', () => {
    expect(eventBody.safeParse({ kind: 'cluster.deleted' }).success).toBe(false);
  });

  it('refuses an intent without requests', () => {
    const intent = {
      kind: 'intent.recorded',
      permit: '1.a',
      purpose: 'act',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      target: { kind: 'Deployment', namespace: 'n', name: 'd', uid: 'u' },
      resource: { group: 'apps', version: 'v1', plural: 'deployments' },
      formerMark: null,
      epoch: 1,
      actionDigest: 'x',
      requestDigests: [],
      before: 'y',
      summary: 's',
    };
    expect(eventBody.safeParse(intent).success).toBe(false);
    expect(eventBody.safeParse({ ...intent, requestDigests: ['z'] }).success).toBe(true);
  });
});

describe('digest of a plan', () => {
  const one = plan.parse({
    id: 'inc-1/p1',
    incident: 'inc-1',
    code: 'WL-001',
    leader: 'playbook',
    expectedEffect: 'no kill',
    verify: ['V-crash'],
    untrustedOnly: false,
    actions: [
      {
        id: 'inc-1/p1/a1',
        action: 'scale',
        target: { kind: 'Deployment', namespace: 'n', name: 'd' },
        params: { replicas: 3 },
        cites: ['E1'],
        why: 'w',
      },
    ],
  });

  it('changes with a parameter and not with the wording', () => {
    const [action] = one.actions;
    expect(planDigest({ ...one, expectedEffect: 'other words' })).toBe(planDigest(one));
    expect(action && planDigest({ ...one, actions: [{ ...action, params: { replicas: 4 } }] })).not.toBe(
      planDigest(one),
    );
  });
});
