import { describe, expect, it } from 'vitest';
import { aFact, aSignal } from '../diagnosis/testing/signs.ts';
import type { EventBody } from '../model/event.ts';
import { cart, cartAtZero, gateway } from './testing/cases.ts';
import { aRig, type Rig } from './testing/rig.ts';

/** Two incidents, of the caller and of what it calls, whose signs will turn out to belong together. */
async function apart(...more: readonly EventBody[]): Promise<Rig> {
  const rig = aRig({ view: cartAtZero().view });
  const opened = { kind: 'incident.opened', severity: 'critical', title: 'it fails' } as const;
  const signs = { cart: aFact('crash-looping', cart), gateway: aSignal('sli.err', gateway) };
  rig.outside.findings = [signs.cart, signs.gateway];
  await rig.append({ ...opened, incident: 'inc-1', root: cart, findings: [signs.cart.id], evidence: [] });
  await rig.append({ ...opened, incident: 'inc-2', root: gateway, findings: [signs.gateway.id], evidence: [] });
  for (const one of more) await rig.append(one);
  return rig;
}

const planned = {
  id: 'inc-2/p1',
  incident: 'inc-2',
  code: 'WL-017',
  leader: 'playbook',
  actions: [
    { id: 'inc-2/p1/a1', action: 'rollback', target: gateway, params: { revision: 1 }, cites: ['E1'], why: '' },
  ],
  expectedEffect: 'errors fall',
  verify: ['V-roll'],
  untrustedOnly: false,
} satisfies Extract<EventBody, { kind: 'plan.proposed' }>['plan'];
const escalated: EventBody = { kind: 'incident.escalated', incident: 'inc-2', reason: 'it made it worse', advice: [] };

describe('incidents that turn out to be one', () => {
  it('are merged into the older', async () => {
    const rig = await apart(escalated);
    await rig.run(1);
    expect(rig.incident('inc-2')).toMatchObject({ state: 'resolved', mergedInto: 'inc-1' });
  });

  it('order their roots anew, the facts first, and the deviation alone beside it', async () => {
    const rig = await apart(escalated);
    await rig.run(1);
    const { roots } = rig.incident('inc-1') ?? {};
    expect(roots?.weighed.map((one) => one.of)).toEqual([cart, gateway]);
    expect(roots?.plain).toEqual([gateway]);
  });

  it('are not merged while an undo of harm is held, which would be lost', async () => {
    const undo = { ...planned, id: 'inc-2/p2', undoOf: 'inc-2/p1' };
    const rig = await apart({ kind: 'plan.proposed', plan: undo }, escalated);
    rig.outside.atWrite = { held: 'the mode is suggest now' };
    await rig.run(1);
    expect(rig.incident('inc-2')).toMatchObject({ state: 'escalated', mergedInto: null });
    rig.outside.atWrite = null;
    await rig.run(1);
    expect(rig.outside.written).toContainEqual({ plan: 'inc-2/p2', action: 'inc-2/p1/a1', undo: true });
  });
});
