import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  anAnswer,
  aDecision,
  anIntent,
  aPlan,
  aJudgement,
  aVerdict,
  asked,
  bindingOne,
} from '../../test/builders/events.ts';
import { denyCodes } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { stateAfter } from '../../test/builders/events.ts';
import { anAdvisor, linesOf, type Rig } from './testing/command-line.ts';

let rig: Rig;
afterEach(async () => {
  await rig.close();
});
const events = async (kind: string) => (await rig.world.journal.read(0, 100)).filter((one) => one.body.kind === kind);

describe('deny', () => {
  beforeEach(async () => {
    rig = await anAdvisor();
    await rig.world.happened(...asked);
  });

  it.each(denyCodes.map((code) => [code]))('records %s and says what the advisor does now', async (code) => {
    const ran = await rig.run(['deny', 'apr-1', '--because', code, '--reason', 'leak, not limit'], { columns: 80 });
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/^denied {4}apr-1 by local:sre, event 6 · \w/);
    expect(await events('approval.decided')).toMatchObject([
      { body: { decision: 'denied', reasonCode: code, reason: 'leak, not limit', door: 'cli' } },
    ]);
  });

  it('asks for the code on a terminal', async () => {
    const ran = await rig.run(['deny', 'apr-1'], { columns: 80, typed: 'wrong-action\n' });
    expect(ran.err).toContain('Because? (wrong-cause, wrong-action');
    expect(ran.code).toBe(0);
  });

  it('exits 2 without a code where nobody can be asked, and records nothing', async () => {
    const ran = await rig.run(['deny', 'apr-1'], { typed: 'wrong-action\n' });
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(await events('approval.decided')).toEqual([]);
  });

  it('tells a script who denied, why and where it is recorded', async () => {
    const ran = await rig.run(['deny', '1', '--because', 'not-now']);
    expect(ran.out).toBe('apr-1 denied by=local:sre event=6 because=not-now\n');
    const again = await rig.run(['deny', '1', '--because', 'not-now', '-o', 'json']);
    expect(JSON.parse(again.out)).toMatchObject({ kind: 'Decision', data: { decision: 'denied', event: 6 } });
  });

  it('exits 6 with the undo when the plan is being carried out', async () => {
    await rig.world.happened(aDecision(), { kind: 'approval.used', approval: 'apr-1', permit: '1.A' });
    const ran = await rig.run(['deny', 'apr-1', '--because', 'not-now']);
    expect(ran).toMatchObject({ code: 6, out: '' });
    expect(ran.err).toContain('next: advisor undo inc-1/p1');
  });
});

describe('undo', () => {
  const undoPlan = aPlan({ id: 'inc-1/p2', undoOf: 'inc-1/p1' });
  const back = [{ path: '/spec/limits', before: '384Mi', after: '256Mi' }];
  const judged = aJudgement({
    plan: 'inc-1/p2',
    binding: 'b'.repeat(64),
    verdicts: [aVerdict({ action: 'inc-1/p2/a1', diff: back, summary: '384Mi → 256Mi' })],
  });
  const withUndo = stateAfter(...asked, { kind: 'plan.proposed', plan: undoPlan }, judged);

  it('shows the change against the live object and records nothing with --dry-run', async () => {
    const requests: unknown[] = [];
    rig = await anAdvisor({
      requestUndo: async (order) => {
        requests.push(order);
        return await Promise.resolve({ plan: 'inc-1/p2', state: withUndo });
      },
    });
    await rig.world.happened(...asked);
    const ran = await rig.run(['undo', 'inc-1/p1/a1', '--dry-run']);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain('(undo of inc-1/p1)');
    expect(ran.out).toContain('384Mi → 256Mi');
    expect(ran.err).toBe('nothing was asked\n');
    expect(requests).toMatchObject([{ plan: 'inc-1/p1', action: 'inc-1/p1/a1', dryRun: true, by: 'local:sre' }]);
  });

  it('exits 9 and asks for nothing when the answer is No', async () => {
    const requests: boolean[] = [];
    rig = await anAdvisor({
      requestUndo: async ({ dryRun }) => {
        requests.push(dryRun);
        return await Promise.resolve({ plan: 'inc-1/p2', state: withUndo });
      },
    });
    await rig.world.happened(...asked);
    expect((await rig.run(['undo', 'inc-1/p1'], { columns: 80, typed: '\n' })).code).toBe(9);
    expect(requests).toEqual([true]);
  });

  it('exits 6 when the digest is not that of the undo, before anything is asked for', async () => {
    const requests: boolean[] = [];
    rig = await anAdvisor({
      requestUndo: async ({ dryRun }) => {
        requests.push(dryRun);
        return await Promise.resolve({ plan: 'inc-1/p2', state: withUndo });
      },
    });
    await rig.world.happened(...asked);
    expect((await rig.run(['undo', 'inc-1/p1', '--yes', '--digest', bindingOne])).code).toBe(6);
    expect((await rig.run(['undo', 'inc-1/p1', '--yes', '--digest', 'b'.repeat(12), '--wait', '0'])).code).toBe(0);
    expect(requests).toEqual([true, true, false]);
  });

  it('exits 7 with the reason when it cannot be undone', async () => {
    rig = await anAdvisor({
      requestUndo: () =>
        Promise.reject(
          new Failure({
            code: 'irreversible',
            what: 'inc-1/p1 cannot be undone',
            why: 'the pods that it replaced are gone',
            next: 'advisor show inc-1',
            exitCode: exitCodes.heldBack,
          }),
        ),
    });
    await rig.world.happened(...asked);
    const ran = await rig.run(['undo', 'inc-1/p1', '--yes', '--dry-run']);
    expect(ran).toMatchObject({ code: 7, out: '' });
    expect(ran.err).toContain('the pods that it replaced are gone');
  });

  it('needs a person or --yes', async () => {
    rig = await anAdvisor();
    await rig.world.happened(...asked);
    expect(await rig.run(['undo', 'inc-1/p1'], { typed: 'y\n' })).toMatchObject({ code: 2, out: '' });
  });
});

describe('stop and resume', () => {
  beforeEach(async () => {
    rig = await anAdvisor();
  });

  it('returns with the switch in the journal, and asks nothing', async () => {
    const ran = await rig.run(['stop', '--reason', 'network change']);
    expect(ran).toMatchObject({ code: 0, out: 'stopped   by local:sre, event 1 · no write will start\n' });
    expect(rig.world.latched()).toBe(true);
    expect(await events('switch.stopped')).toMatchObject([{ body: { reason: 'network change', door: 'cli' } }]);
  });

  it('lists what was written and what is held, each with the line to type instead', async () => {
    await rig.world.happened(...asked, aDecision(), anIntent(), anAnswer());
    const ran = await rig.run(['stop']);
    expect(ran.out).toContain('in flight inc-1/p1/a1');
    expect(ran.out).toContain('By hand:\n          384Mi → 256Mi');
    const asJson = await rig.run(['stop', '-o', 'json']);
    expect(JSON.parse(asJson.out)).toMatchObject({ kind: 'Switch', data: { stopped: true, inFlight: [{}], held: [] } });
  });

  it('exits 2 without a reason to resume, and stays stopped', async () => {
    await rig.run(['stop']);
    expect(await rig.run(['resume', '--yes'])).toMatchObject({ code: 2, out: '' });
    expect(await rig.run(['resume', '--yes', '--reason', ' '])).toMatchObject({ code: 2, out: '' });
    expect(rig.world.latched()).toBe(true);
  });

  it('says who stopped, how long ago and how many plans wait before it asks', async () => {
    await rig.world.happened(...asked);
    await rig.run(['stop', '--reason', 'network change']);
    rig.world.clock.advance(720_000);
    const line = ['resume', '--reason', 'change is over'];
    const no = await rig.run(line, { columns: 80, typed: '\n' });
    expect(no.code).toBe(9);
    expect(linesOf(no.err)[0]).toBe(
      'stopped 12m ago by local:sre ("network change") · 1 plan waits and will be judged anew',
    );
    expect(rig.world.latched()).toBe(true);
    const yes = await rig.run(line, { columns: 80, typed: 'y\n' });
    expect(yes).toMatchObject({ code: 0, out: 'resumed   by local:sre, event 7\n' });
    expect(rig.world.latched()).toBe(false);
  });

  it('has nothing to resume when nothing is stopped', async () => {
    const ran = await rig.run(['resume', '--yes', '--reason', 'why not']);
    expect(ran).toMatchObject({ code: 0, out: 'actions are not stopped\n' });
  });
});
