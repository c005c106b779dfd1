import { describe, expect, it } from 'vitest';
import { aFact, aSignal } from '../diagnosis/testing/signs.ts';
import { atMs, aView, deployment } from '../diagnosis/testing/view.ts';
import {
  cart,
  cartAtZero,
  checkoutKilled,
  gateway,
  ledger,
  ledgerHangs,
  reviews,
  reviewsFail,
} from './testing/cases.ts';
import { keyOf } from '../model/target.ts';
import { aRig, type Rig } from './testing/rig.ts';

const needsPerson = { word: 'needs approval', need: 1, risk: 'medium' } as const;

async function states(rig: Rig, cycles: number): Promise<string[]> {
  const seen: string[] = [];
  for (let at = 0; at < cycles; at += 1) {
    await rig.run();
    seen.push(rig.state().incidents.get('inc-1')?.state ?? 'none');
  }
  return seen;
}

async function approve(rig: Rig, approval = 'apr-1'): Promise<void> {
  const binding = rig.state().approvals.get(approval)?.binding ?? '';
  await rig.append({ kind: 'approval.decided', approval, decision: 'approved', by: 'sre-1', door: 'cli', binding });
}

describe('a repair that works', () => {
  it('moves by one transition a cycle from open to resolved', async () => {
    const rig = aRig(cartAtZero());
    expect(await states(rig, 4)).toEqual(['diagnosed', 'planned', 'verifying', 'verifying']);
    expect(rig.outside.written).toEqual([{ plan: 'inc-1/p1', action: 'inc-1/p1/a1', undo: false }]);
    await rig.run(5);
    expect(rig.incident().plans[0]?.actions[0]?.outcome?.word).toBe('effective');
    rig.outside.findings = [];
    await rig.run(1);
    expect(rig.incident()).toMatchObject({
      state: 'resolved',
      reason: 'its signs are gone, and the repair was effective',
    });
  });

  it('leads the errors of the caller to the root that is called', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(2);
    expect([...rig.state().incidents.keys()]).toEqual(['inc-1']);
    expect(rig.incident()).toMatchObject({ root: cart, title: 'cart is called while it is at zero replicas' });
    expect(rig.incident().hypotheses[0]).toMatchObject({ code: 'WL-016', strength: 'strong' });
    expect(rig.incident().plans[0]?.plan).toMatchObject({ leader: 'playbook', code: 'WL-016', untrustedOnly: false });
  });

  it('tells with each action the findings that its cause rests on, not those of its victims', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(2);
    expect(rig.incident().plans[0]?.plan.actions[0]?.restsOn).toEqual([`fact:zero-replicas-called@${keyOf(cart)}`]);
  });

  it('waits for the person where one is needed, and writes once approved', async () => {
    const rig = aRig({ ...checkoutKilled(), verdict: needsPerson });
    expect(await states(rig, 3)).toEqual(['diagnosed', 'planned', 'awaiting approval']);
    await rig.run(3);
    expect(rig.outside.written).toEqual([]);
    await approve(rig);
    await rig.run();
    expect(rig.incident().state).toBe('verifying');
    expect(rig.outside.written).toHaveLength(1);
  });

  it('judges a metric fault no sooner than after fifteen minutes', async () => {
    const rig = aRig(reviewsFail());
    await rig.run(3);
    expect(rig.incident().state).toBe('verifying');
    rig.outside.recovery = { word: 'undecided', sentence: 'two of three medians are in the band' };
    await rig.run(20);
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toBeNull();
    rig.outside.recovery = { word: 'recovered', sentence: 'errors are back in their band' };
    await rig.run(1);
    expect(rig.incident().plans[0]?.actions[0]?.outcome?.sentence).toContain('errors are back in their band');
  });
});

describe('load that stays', () => {
  it('keeps no incident open once the repair was effective', async () => {
    const rig = aRig(reviewsFail());
    const busy = aSignal('sli.rps', reviews, { severity: 'info' });
    rig.outside.findings = [...rig.outside.findings, busy];
    await rig.run(4);
    rig.outside.findings = [busy];
    await rig.run(18);
    expect(rig.incident().state).toBe('resolved');
    expect(rig.incident().findings).toContain(busy.id);
  });
});

describe('restraint', () => {
  it('only shows what it would do in mode suggest', async () => {
    const rig = aRig({ ...cartAtZero(), mode: 'suggest' });
    await rig.run(30);
    expect(rig.incident().state).toBe('planned');
    expect(rig.outside.written).toEqual([]);
    expect(rig.kinds().filter((kind) => kind === 'plan.judged')).toHaveLength(1);
  });

  it('opens nothing for load alone', async () => {
    const rig = aRig({ findings: [aSignal('sli.rps', cart, { severity: 'info' })], view: cartAtZero().view });
    await rig.run(3);
    expect(rig.state().incidents.size).toBe(0);
  });

  it('records a deviation that the hour explains once, and opens nothing', async () => {
    const dismissal = {
      series: 'cpu.usage@batch/Deployment/report',
      of: deployment('report', 'batch'),
      signal: 'cpu.usage' as const,
      value: 6,
      lastHour: 1,
      usual: [5, 7] as [number, number],
      p: 0.4,
      q: 0.4,
      sentence: 'CPU 6 times, usual for this hour',
    };
    const rig = aRig({ dismissed: [dismissal] });
    await rig.run(10);
    expect(rig.kinds()).toEqual(['deviation.dismissed']);
  });

  it('escalates what the guardian denies, with the rulings and what to do by hand', async () => {
    const rulings = [{ rule: 'G08', word: 'deny' as const, reason: 'one of three is out' }];
    const rig = aRig({ ...cartAtZero(), verdict: { word: 'denied' }, rulings });
    await rig.run(3);
    expect(rig.incident()).toMatchObject({ state: 'escalated' });
    expect(rig.incident().reason).toBe('change of inc-1/p1/a1 was denied: G08 one of three is out');
    expect(rig.incident().advice.join(' ')).toContain('kubectl change');
    expect(rig.outside.written).toEqual([]);
  });

  it('closes nothing while pods cannot be read: their signs are not known, not gone', async () => {
    const { view } = checkoutKilled();
    const rig = aRig(ledgerHangs());
    await rig.run(6);
    rig.outside.findings = [];
    rig.outside.view = { ...view, complete: new Set([...view.complete].filter((kind) => kind !== 'Pod')) };
    await rig.run(20);
    expect(rig.incident().state).toBe('escalated');
    rig.outside.view = view;
    await rig.run(7);
    expect(rig.incident().state).toBe('resolved');
  });

  it('judges again what is denied only for now', async () => {
    const rulings = [{ rule: 'G11', word: 'deny' as const, reason: 'a plan ended 4 min ago' }];
    const rig = aRig({ ...cartAtZero(), verdict: { word: 'denied' }, rulings });
    await rig.run(5);
    expect(rig.incident().state).toBe('diagnosed');
    rig.outside.verdict = {};
    rig.outside.rulings = [{ rule: 'G11', word: 'allow', reason: 'the last plan ended 11 min ago' }];
    await rig.run(3);
    expect(rig.incident().state).toBe('verifying');
    expect(rig.incident().plans).toHaveLength(1);
  });

  it('has a plan on a candidate judged again until its signal is sure enough', async () => {
    const rulings = [{ rule: 'G22', word: 'deny' as const, reason: 'its cause rests on candidates alone' }];
    const rig = aRig({ ...reviewsFail(), verdict: { word: 'denied' }, rulings });
    await rig.run(4);
    expect(rig.outside.written).toEqual([]);
    expect(rig.incident().state).toBe('diagnosed');
    rig.outside.verdict = {};
    rig.outside.rulings = [{ rule: 'G22', word: 'allow', reason: 'its cause is validated' }];
    await rig.run(2);
    expect(rig.outside.written).toHaveLength(1);
  });

  it('judges again what was permitted and then denied only for now at the write, and writes it once', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(1);
    const rulings = [{ rule: 'G07', word: 'deny' as const, reason: 'the watch of StatefulSet is broken' }];
    rig.outside.atWrite = { refused: { word: 'denied', rulings } };
    await rig.run(2);
    expect(rig.incident()).toMatchObject({
      state: 'diagnosed',
      plans: [{ ended: { why: 'denied: G07 the watch of StatefulSet is broken' } }],
    });
    rig.outside.atWrite = null;
    await rig.run(3);
    expect(rig.incident().state).toBe('verifying');
    expect(rig.incident().plans).toHaveLength(1);
    expect(rig.outside.written).toHaveLength(1);
  });

  it('goes to a person with what was permitted and then denied for good at the write', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(1);
    const rulings = [{ rule: 'G08', word: 'deny' as const, reason: 'one of three is out' }];
    rig.outside.atWrite = { refused: { word: 'denied', rulings } };
    await rig.run(3);
    expect(rig.incident().state).toBe('escalated');
    expect(rig.outside.written).toEqual([]);
  });

  it('escalates a cause that is not settled, after waiting for more facts', async () => {
    const rig = aRig(ledgerHangs());
    expect(await states(rig, 5)).toEqual(['open', 'open', 'open', 'diagnosed', 'escalated']);
    expect(rig.incident()).toMatchObject({ reason: 'the cause is not settled', root: ledger });
    expect(rig.incident().advice).toHaveLength(3);
    expect(rig.outside.written).toEqual([]);
  });

  it('plans anew when a cause is found after it went to a person', async () => {
    const rig = aRig(ledgerHangs());
    await rig.run(6);
    const { view } = checkoutKilled();
    const pods = view.pods.map((pod) => ({ ...pod, owner: ledger, metadata: { ...pod.metadata, namespace: 'pay' } }));
    rig.outside.view = aView({ workloads: view.workloads.map((one) => ({ ...one, ref: ledger })), pods });
    rig.outside.findings = [aFact('not-ready', ledger, { severity: 'warning' }), aFact('oom-killed', ledger)];
    await rig.run(2);
    expect(rig.incident().hypotheses[0]?.code).toBe('WL-001');
    expect(rig.incident().state).toBe('planned');
  });

  it('never touches the victim of a dependency, and names the root', async () => {
    const { view } = cartAtZero();
    const rig = aRig({
      view,
      findings: [aSignal('sli.err', gateway), aFact('crash-looping', cart, { onsetMs: atMs(6) })],
    });
    rig.outside.verdict = { word: 'denied' };
    await rig.run(1);
    expect(rig.incident().root).toEqual(cart);
    expect(rig.incident().findings).toHaveLength(2);
  });
});

describe('harm', () => {
  const verifying = async (): Promise<Rig> => {
    const rig = aRig(reviewsFail());
    await rig.run(3);
    return rig;
  };

  it('is taken back by an undo plan of its own at the next guard read, and goes to a person', async () => {
    const rig = await verifying();
    expect(rig.cycle.guardsDue()).toBe(true);
    rig.outside.harm = { word: 'harmed', sentence: 'errors 31 % over limit 8 %', series: ['sli.err'] };
    rig.clock.advance(20_000);
    await rig.cycle.guardRead();
    expect(rig.outside.written).toEqual([
      { plan: 'inc-1/p1', action: 'inc-1/p1/a1', undo: false },
      { plan: 'inc-1/p2', action: 'inc-1/p2/a1', undo: true },
    ]);
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: true });
    expect(rig.incident().state).toBe('escalated');
    expect(rig.incident().reason).toContain('made it worse and was taken back');
    await rig.run(2);
    expect(rig.incident().plans[1]?.ended?.why).toBe('effective');
    expect(rig.incident().state).toBe('escalated');
  });

  it('is not taken back while actions are stopped, is said once, and is taken back after the resume', async () => {
    const rig = await verifying();
    await rig.append({ kind: 'switch.stopped', by: 'sre-2', door: 'cli' });
    rig.outside.harm = { word: 'harmed', sentence: 'errors 31 %', series: ['sli.err'] };
    await rig.run(4);
    expect(rig.outside.written).toHaveLength(1);
    expect(rig.kinds().filter((kind) => kind === 'action.held')).toHaveLength(1);
    expect(rig.incident()).toMatchObject({ state: 'escalated' });
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: false });
    await rig.append({ kind: 'switch.resumed', by: 'sre-2', door: 'cli', reason: 'over' });
    await rig.run(1);
    expect(rig.outside.written).toHaveLength(2);
    expect(rig.incident().plans[0]?.actions[0]?.outcome).toMatchObject({ word: 'harmful', undone: true });
  });

  it('is no conclusion from guards that cannot be seen', async () => {
    const rig = await verifying();
    rig.outside.harm = { word: 'not known', sentence: 'errors cannot be seen', series: [] };
    await rig.run(3);
    expect(rig.incident().state).toBe('verifying');
  });
});

describe('what did not help', () => {
  it('is ineffective, is not repeated, and goes to a person', async () => {
    const rig = aRig(reviewsFail());
    await rig.run(3);
    rig.outside.recovery = { word: 'not fixed', sentence: 'errors are still 20 %' };
    await rig.run(20);
    expect(rig.incident().plans).toHaveLength(1);
    expect(rig.incident().plans[0]?.actions[0]?.outcome?.word).toBe('ineffective');
    expect(rig.incident()).toMatchObject({ state: 'escalated' });
    expect(rig.incident().advice.join(' ')).toContain('was ineffective');
  });

  it('is unknown after an hour without a decision', async () => {
    const rig = aRig(reviewsFail());
    await rig.run(3);
    rig.outside.recovery = { word: 'undecided', sentence: 'traffic is too low to tell' };
    await rig.run(62);
    expect(rig.incident().plans[0]?.actions[0]?.outcome?.word).toBe('unknown');
    expect(rig.incident().reason).toContain('traffic is too low to tell');
  });
});

describe('a process that dies', () => {
  it('goes on from the journal: an approval that waited is written once', async () => {
    const rig = aRig({ ...checkoutKilled(), verdict: needsPerson });
    await rig.run(3);
    rig.restart();
    await approve(rig);
    await rig.run(3);
    expect(rig.outside.written).toHaveLength(1);
    expect(rig.incident().state).toBe('verifying');
  });

  it('settles an intent without an answer before anything else, then judges the plan again', async () => {
    const rig = aRig({ ...cartAtZero(), writes: ['hang'] });
    await rig.run(3);
    expect(rig.incident().state).toBe('acting');
    expect(rig.outside.faults).toHaveLength(1);
    rig.restart();
    await rig.run(1);
    expect(rig.outside.settledIntents).toBe(1);
    expect(rig.incident().state).toBe('planned');
    await rig.run(1);
    expect(rig.outside.written).toHaveLength(1);
  });

  it('judges a plan that was proposed and never judged, instead of proposing it again', async () => {
    const twin = aRig(cartAtZero());
    await twin.run(2);
    const rig = aRig(cartAtZero());
    await rig.run(1);
    for (const { plan } of twin.incident().plans) await rig.append({ kind: 'plan.proposed', plan });
    rig.restart();
    await rig.run(8);
    expect(rig.kinds().filter((kind) => kind === 'plan.proposed')).toHaveLength(1);
    expect(rig.outside.written).toHaveLength(1);
    rig.outside.findings = [];
    await rig.run(2);
    expect(rig.incident().state).toBe('resolved');
  });

  it('judges a would-be plan again as soon as it has the lease, not after the cooldown', async () => {
    const rig = aRig({ ...cartAtZero(), mode: 'suggest' });
    await rig.run(4);
    expect(rig.outside.written).toHaveLength(0);
    rig.outside.mode = 'auto';
    await rig.append({ kind: 'lease.acquired', epoch: 2, holder: 'this one' });
    await rig.run(2);
    expect(rig.outside.written).toHaveLength(1);
  });

  it('gives up on a write that is refused again and again', async () => {
    const rig = aRig({ ...cartAtZero(), writes: ['refused', 'refused', 'refused', 'refused'] });
    await rig.run(10);
    expect(rig.outside.written).toHaveLength(3);
    expect(rig.incident().state).toBe('escalated');
  });
});
