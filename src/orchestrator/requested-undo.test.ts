import { describe, expect, it } from 'vitest';
import { checkoutKilled } from './testing/cases.ts';
import { aRig, type Rig } from './testing/rig.ts';

/** An incident whose repair was written and is being verified. */
async function written(): Promise<Rig> {
  const rig = aRig({ ...checkoutKilled(), recovery: { word: 'undecided', sentence: 'too early' } });
  rig.outside.settlement = { state: 'progressing', why: '1 of 3' };
  await rig.run(4);
  expect(rig.incident().state).toBe('verifying');
  return rig;
}

const order = { by: 'local:sre', plan: 'inc-1/p1', dryRun: false };

describe('an undo that a person asks for', () => {
  it('is proposed and judged, in the name of that person', async () => {
    const rig = await written();
    const made = await rig.cycle.requestUndo(order);
    expect(made.plan).toBe('inc-1/p2');
    expect(rig.incident().plans.at(-1)?.plan).toMatchObject({ undoOf: 'inc-1/p1', requestedBy: 'local:sre' });
    expect(rig.incident().plans.at(-1)?.judged).not.toBeNull();
  });

  it('shows the plan and records nothing in a dry run', async () => {
    const rig = await written();
    const before = rig.events.length;
    const made = await rig.cycle.requestUndo({ ...order, dryRun: true });
    expect(rig.events).toHaveLength(before);
    expect(made.state.incidents.get('inc-1')?.plans.at(-1)?.actions[0]?.verdict?.word).toBe('permitted');
  });

  it('is refused with the ruling and leaves nothing behind when it is denied', async () => {
    const rig = await written();
    const before = rig.events.length;
    rig.outside.verdict = { word: 'denied', undo: 'kubectl undo' };
    rig.outside.rulings = [{ rule: 'G10', word: 'deny', reason: 'an HPA owns it now' }];
    await expect(rig.cycle.requestUndo(order)).rejects.toMatchObject({
      problem: { code: 'undo-denied', exitCode: 7, why: 'G10 an HPA owns it now', next: 'by hand: kubectl undo' },
    });
    expect(rig.events).toHaveLength(before);
  });

  it('is refused for a plan that was never written, and for one that is taken back already', async () => {
    const rig = aRig({ ...checkoutKilled(), verdict: { word: 'needs approval', need: 1 } });
    await rig.run(3);
    await expect(rig.cycle.requestUndo(order)).rejects.toMatchObject({ problem: { code: 'nothing-to-undo' } });
    const other = await written();
    await other.cycle.requestUndo(order);
    await expect(other.cycle.requestUndo(order)).rejects.toMatchObject({ problem: { exitCode: 6 } });
  });
});

describe('a look before an approval is recorded', () => {
  it('finds nothing when the verdict is as it was shown, and names what would be denied now', async () => {
    const rig = aRig({ ...checkoutKilled(), verdict: { word: 'needs approval', need: 1 } });
    await rig.run(3);
    const approval = rig.state().approvals.get('apr-1');
    if (approval === undefined) throw new Error('no approval was asked for');
    expect(await rig.cycle.recheck(approval)).toBeNull();
    rig.outside.rulings = [{ rule: 'G08', word: 'deny', reason: 'one of three is out' }];
    const problem = await rig.cycle.recheck({ ...approval, binding: 'of another plan' });
    expect(problem).toMatchObject({ code: 'stale-plan', exitCode: 6 });
    expect(problem?.why).toContain('G08 one of three is out');
  });
});
