import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pointer, valueAt } from '../../model/json.ts';
import { requestDigest } from '../../model/write.ts';
import { grantedOf, permitFor } from './testing/ask.ts';
import { containing } from './testing/containing.ts';
import { anAction, aPlan } from './testing/facts.ts';
import { aRig, type Rig } from './testing/rig.ts';

const markPath = pointer('metadata', 'annotations', 'nemotron-advisor.dev/last-action');
const scaleUp = aPlan();
const restart = aPlan({ actions: [anAction({ action: 'restart', params: {} })] });

let rig: Rig;
beforeEach(async () => {
  rig = await aRig();
});
afterEach(async () => {
  await rig.close();
});

describe('a permit for a permitted action', () => {
  it('records the intent first, and binds the very request, mark, target, epoch and cluster', async () => {
    await rig.propose(scaleUp);
    const granted = grantedOf(await permitFor(rig, scaleUp));
    const intent = rig.intent(granted.permit.id);
    const [request] = granted.requests;
    expect(request).toBeDefined();
    expect(granted).toMatchObject({
      intentSeq: intent.seq,
      actionName: 'scale',
      needsMode: 'auto',
      scope: anAction().target,
    });
    expect(granted.permit).toMatchObject({
      id: intent.permit,
      purpose: 'act',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      formerMark: null,
      clusterId: 'uid-of-kube-system',
      epoch: 7,
      intentSeq: intent.seq,
      requestDigests: request === undefined ? [] : [requestDigest(request)],
      expiresWallMs: rig.wall.now() + 30_000,
    });
    expect(granted.permit.id).toMatch(/^7\.01ID\d+$/);
    expect(granted.permit.target.uid).toBe(valueAt(granted.before, '/metadata/uid'));
    expect(intent).toMatchObject({
      purpose: 'act',
      requestDigests: granted.permit.requestDigests,
      summary: 'scale 3 → 5',
      answer: null,
    });
  });

  it('is for a request that the server takes once and never again', async () => {
    await rig.propose(scaleUp);
    const granted = grantedOf(await permitFor(rig, scaleUp));
    const after = await rig.write(granted);
    expect(valueAt(after, '/spec/replicas')).toBe(5);
    expect(valueAt(after, markPath)).toBe(granted.permit.id);
    await expect(rig.write(granted)).rejects.toThrow('the server rejected our request');
  });

  it('refuses with a fresh verdict when the target changed so that there is nothing left to do', async () => {
    await rig.propose(scaleUp);
    await rig.edit({ spec: { replicas: 5 } });
    const answer = await permitFor(rig, scaleUp);
    expect(answer).toMatchObject({ refused: { word: 'denied' } });
    expect(rig.state().intents.size).toBe(0);
  });

  it('refuses a namesake only by what it reads: the request tests the UID of the object that is there', async () => {
    await rig.propose(scaleUp);
    const granted = grantedOf(await permitFor(rig, scaleUp));
    await rig.api.remove('Deployment', 'shop', 'checkout');
    await rig.api.create('Deployment', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'checkout', namespace: 'shop' },
      spec: specOf(granted.before),
    });
    await expect(rig.write(granted)).rejects.toThrow('the server rejected our request');
  });
});

describe('what holds a permit', () => {
  beforeEach(async () => {
    await rig.propose(scaleUp);
  });
  const nothingRecorded = (): void => {
    expect(rig.state().intents.size).toBe(0);
    expect(rig.outside.minted).toEqual([]);
  };

  it('stop', async () => {
    rig.outside.stopped = true;
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'actions are stopped' });
    nothingRecorded();
  });

  it('a stop that comes while it is judged', async () => {
    rig.outside.duringDryRun = () => {
      rig.outside.stopped = true;
      return Promise.resolve();
    };
    expect(await permitFor(rig, scaleUp)).toMatchObject({ held: containing('actions are stopped') });
    nothingRecorded();
  });

  it('a stop that only the journal knows', async () => {
    await rig.append({ kind: 'switch.stopped', by: 'sre-1', door: 'cli' });
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'actions are stopped by sre-1' });
  });

  it('a journal that cannot be written', async () => {
    rig.outside.journalFails = true;
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'the journal cannot be written' });
    nothingRecorded();
  });

  it('an intent that the journal does not take', async () => {
    rig.outside.refusedKinds.add('intent.recorded');
    expect(await permitFor(rig, scaleUp)).toMatchObject({
      held: containing('the journal cannot be written'),
    });
    nothingRecorded();
  });

  it('a lease that is not held, or has too little time left', async () => {
    rig.outside.lease = null;
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'the lease is not held: another advisor may act' });
    rig.outside.lease = { epoch: 7, remainingMs: 12_000 };
    expect(await permitFor(rig, scaleUp)).toMatchObject({
      held: containing('12 s of the lease are left'),
    });
    nothingRecorded();
  });

  it('a lease that was lost while it was judged', async () => {
    rig.outside.duringDryRun = () => {
      rig.outside.lease = null;
      return Promise.resolve();
    };
    expect(await permitFor(rig, scaleUp)).toHaveProperty('held');
    nothingRecorded();
  });

  it('writes that were open when the lease was gained, until they are settled', async () => {
    rig.outside.isSettled = false;
    expect(await permitFor(rig, scaleUp)).toEqual({
      held: 'writes that were open when the lease was gained are settled first',
    });
    expect(rig.state().intents.size).toBe(0);
  });

  it('a lease of another epoch than the one drawn under', async () => {
    rig.outside.duringDryRun = () => {
      rig.outside.lease = { epoch: 8, remainingMs: 15_000 };
      return Promise.resolve();
    };
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'the lease moved on while the action was judged' });
    nothingRecorded();
  });

  it('a mode that was lowered', async () => {
    rig.outside.mode = 'suggest';
    expect(await permitFor(rig, scaleUp)).toEqual({ held: 'the mode is suggest now: --mode' });
    nothingRecorded();
  });

  it('a cluster that does not answer', async () => {
    rig.outside.webhook = (reply) => ({ ...reply, status: 504, object: null, summary: '504' });
    expect(await permitFor(rig, scaleUp)).toMatchObject({ held: containing('was not answered') });
    nothingRecorded();
  });

  it('a cluster that answers too slowly', async () => {
    rig.outside.duringDryRun = () => {
      rig.wall.advance(15_000);
      return Promise.resolve();
    };
    expect(await permitFor(rig, scaleUp)).toMatchObject({ held: containing('was not answered') });
    nothingRecorded();
  });

  it('nothing when one review took more than 30 s: it looks again, and the permit ends 30 s after that look began', async () => {
    rig.outside.afterReads = () => {
      rig.outside.afterReads = () => undefined;
      rig.wall.advance(30_000);
    };
    const granted = grantedOf(await permitFor(rig, scaleUp));
    expect(granted.permit.expiresWallMs).toBe(rig.wall.now() + 30_000);
  });

  it('two reviews that took more than 30 s', async () => {
    rig.outside.afterReads = () => rig.wall.advance(30_000);
    expect(await permitFor(rig, scaleUp)).toEqual({
      held: 'reading the target and trying the change took more than 30 s, 2 times',
    });
    nothingRecorded();
  });

  it('what is asked of people who were not asked: it is refused with the question', async () => {
    const plan = {
      ...restart,
      id: 'inc-1/p2',
      actions: [{ ...anAction({ action: 'restart', params: {} }), id: 'inc-1/p2/a1' }],
    };
    await rig.propose(plan);
    expect(await permitFor(rig, plan)).toMatchObject({ refused: { word: 'needs approval', need: 1 } });
    nothingRecorded();
  });
});

describe('a permit under an approval', () => {
  it('is drawn once it is given, and spends it', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1']);
    const granted = grantedOf(await permitFor(rig, restart, 'apr-1'));
    expect(granted.needsMode).toBe('approve');
    expect(rig.approval().state).toBe('used');
  });

  it('re-anchors an approval to a target of which only the status moved, and says so', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1']);
    await rig.api.port.patch(
      { group: 'apps', version: 'v1', plural: 'deployments' },
      'shop',
      'checkout',
      'merge',
      { status: { readyReplicas: 2 } },
      { subresource: 'status' },
    );
    grantedOf(await permitFor(rig, restart, 'apr-1'));
    expect(rig.approval().note).toContain('only its status changed since it was shown');
  });

  it('is refused when the target changed between judgement and write, and the approval is not spent', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1']);
    await rig.edit({ spec: { template: { metadata: { annotations: { team: 'x' } } } } });
    const answer = await permitFor(rig, restart, 'apr-1');
    expect(answer).toMatchObject({ refused: { word: 'needs approval' } });
    const rulings = 'refused' in answer ? answer.refused.rulings : [];
    expect(rulings.find((one) => one.rule === 'G15')).toMatchObject({ word: 'ask' });
    expect(rig.approval().state).toBe('approved');
  });

  it('is refused when the approval expired unused', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1'], { expiresWallMs: rig.wall.now() + 1_000 });
    rig.wall.advance(1_000);
    expect(await permitFor(rig, restart, 'apr-1')).toMatchObject({ refused: { word: 'needs approval' } });
  });

  it('is refused when the permit that it was spent on never left and it expired since', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1'], { expiresWallMs: rig.wall.now() + 10_000 });
    const { permit } = grantedOf(await permitFor(rig, restart, 'apr-1'));
    await rig.append({
      kind: 'write.answered',
      permit: permit.id,
      result: 'refused',
      status: null,
      reason: 'not sent: actions are stopped',
    });
    grantedOf(await permitFor(rig, restart, 'apr-1'));
    rig.wall.advance(10_000);
    expect(rig.approval().state).toBe('used');
    expect(await permitFor(rig, restart, 'apr-1')).toMatchObject({ refused: { word: 'needs approval' } });
  });

  it('is held when a denial came while it was judged', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1']);
    const { binding } = rig.approval();
    rig.outside.duringDryRun = async () =>
      await rig.append({
        kind: 'approval.decided',
        approval: 'apr-1',
        decision: 'denied',
        by: 'sre-2',
        door: 'cli',
        binding,
        reasonCode: 'not-now',
      });
    expect(await permitFor(rig, restart, 'apr-1')).toEqual({ held: 'approval apr-1 is denied by now' });
    expect(rig.state().intents.size).toBe(0);
  });

  it('covers the second action of a plan after the first was written', async () => {
    const plan = aPlan({
      actions: [
        anAction({ action: 'set-resources', params: { container: 'app', limits: { memory: '64Mi' } } }),
        anAction({ id: 'inc-1/p1/a2', params: { replicas: 4 } }),
      ],
    });
    rig.outside.mode = 'approve';
    await rig.propose(plan);
    await rig.approve(plan, ['sre-1']);
    await rig.write(grantedOf(await permitFor(rig, plan, 'apr-1')));
    expect(rig.approval().state).toBe('used');
    const second = { ...plan, actions: plan.actions.toReversed() };
    const answer = await rig.guardian.permit({
      ...rig.circumstances(plan),
      plan,
      action: second.actions[0] ?? anAction(),
      approval: rig.approval(),
    });
    expect(grantedOf(answer).permit.action).toBe('inc-1/p1/a2');
  });

  it('is not drawn on the approval of another plan', async () => {
    await rig.propose(restart);
    await rig.approve(restart, ['sre-1']);
    const plan = {
      ...restart,
      id: 'inc-1/p2',
      actions: [{ ...anAction({ action: 'restart', params: {} }), id: 'inc-1/p2/a1' }],
    };
    await rig.propose(plan);
    expect(await permitFor(rig, plan, 'apr-1')).toMatchObject({ refused: { word: 'needs approval' } });
  });

  it('needs an approval no more than an allow that names action and namespace', async () => {
    rig.outside.policy = { allows: [{ action: 'restart', namespace: 'shop', at: 'shop.yaml:1' }], problem: null };
    await rig.propose(restart);
    expect(grantedOf(await permitFor(rig, restart)).needsMode).toBe('auto');
  });
});

function specOf(object: { readonly [key: string]: unknown }): Record<string, never> {
  const spec: unknown = object['spec'];
  return Object.assign({}, spec);
}
