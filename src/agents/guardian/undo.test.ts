import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, pointer, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import type { Granted } from '../../model/permit.ts';
import type { Plan } from '../../model/plan.ts';
import type { PermitAnswer } from '../../orchestrator/ports.ts';
import { objectsAt } from './json-list.ts';
import { grantedOf } from './testing/ask.ts';
import { anAction, aPlan } from './testing/facts.ts';
import { aRig, type Rig } from './testing/rig.ts';
import { containing } from './testing/containing.ts';

const markPath = pointer('metadata', 'annotations', 'nemotron-advisor.dev/last-action');
const act = aPlan();
const undo = aPlan({ id: 'inc-1/p2', undoOf: 'inc-1/p1', actions: [anAction({ id: 'inc-1/p2/a1' })] });

let rig: Rig;
beforeEach(async () => {
  rig = await aRig();
});
afterEach(async () => {
  await rig.close();
});

async function acted(plan = act, approvedBy: readonly string[] = []): Promise<Granted> {
  await rig.propose(plan);
  if (approvedBy.length > 0) await rig.approve(plan, approvedBy);
  const action = plan.actions[0] ?? anAction();
  const approval = approvedBy.length > 0 ? rig.approval() : null;
  const granted = grantedOf(await rig.guardian.permit({ ...rig.circumstances(plan), plan, action, approval }));
  await rig.write(granted);
  return granted;
}

async function permitUndo(plan: Plan = undo): Promise<PermitAnswer<Granted>> {
  if (
    !rig
      .state()
      .incidents.get('inc-1')!
      .plans.some((one) => one.plan.id === plan.id)
  )
    await rig.append({ kind: 'plan.proposed', plan });
  const action = plan.actions[0] ?? anAction();
  return await rig.guardian.permitUndo({ ...rig.circumstances(plan), plan, action, approval: null });
}

describe('the undo of harm', () => {
  it('brings the former value back on condition of the mark and the value of the act', async () => {
    const granted = await acted();
    const undone = grantedOf(await permitUndo());
    expect(undone.permit).toMatchObject({ purpose: 'undo', formerMark: granted.permit.id, plan: 'inc-1/p2' });
    expect(undone.needsMode).toBe('auto');
    expect(undone.requests[0]?.ops.filter((one) => one.op === 'test').map((one) => one.path)).toEqual([
      '/metadata/uid',
      markPath,
      '/spec/replicas',
    ]);
    const after = await rig.write(undone);
    expect(valueAt(after, '/spec')).toEqual(valueAt(granted.before, '/spec'));
    expect(valueAt(after, markPath)).toBe(undone.permit.id);
  });

  it('needs no new approval, though going down by itself would be high risk', async () => {
    await acted();
    rig.outside.metricsAgeMs = 9_000;
    expect(await permitUndo()).toHaveProperty('granted');
  });

  it('is covered by the approval of the act', async () => {
    const restartable = aPlan({
      actions: [anAction({ action: 'set-resources', params: { container: 'app', limits: { memory: '64Mi' } } })],
    });
    await acted(restartable, ['sre-1']);
    const back = { ...undo, actions: [{ ...(restartable.actions[0] ?? anAction()), id: 'inc-1/p2/a1' }] };
    const undone = grantedOf(await permitUndo(back));
    expect(undone.needsMode).toBe('approve');
    expect(valueAt(await rig.write(undone), '/spec/template/spec/containers/0/resources')).toEqual({});
  });

  it('is built from the live object where the reply of the act was lost', async () => {
    await rig.propose(act);
    const granted = grantedOf(
      await rig.guardian.permit({ ...rig.circumstances(act), plan: act, action: anAction(), approval: null }),
    );
    await rig.api.api
      .port('k8s-nemotron-advisor')
      .patch(
        { group: 'apps', version: 'v1', plural: 'deployments' },
        'shop',
        'checkout',
        'json',
        granted.requests[0]?.ops,
      );
    await rig.append({
      kind: 'write.answered',
      permit: granted.permit.id,
      result: 'unknown',
      status: null,
      reason: 'no answer',
    });
    await rig.append({
      kind: 'fence.settled',
      permit: granted.permit.id,
      result: 'landed',
      reason: 'its mark is on the target',
    });
    expect(await permitUndo()).toHaveProperty('granted');
  });

  it('is refused when somebody wrote over the mark of the act', async () => {
    await acted();
    await rig.edit({ metadata: { annotations: { 'nemotron-advisor.dev/last-action': '6.01OLDER' } } });
    const answer = await permitUndo();
    expect(answer).toMatchObject({ refused: { word: 'denied' } });
    expect('refused' in answer ? answer.refused.rulings.find((one) => one.rule === 'G01')?.reason : '').toContain(
      '6.01OLDER',
    );
  });

  it('meets a failing test when somebody changed the value meanwhile', async () => {
    await acted();
    await rig.edit({ spec: { replicas: 9 } });
    expect(await permitUndo()).toMatchObject({ refused: { word: 'denied' } });
  });

  it('is refused when no act is known to have landed', async () => {
    await rig.propose(act);
    const answer = await permitUndo();
    expect('refused' in answer ? answer.refused.rulings.find((one) => one.rule === 'G04')?.reason : '').toContain(
      'no write of inc-1/p1 on it is known to have landed',
    );
  });

  it.each([
    [
      'stop',
      () => {
        rig.outside.stopped = true;
      },
      'actions are stopped',
    ],
    [
      'a lost lease',
      () => {
        rig.outside.lease = null;
      },
      'the lease is not held',
    ],
    [
      'a journal that cannot be written',
      () => {
        rig.outside.journalFails = true;
      },
      'the journal cannot be written',
    ],
    [
      'a mode below that of the act',
      () => {
        rig.outside.mode = 'approve';
      },
      'the mode is approve now',
    ],
    [
      'stale metrics',
      () => {
        rig.outside.metricsAgeMs = 900_000;
      },
      'the newest metrics are 900 s old',
    ],
  ])('is held by %s', async (_, happens, sentence) => {
    await acted();
    happens();
    expect(await permitUndo()).toMatchObject({ held: containing(sentence) });
  });
});

describe('what an undo takes back', () => {
  it('is the write with its own parameters, not another of the same plan', async () => {
    const plan = aPlan({ actions: [anAction(), anAction({ id: 'inc-1/p1/a2', params: { replicas: 7 } })] });
    await acted(plan);
    const other = { ...undo, actions: [anAction({ id: 'inc-1/p2/a1', params: { replicas: 7 } })] };
    expect(await permitUndo(other)).toMatchObject({ refused: { word: 'denied' } });
  });

  it('shows the values that come back, or how many fields where they are too many to read', async () => {
    const annotations = { a: '1', b: '2', c: '3' };
    const first = await rig.live();
    await rig.edit({ spec: { template: { metadata: { annotations } } } });
    await rig.api.api.settle();
    const plan = aPlan({ actions: [anAction({ action: 'rollback', params: { revision: 1 } })] });
    await acted(plan, ['sre-1']);
    const back = {
      ...undo,
      requestedBy: 'sre-2',
      actions: [{ ...(plan.actions[0] ?? anAction()), id: 'inc-1/p2/a1' }],
    };
    await rig.propose(back);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(back), plan: back });
    expect(valueAt(await rig.live(), '/spec/template')).toEqual(valueAt(first, '/spec/template'));
    expect(verdicts[0]?.summary).toBe('3 fields back as they were');
    expect(verdicts[0]?.diff.map((one) => one.after)).toEqual(['1', '2', '3']);
  });
});

describe('the undo that a person asks for', () => {
  const asked = { ...undo, requestedBy: 'sre-2' };

  it('is judged as permitted by their asking, and shows what comes back', async () => {
    await acted();
    await rig.propose(asked);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(asked), plan: asked });
    expect(verdicts[0]).toMatchObject({
      word: 'permitted',
      summary: '5 → 3',
      undo: 'kubectl -n shop scale deploy/checkout --replicas=3',
    });
    expect(verdicts[0]?.diff).toMatchObject([{ path: 'spec.replicas', before: 5, after: 3 }]);
  });

  it('runs in approve too', async () => {
    await acted();
    rig.outside.mode = 'approve';
    expect(grantedOf(await permitUndo(asked)).needsMode).toBe('approve');
  });

  it('says why a restart cannot be taken back', async () => {
    const plan = aPlan({ actions: [anAction({ action: 'restart', params: {} })] });
    await acted(plan, ['sre-1']);
    const back = { ...asked, actions: [{ ...anAction({ action: 'restart', params: {} }), id: 'inc-1/p2/a1' }] };
    await rig.propose(back);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(back), plan: back });
    expect(verdicts[0]?.word).toBe('denied');
    expect(verdicts[0]?.rulings.find((one) => one.rule === 'G04')?.reason).toContain(
      'it cannot be taken back: the pods',
    );
  });
});

describe('a fence', () => {
  it('touches the mark alone, under a permit and an intent of its own, and the fenced write can never land', async () => {
    const open = await openWrite();
    const before = await rig.live();
    const fence = grantedOf(await rig.guardian.permitFence(rig.intent(open.permit.id), before));
    expect(fence.permit).toMatchObject({ purpose: 'fence', formerMark: null, plan: 'inc-1/p1' });
    expect(rig.intent(fence.permit.id)).toMatchObject({ purpose: 'fence', fenceOf: open.permit.id });
    expect(fence.actionName).toBeNull();
    const after = await rig.write(fence);
    expect(valueAt(after, markPath)).toBe(`void:${open.permit.id}`);
    expect(valueAt(after, '/spec')).toEqual(valueAt(before, '/spec'));
    await expect(rig.write(open)).rejects.toThrow('the server rejected our request');
  });

  it('is valid under stop', async () => {
    const open = await openWrite();
    rig.outside.stopped = true;
    await rig.append({ kind: 'switch.stopped', by: 'sre-1', door: 'cli' });
    expect(await rig.guardian.permitFence(rig.intent(open.permit.id), await rig.live())).toHaveProperty('granted');
  });

  it('is drawn by a later leader in its own epoch', async () => {
    const open = await openWrite();
    rig.outside.lease = { epoch: 9, remainingMs: 15_000 };
    const fence = grantedOf(await rig.guardian.permitFence(rig.intent(open.permit.id), await rig.live()));
    expect(fence.permit.epoch).toBe(9);
    expect(fence.permit.id).toMatch(/^9\./);
  });

  it.each([
    [
      'without the lease',
      () => {
        rig.outside.lease = null;
      },
      'the lease is not held',
    ],
    [
      'without the journal',
      () => {
        rig.outside.journalFails = true;
      },
      'the journal cannot be written',
    ],
    [
      'when the intent cannot be recorded',
      () => {
        rig.outside.refusedKinds.add('intent.recorded');
      },
      'the journal cannot be written',
    ],
  ])('is held %s', async (_, happens, sentence) => {
    const open = await openWrite();
    happens();
    const leave = await rig.guardian.permitFence(rig.intent(open.permit.id), await rig.live());
    expect(leave).toMatchObject({ held: containing(sentence) });
  });

  it('is held on another object of the name, on a mark that moved, and where the end is known', async () => {
    const open = await openWrite();
    const intent = rig.intent(open.permit.id);
    const live = await rig.live();
    const held = async (current: JsonObject, of = intent): Promise<unknown> =>
      await rig.guardian.permitFence(of, current);
    expect(await held({ ...live, metadata: metadataWith(live, { uid: 'another' }) })).toMatchObject({
      held: containing('another object of its name'),
    });
    const annotations = { 'nemotron-advisor.dev/last-action': '8.01' };
    expect(await held({ ...live, metadata: metadataWith(live, { annotations }) })).toMatchObject({
      held: containing('the mark has moved'),
    });
    expect(await held(live, { ...intent, answer: { result: 'refused', reason: '422', atMs: 1 } })).toMatchObject({
      held: containing('its end is known'),
    });
    expect(await held(live, { ...intent, purpose: 'fence' })).toMatchObject({ held: 'a fence is not fenced' });
    const secret = { ...intent, target: { ...intent.target, kind: 'Secret' } };
    expect(await held({ ...live, kind: 'Secret' }, secret)).toMatchObject({
      held: containing('are never touched'),
    });
    expect(await held(live, { ...intent, resource: { group: '', version: 'v1', plural: 'secrets' } })).toHaveProperty(
      'held',
    );
  });
});

describe('handing ownership back', () => {
  const withoutUs = (now: JsonObject): Json[] =>
    objectsAt(now, '/metadata/managedFields').filter((one) => one['manager'] !== 'k8s-nemotron-advisor');

  it('touches managedFields alone, on condition of the mark of the undo', async () => {
    const { permit, now } = await writtenUndo();
    const granted = grantedOf(await rig.guardian.permitHandBack(rig.intent(permit), now, withoutUs(now)));
    expect(granted.permit).toMatchObject({ purpose: 'hand back', formerMark: permit });
    expect(granted.requests[0]?.ops.filter((one) => one.op !== 'test').map((one) => one.path)).toEqual([
      '/metadata/managedFields',
    ]);
    const after = await rig.write(granted);
    expect(valueAt(after, '/spec')).toEqual(valueAt(now, '/spec'));
    expect(valueAt(after, markPath)).toBe(permit);
  });

  it('is held by stop, without a lease, over another mark, and after anything but an undo', async () => {
    const { permit, now } = await writtenUndo();
    const intent = rig.intent(permit);
    const fields = withoutUs(now);
    expect(await rig.guardian.permitHandBack({ ...intent, purpose: 'act' }, now, fields)).toHaveProperty('held');
    expect(await rig.guardian.permitHandBack({ ...intent, permit: 'other' }, now, fields)).toMatchObject({
      held: containing('somebody wrote since'),
    });
    rig.outside.lease = null;
    expect(await rig.guardian.permitHandBack(intent, now, fields)).toHaveProperty('held');
    rig.outside.lease = { epoch: 7, remainingMs: 15_000 };
    rig.outside.stopped = true;
    expect(await rig.guardian.permitHandBack(intent, now, fields)).toEqual({ held: 'actions are stopped' });
  });

  it('takes nothing from anybody but us', async () => {
    const { permit, now } = await writtenUndo();
    expect(await rig.guardian.permitHandBack(rig.intent(permit), now, [])).toMatchObject({
      held: containing('would be lost'),
    });
    expect(await rig.guardian.permitHandBack(rig.intent(permit), now, [...withoutUs(now), 'odd'])).toHaveProperty(
      'held',
    );
  });
});

function metadataWith(object: JsonObject, more: JsonObject): JsonObject {
  const { metadata } = object;
  return { ...(isJsonObject(metadata) ? metadata : {}), ...more };
}

async function openWrite(): Promise<Granted> {
  await rig.propose(act);
  return grantedOf(
    await rig.guardian.permit({ ...rig.circumstances(act), plan: act, action: anAction(), approval: null }),
  );
}

async function writtenUndo(): Promise<{ readonly permit: string; readonly now: JsonObject }> {
  await acted();
  const granted = grantedOf(await permitUndo());
  return { permit: granted.permit.id, now: await rig.write(granted) };
}
