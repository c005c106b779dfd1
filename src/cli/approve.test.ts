import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  aJudgement,
  anAnswer,
  anIntent,
  anOutcome,
  aPlan,
  aRequest,
  aVerdict,
  asked,
  bindingOne,
} from '../../test/builders/events.ts';
import { anAdvisor, hastyClock, linesOf, type Rig } from './testing/command-line.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await anAdvisor();
  await rig.world.happened(...asked);
});
afterEach(async () => {
  await rig.close();
});

const given = ['--yes', '--digest', bindingOne.slice(0, 12), '--reason', 'seen'];
const decisions = async () =>
  (await rig.world.journal.read(0, 100)).filter((one) => one.body.kind === 'approval.decided');

describe('approve without a terminal', () => {
  it('exits 2 and appends no event when yes is piped into it', async () => {
    const child = spawn('sh', ['-c', 'yes | "$0" src/main.ts approve apr-1', process.execPath], {
      env: { ADVISOR_SERVER: rig.server.url, ADVISOR_TOKEN: rig.server.token, XDG_CONFIG_HOME: '/nonexistent' },
    });
    let err = '';
    child.stderr.on('data', (chunk) => (err += String(chunk)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(2);
    expect(linesOf(err)).toHaveLength(3);
    expect(await decisions()).toEqual([]);
  });

  it.each([
    [['approve', 'apr-1']],
    [['approve', 'apr-1', '--yes']],
    [['approve', 'apr-1', '--yes', '--reason', 'seen']],
    [['approve', 'apr-1', '--yes', '--digest', bindingOne.slice(0, 12)]],
    [['approve', 'apr-1', ...given.slice(1)]],
    [['approve', 'apr-1', '--yes', '--digest', '9c41', '--reason', 'seen']],
  ])('exits 2 for %j and records nothing', async (args) => {
    const ran = await rig.run(args, { typed: 'y\n'.repeat(20) });
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(linesOf(ran.err)).toHaveLength(3);
    expect(await decisions()).toEqual([]);
  });

  it('exits 6 with a digest that is not that of the plan', async () => {
    const ran = await rig.run(['approve', 'apr-1', '--yes', '--digest', 'a'.repeat(12), '--reason', 'seen']);
    expect(ran).toMatchObject({ code: 6, out: '' });
    expect(ran.err).toContain('(stale-plan)');
    expect(await decisions()).toEqual([]);
  });

  it('approves with the digest that was read, and leaves a receipt for scripts', async () => {
    const ran = await rig.run(['approve', 'apr17'.replace('17', '1'), ...given, '--wait', '0']);
    expect(ran).toMatchObject({ code: 0, out: 'apr-1 approved by=local:sre event=6 digest=9c417e2ab05d\n', err: '' });
    expect(await decisions()).toMatchObject([{ body: { decision: 'approved', door: 'cli', reason: 'seen' } }]);
  });

  it('gives one event and exit 0 twice when two processes approve at once', async () => {
    const line = ['approve', 'apr-1', ...given, '--wait', '0'];
    const [first, second] = await Promise.all([rig.run(line), rig.run(line)]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.out).toBe(second.out);
    expect(await decisions()).toHaveLength(1);
  });

  it('says that it was approved before, and exits 0, when the same person comes again', async () => {
    await rig.run(['approve', 'apr-1', ...given, '--wait', '0']);
    const again = await rig.run(['approve', 'apr-1', ...given, '--wait', '0']);
    expect(again).toMatchObject({ code: 0, out: 'apr-1 approved by=local:sre event=6 digest=9c417e2ab05d\n' });
    expect(again.err).toBe('you approved it already\n');
  });

  it('prints the decision as one document for programs', async () => {
    const ran = await rig.run(['approve', 'apr-1', ...given, '--wait', '0', '-o', 'json']);
    expect(JSON.parse(ran.out)).toMatchObject({
      kind: 'Decision',
      data: { approval: 'apr-1', decision: 'approved', by: 'local:sre', door: 'cli', event: 6, outcome: null },
    });
  });

  it('exits 6 for an expired approval and names the fresh plan that waits', async () => {
    await rig.world.happened(
      { kind: 'approval.expired', approval: 'apr-1' },
      { kind: 'plan.proposed', plan: aPlan({ id: 'inc-1/p2' }) },
      aJudgement({ plan: 'inc-1/p2', verdicts: [aVerdict({ action: 'inc-1/p2/a1' })], binding: 'b'.repeat(64) }),
      aRequest({ approval: 'apr-2', plan: 'inc-1/p2', binding: 'b'.repeat(64) }),
    );
    const ran = await rig.run(['approve', 'apr-1', ...given]);
    expect(ran).toMatchObject({ code: 6, out: '' });
    expect(ran.err).toContain('next: advisor show apr-2');
  });

  it('exits 6 without another plan too', async () => {
    await rig.world.happened({ kind: 'approval.expired', approval: 'apr-1' });
    const ran = await rig.run(['approve', 'apr-1', ...given]);
    expect(ran).toMatchObject({ code: 6, out: '' });
    expect(linesOf(ran.err)).toHaveLength(3);
  });

  it('exits 2 with three lines for an approval that is not there', async () => {
    const ran = await rig.run(['approve', 'apr-9', ...given]);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(linesOf(ran.err)).toHaveLength(3);
  });

  it('takes @latest for the newest one that waits', async () => {
    const ran = await rig.run(['approve', '@latest', ...given, '--wait', '0']);
    expect(ran.out).toContain('apr-1 approved');
  });
});

describe('approve on a terminal', () => {
  it.each([['n\n'], ['\n'], [''], ['yess\n'], ['approve\n']])('takes %j for No: exit 9 and no event', async (typed) => {
    const ran = await rig.run(['approve', 'apr-1'], { columns: 80, typed });
    expect(ran).toMatchObject({ code: 9, out: '' });
    expect(ran.err).toContain('Approve this plan? [y/N]');
    expect(await decisions()).toEqual([]);
  });

  it('shows the whole plan before it asks, with -q too', async () => {
    const loud = await rig.run(['approve', 'apr-1'], { columns: 80, typed: 'n\n' });
    const quiet = await rig.run(['approve', 'apr-1', '-q'], { columns: 80, typed: 'n\n' });
    expect(loud.err).toContain('256Mi → 384Mi');
    expect(loud.err).toContain('digest 9c417e2ab05d');
    expect(loud.err.indexOf('ask   G14')).toBeLessThan(loud.err.indexOf('Approve this plan?'));
    expect(quiet.err).toContain('digest 9c417e2ab05d');
  });

  it('records a yes and follows the plan to its outcome', async () => {
    const clock = hastyClock(async (waits) => {
      if (waits === 1)
        await rig.world.happened({ kind: 'approval.used', approval: 'apr-1', permit: '1.A' }, anIntent(), anAnswer());
      if (waits === 2) await rig.world.happened(anOutcome());
    });
    const ran = await rig.run(['approve', 'apr-1'], { columns: 80, typed: 'y\n', clock });
    expect(ran.code).toBe(0);
    expect(linesOf(ran.out)).toEqual([
      'approved  apr-1 by local:sre, event 6',
      '00:00:01  written, permit used',
      '00:00:01  effective: no kill in 10 min',
    ]);
  });

  it.each([
    ['harmful', true, 3, 'harmful (undone): p99 is worse'],
    ['ineffective', false, 3, 'ineffective: p99 is worse'],
    ['unknown', false, 8, 'unknown: p99 is worse'],
  ] as const)('turns the outcome %s into an exit code of its own', async (outcome, undone, code, said) => {
    const clock = hastyClock(async (waits) => {
      if (waits === 1)
        await rig.world.happened(anIntent(), anAnswer(), anOutcome({ outcome, undone, sentence: 'p99 is worse' }));
    });
    const ran = await rig.run(['approve', 'apr-1'], { columns: 80, typed: 'y\n', clock });
    expect(ran.code).toBe(code);
    expect(ran.out).toContain(said);
  });

  it('exits 8 when the time to wait is over', async () => {
    const ran = await rig.run(['approve', 'apr-1', '--wait', '2s'], { columns: 80, typed: 'y\n' });
    expect(ran.code).toBe(8);
    expect(ran.err).toContain('advisor show tells how it ends');
  });

  it('exits 7 when the plan is denied as it is judged again', async () => {
    const clock = hastyClock(async (waits) => {
      if (waits === 1) await rig.world.happened(aJudgement({ verdicts: [aVerdict({ word: 'denied' })] }));
    });
    expect((await rig.run(['approve', 'apr-1'], { columns: 80, typed: 'y\n', clock })).code).toBe(7);
  });

  it('leaves the plan alone and exits 130 on ctrl-c while it follows', async () => {
    const stop = new AbortController();
    const clock = hastyClock(() => stop.abort('SIGINT'));
    const ran = await rig.run(['approve', 'apr-1'], { columns: 80, typed: 'y\n', clock, signal: stop.signal });
    expect(ran.code).toBe(130);
    expect(ran.err).toContain('the plan goes on');
    expect(await decisions()).toHaveLength(1);
  });
});

describe('approve with high risk', () => {
  it('asks for the name of the target, and nothing else will do', async () => {
    await rig.world.happened(
      { kind: 'approval.voided', approval: 'apr-1', reason: 'the plan changed' },
      { kind: 'plan.proposed', plan: aPlan({ id: 'inc-1/p2' }) },
      aJudgement({ plan: 'inc-1/p2', verdicts: [aVerdict({ action: 'inc-1/p2/a1', risk: 'irreversible' })] }),
      aRequest({ approval: 'apr-2', plan: 'inc-1/p2', risk: 'irreversible' }),
    );
    const yes = await rig.run(['approve', 'apr-2'], { columns: 80, typed: 'y\n' });
    const named = await rig.run(['approve', 'apr-2', '--wait', '0'], { columns: 80, typed: 'checkout\n' });
    expect(yes.code).toBe(9);
    expect(yes.err).toContain('type checkout to approve');
    expect(named.code).toBe(0);
  });
});
