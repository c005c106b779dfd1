import { describe, expect, it } from 'vitest';
import type { EventBody } from '../model/event.ts';
import { checkoutKilled, reviewsFail } from './testing/cases.ts';
import { aRig, type Rig } from './testing/rig.ts';

const harmed = { word: 'harmed', sentence: 'errors 31 %', series: ['sli.err'] } as const;
const order = { by: 'local:sre', plan: 'inc-1/p1', dryRun: false };

async function verifying(): Promise<Rig> {
  const rig = aRig({ ...reviewsFail(), recovery: { word: 'undecided', sentence: 'too early' } });
  await rig.run(3);
  return rig;
}

async function statesSeen(rig: Rig, cycles: number): Promise<readonly string[]> {
  const seen = new Set<string>();
  for (let at = 0; at < cycles; at += 1) {
    await rig.run();
    seen.add(rig.incident().state);
  }
  return [...seen];
}

/** The events of a twin whose undo went through, of these kinds, as a process leaves them that dies right after. */
async function undoneBy(kinds: readonly EventBody['kind'][]): Promise<readonly EventBody[]> {
  const twin = await verifying();
  const before = twin.events.length;
  twin.outside.harm = harmed;
  await twin.cycle.guardRead();
  return twin.events.slice(before).flatMap(({ body }) => (kinds.includes(body.kind) ? [body] : []));
}

describe('the undo of harm', () => {
  it('is recorded as such by the process after one that died when the undo had landed', async () => {
    const rig = await verifying();
    for (const body of await undoneBy(['plan.proposed', 'intent.recorded', 'write.answered'])) await rig.append(body);
    rig.restart();
    await rig.run(3);
    expect(rig.outside.written).toHaveLength(1);
    const [act] = rig.incident().plans;
    expect(act?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: true });
    expect(act?.ended?.why).toBe('harmful');
    expect(rig.incident().plans.filter((one) => one.ended === null)).toEqual([]);
    expect(rig.incident().state).toBe('escalated');
  });

  it('is told once it is known to have landed, when its answer was lost', async () => {
    const rig = await verifying();
    rig.outside.harm = harmed;
    rig.outside.writes = ['unknown'];
    await rig.cycle.guardRead();
    expect(rig.incident().reason).toContain('could not be taken back');
    await rig.append({ kind: 'fence.settled', permit: '1.2', result: 'landed', reason: 'its mark is there' });
    await rig.run(3);
    expect(rig.outside.written).toHaveLength(2);
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: true });
    expect(rig.incident().reason).toContain('was taken back');
    expect(rig.state().outcomes.filter((one) => one.word === 'harmful')).toHaveLength(1);
  });

  it('takes back the action that did harm, and leaves the one before it that was effective', async () => {
    const rig = await verifying();
    await rig.append({
      kind: 'outcome.recorded',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      outcome: 'ineffective',
      undone: false,
      sentence: 'errors are as before',
    });
    const plan = rig.incident().plans[0]?.plan;
    const planned = plan?.actions[0];
    if (plan === undefined || planned === undefined) throw new Error('nothing was planned');
    const actions = ['inc-1/p2/a1', 'inc-1/p2/a2'].map((id) => ({ ...planned, id }));
    await rig.append({ kind: 'plan.proposed', plan: { ...plan, id: 'inc-1/p2', actions } });
    await rig.run(2);
    rig.outside.recovery = { word: 'recovered', sentence: 'errors are back in their band' };
    await rig.run(8);
    rig.outside.harm = harmed;
    await rig.run(1);
    expect(rig.outside.written.filter((one) => one.undo)).toEqual([
      { plan: 'inc-1/p3', action: 'inc-1/p3/a1', undo: true },
    ]);
    expect(rig.incident().plans[2]?.plan.actions.map((one) => one.why)).toEqual(['undo of inc-1/p2/a2: errors 31 %']);
    expect(rig.incident().plans[1]?.actions.map((one) => one.outcome)).toMatchObject([
      { word: 'effective', undone: false },
      { word: 'harmful', undone: true },
    ]);
  });

  it('stays with a person when it is refused again and again, and nothing is planned after it', async () => {
    const rig = await verifying();
    rig.outside.harm = harmed;
    rig.outside.writes = ['refused', 'refused', 'refused', 'refused'];
    await rig.cycle.guardRead();
    expect(await statesSeen(rig, 8)).toEqual(['escalated']);
    expect(rig.incident().plans).toHaveLength(2);
    expect(rig.outside.written.filter((one) => one.undo)).toHaveLength(3);
  });

  it('is not given up for the fences that its lost answers cost', async () => {
    const rig = await verifying();
    rig.outside.harm = harmed;
    rig.outside.writes = ['unknown'];
    await rig.cycle.guardRead();
    const undo = rig.state().intents.get('1.2');
    if (undo === undefined) throw new Error('no undo was written');
    for (const permit of ['1.f1', '1.f2', '1.f3']) {
      const { seq: _seq, atMs: _atMs, answer: _answer, fence: _fence, ...drawn } = undo;
      const fence = { ...drawn, permit, purpose: 'fence' as const, fenceOf: '1.2' };
      await rig.append({ kind: 'intent.recorded', ...fence, requestDigests: [...drawn.requestDigests] });
      await rig.append({ kind: 'write.answered', permit, result: 'unknown', status: null, reason: 'no answer' });
    }
    await rig.append({ kind: 'fence.settled', permit: '1.2', result: 'void', reason: 'it never landed' });
    await rig.run(2);
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: true });
  });

  it('says once what holds it, though the figures in the reason change', async () => {
    const rig = await verifying();
    rig.outside.harm = harmed;
    rig.outside.atWrite = { held: 'the newest metrics are 61.2 s old, more than 60 s' };
    await rig.run(1);
    rig.outside.atWrite = { held: 'the newest metrics are 121.4 s old, more than 60 s' };
    await rig.run(3);
    expect(rig.kinds().filter((kind) => kind === 'action.held')).toHaveLength(1);
  });
});

describe('an undo that a person asked for', () => {
  it('goes to a person when another one refuses it, or nobody decides', async () => {
    const rig = await verifying();
    rig.outside.verdict = { word: 'needs approval', need: 2, risk: 'high' };
    const outcome = { outcome: 'ineffective', undone: false, sentence: 'errors are as before' } as const;
    await rig.append({ kind: 'outcome.recorded', plan: 'inc-1/p1', action: 'inc-1/p1/a1', ...outcome });
    await rig.cycle.requestUndo(order);
    await rig.run(1);
    expect(rig.incident().state).toBe('awaiting approval');
    await rig.run(16);
    expect(rig.incident()).toMatchObject({ state: 'escalated', reason: 'approval expired: nobody decided in time' });
    await rig.cycle.requestUndo(order);
    await rig.run(1);
    await rig.append({
      kind: 'approval.decided',
      approval: 'apr-2',
      decision: 'denied',
      by: 'sre-2',
      door: 'cli',
      binding: rig.state().approvals.get('apr-2')?.binding ?? '',
      reasonCode: 'wrong-action',
    });
    expect(rig.incident()).toMatchObject({ state: 'escalated', reason: 'denied by sre-2: wrong-action' });
  });

  it('ends the plan that it takes back while that is still being verified', async () => {
    const rig = await verifying();
    await rig.cycle.requestUndo(order);
    await rig.run(3);
    expect(rig.outside.written.at(-1)).toMatchObject({ plan: 'inc-1/p2', undo: true });
    const [act] = rig.incident().plans;
    expect(act?.actions[0]?.outcome).toMatchObject({ word: 'unknown', undone: true });
    expect(act?.actions[0]?.outcome?.sentence).toContain('local:sre');
    expect(rig.incident().plans.filter((one) => one.ended === null)).toEqual([]);
  });

  it('withdraws what else waits on the incident, with the question about it', async () => {
    const rig = await verifying();
    await rig.append({
      kind: 'outcome.recorded',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      outcome: 'ineffective',
      undone: false,
      sentence: 'errors are as before',
    });
    const plan = rig.incident().plans[0]?.plan;
    if (plan === undefined) throw new Error('nothing was planned');
    const actions = plan.actions.map((one) => ({ ...one, id: 'inc-1/p2/a1' }));
    await rig.append({ kind: 'plan.proposed', plan: { ...plan, id: 'inc-1/p2', actions } });
    rig.outside.verdict = { word: 'needs approval', need: 1 };
    await rig.run(2);
    expect(rig.incident().state).toBe('awaiting approval');
    rig.outside.verdict = {};
    await rig.cycle.requestUndo(order);
    expect(rig.incident().plans[1]?.ended?.why).toContain('withdrawn');
    expect(rig.state().approvals.get('apr-1')?.state).toBe('void');
    await rig.run(1);
    expect(rig.outside.written.at(-1)).toMatchObject({ plan: 'inc-1/p3', undo: true });
  });

  it('goes to a person when it is denied at the write', async () => {
    const rig = await verifying();
    await rig.append({
      kind: 'outcome.recorded',
      plan: 'inc-1/p1',
      action: 'inc-1/p1/a1',
      outcome: 'ineffective',
      undone: false,
      sentence: 'errors are as before',
    });
    await rig.cycle.requestUndo(order);
    expect(rig.incident().state).toBe('planned');
    const rulings = [{ rule: 'G01', word: 'deny' as const, reason: 'somebody wrote since' }];
    rig.outside.atWrite = { refused: { word: 'denied', rulings } };
    await rig.run(1);
    expect(rig.incident()).toMatchObject({ state: 'escalated', reason: 'denied: G01 somebody wrote since' });
  });

  it('is refused with the line by hand where the mode lets nothing be written', async () => {
    const rig = aRig({ ...checkoutKilled(), recovery: { word: 'undecided', sentence: 'too early' } });
    rig.outside.settlement = { state: 'progressing', why: '1 of 3' };
    await rig.run(4);
    const before = rig.events.length;
    rig.outside.mode = 'suggest';
    await expect(rig.cycle.requestUndo(order)).rejects.toMatchObject({
      problem: { code: 'undo-held', exitCode: 7, next: 'by hand: kubectl undo' },
    });
    expect(rig.events).toHaveLength(before);
    expect((await rig.cycle.requestUndo({ ...order, dryRun: true })).plan).toBe('inc-1/p2');
  });
});
