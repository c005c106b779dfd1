import { describe, expect, it } from 'vitest';
import { aFact } from '../diagnosis/testing/signs.ts';
import { deployment } from '../diagnosis/testing/view.ts';
import type { Dismissal } from '../model/finding.ts';
import { aRig } from './testing/rig.ts';

const blip: Dismissal = {
  series: 'cpu.usage@batch/Deployment/report',
  of: deployment('report', 'batch'),
  signal: 'cpu.usage',
  value: 6,
  lastHour: 1,
  usual: [5, 7],
  p: 0.4,
  q: 0.4,
  sentence: 'CPU 6 times, usual for this hour',
};

describe('a deviation that the hour explains', () => {
  it('is recorded again only after it was gone for an hour', async () => {
    const rig = aRig({ dismissed: [blip] });
    await rig.run(70);
    expect(rig.kinds()).toEqual(['deviation.dismissed']);
    rig.outside.dismissed = [];
    await rig.run(30);
    rig.outside.dismissed = [blip];
    await rig.run(1);
    expect(rig.kinds()).toHaveLength(1);
    rig.outside.dismissed = [];
    await rig.run(60);
    rig.outside.dismissed = [blip];
    await rig.run(1);
    expect(rig.kinds()).toHaveLength(2);
  });
});

describe('a finding', () => {
  it('is told when it opens and once more when it lasts for a day', async () => {
    const finding = aFact('not-ready', deployment('report', 'batch'));
    const rig = aRig({ findings: [finding] });
    const opened = (): number => rig.kinds().filter((one) => one === 'finding.opened').length;
    await rig.run(3);
    expect(opened()).toBe(1);
    rig.outside.findings = [{ ...finding, persisting: true }];
    await rig.run(3);
    expect(opened()).toBe(2);
  });
});
