import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repaired } from '../../test/builders/events.ts';
import { actions } from '../actions/actions.ts';
import { rules } from '../agents/guardian/rules.ts';
import { causes } from '../diagnosis/causes.ts';
import { exitCodes } from '../model/failure.ts';
import { anAdvisor, linesOf, runLine, type Rig } from './testing/command-line.ts';

describe('explain CODE', () => {
  it.each([
    ['G08', 'G08  A disruption budget, a quorum or the last ready replica is never breached.'],
    ['wl-001', 'WL-001  Memory limit too low (oom_killed).'],
    ['oom_killed', 'WL-001  Memory limit too low (oom_killed).'],
    ['scale', 'scale  Change the number of replicas; on Deployment, StatefulSet.'],
    ['exit-6', 'exit-6  Conflict: stale plan, target changed, approval decided or expired, data'],
  ])('tells %s without an advisor', async (code, first) => {
    const ran = await runLine(['explain', code], { columns: 80 });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(linesOf(ran.out)[0]).toBe(first);
  });

  it('knows every rule, cause, action and exit code', async () => {
    const codes = [
      ...rules.map((one) => one.id),
      ...causes.map((one) => one.code),
      ...actions.map((one) => one.name),
      ...Object.values(exitCodes).map((one) => `exit-${one}`),
    ];
    for (const code of codes) {
      const ran = await runLine(['explain', code, '-o', 'json']);
      expect([code, ran.code]).toEqual([code, 0]);
      expect(JSON.parse(ran.out)).toMatchObject({ kind: 'Explanation', data: { code } });
    }
  });

  it('suggests the nearest for a code that is not known', async () => {
    const ran = await runLine(['explain', 'G088']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(linesOf(ran.err)).toEqual([
      'error: nothing is called "G088" (unknown-code)',
      '  why:  it is no incident, rule, cause, action or exit code of this version',
      '  next: the nearest is G08: advisor explain G08',
    ]);
  });

  it('has no report of a code', async () => {
    const ran = await runLine(['explain', 'G08', '--report']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('--report writes the report of an incident');
  });
});

describe('explain ID', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await anAdvisor();
    await rig.world.happened(...repaired);
  });
  afterEach(async () => {
    await rig.close();
  });

  it('tells the incident in sentences that cite, within 80 columns', async () => {
    const ran = await rig.run(['explain', 'inc-1'], { columns: 80 });
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/The cause is proven: memory limit too low \(WL-001\)/);
    expect(ran.out).toMatch(/\[E2\]/);
    expect(ran.out).toMatch(/Outcome: effective/);
    expect(linesOf(ran.out).filter((line) => line.length > 80)).toEqual([]);
  });

  it('takes the id of an approval', async () => {
    const ran = await rig.run(['explain', 'apr-1', '-o', 'json']);
    expect(JSON.parse(ran.out)).toMatchObject({ kind: 'Explanation', data: { subject: 'inc-1', code: 'WL-001' } });
  });

  it('writes the report as Markdown', async () => {
    const ran = await rig.run(['explain', 'inc-1', '--report']);
    expect(linesOf(ran.out)[0]).toMatch(/^# inc-1: /);
    for (const title of ['Summary', 'Timeline', 'Cause', 'Evidence', 'Actions', 'Outcome', 'Cost'])
      expect(ran.out).toContain(`\n## ${title}`);
  });

  it('says that an incident is not there', async () => {
    const ran = await rig.run(['explain', 'inc-99']);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('inc-99');
  });
});
