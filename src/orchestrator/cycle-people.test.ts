import { describe, expect, it } from 'vitest';
import { checkoutKilled } from './testing/cases.ts';
import { aRig, type Rig } from './testing/rig.ts';

const needsPerson = { word: 'needs approval', need: 1, risk: 'medium' } as const;

async function approve(rig: Rig, approval = 'apr-1'): Promise<void> {
  const binding = rig.state().approvals.get(approval)?.binding ?? '';
  await rig.append({ kind: 'approval.decided', approval, decision: 'approved', by: 'sre-1', door: 'cli', binding });
}

describe('people', () => {
  const asked = async (): Promise<Rig> => {
    const rig = aRig({ ...checkoutKilled(), verdict: needsPerson });
    await rig.run(3);
    return rig;
  };
  const deny = async (rig: Rig, reasonCode: string, reason?: string): Promise<void> => {
    const binding = rig.state().approvals.get('apr-1')?.binding ?? '';
    const why = reason === undefined ? {} : { reason };
    await rig.append({
      kind: 'approval.decided',
      approval: 'apr-1',
      decision: 'denied',
      by: 'sre-1',
      door: 'cli',
      binding,
      reasonCode,
      ...why,
    });
  };

  it('takes a wrong action off the menu and goes to a person when nothing is left', async () => {
    const rig = await asked();
    await deny(rig, 'wrong-action', 'leak, not limit');
    await rig.run(2);
    expect(rig.incident().state).toBe('escalated');
    expect(rig.incident().plans).toHaveLength(1);
    expect(rig.incident().advice.join(' ')).toContain('"leak, not limit"');
  });

  it('holds a cause that a person called wrong for ruled out', async () => {
    const rig = await asked();
    await deny(rig, 'wrong-cause');
    await rig.run(1);
    expect(rig.incident().state).toBe('escalated');
    expect(rig.incident().plans).toHaveLength(1);
  });

  it('adds steps by hand when a person takes over', async () => {
    const rig = await asked();
    await deny(rig, 'by-hand');
    await rig.run(2);
    expect(rig.incident()).toMatchObject({ state: 'escalated', reason: 'denied by sre-1: by-hand' });
    expect(rig.incident().advice.length).toBeGreaterThan(0);
  });

  it('asks again when nobody decided, three times, then goes to a person', async () => {
    const rig = await asked();
    await rig.run(80);
    expect(rig.kinds().filter((kind) => kind === 'approval.expired')).toHaveLength(3);
    expect(rig.incident()).toMatchObject({ state: 'escalated', reason: 'nobody decided 3 times in a row' });
  });

  it('drops the question when the signs are gone', async () => {
    const rig = await asked();
    rig.outside.findings = [];
    await rig.run(7);
    expect(rig.incident().state).toBe('resolved');
    expect(rig.state().approvals.get('apr-1')?.state).toBe('void');
  });

  it('voids the approval when what was judged has changed at the write', async () => {
    const rig = await asked();
    await approve(rig);
    rig.outside.atWrite = { refused: { ...needsPerson, summary: 'memory limit 512Mi' } };
    await rig.run(1);
    expect(rig.state().approvals.get('apr-1')?.state).toBe('void');
    expect(rig.incident().state).toBe('diagnosed');
  });

  it('asks anew, once, when the target changed after an approval was spent on a write that was refused', async () => {
    const rig = await asked();
    await approve(rig);
    await rig.append({ kind: 'approval.used', approval: 'apr-1', permit: '1.1' });
    rig.outside.writes = ['refused'];
    await rig.run(1);
    rig.outside.atWrite = { refused: needsPerson };
    await rig.run(5);
    expect(rig.kinds().filter((kind) => kind === 'approval.voided')).toEqual([]);
    expect(rig.kinds().filter((kind) => kind === 'plan.withdrawn')).toHaveLength(1);
    expect(rig.incident().state).toBe('awaiting approval');
    expect(rig.state().approvals.get('apr-1')?.state).toBe('used');
    expect(rig.state().approvals.get('apr-2')?.state).toBe('waiting');
  });
});
