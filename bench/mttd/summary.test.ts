import { describe, expect, it } from 'vitest';
import type { FaultRun } from './fault-run.ts';
import { failuresOf, figuresOf, rowOf } from './summary.ts';

function aRun(some: Partial<FaultRun>): FaultRun {
  return {
    fault: 'oom-killed',
    code: 'WL-001',
    seed: 1,
    findingMin: 1,
    incidentMin: 1,
    alertMin: 15,
    finding: 'OOMKilled ×2',
    alert: 'KubePodCrashLooping',
    waitedMin: 75,
    facts: [],
    before: { incidents: 0, alerts: [] },
    ...some,
  };
}

describe('figures of time to detection', () => {
  it('take the median of the ratios of alert over incident', () => {
    const runs = [aRun({ alertMin: 2 }), aRun({ alertMin: 10 }), aRun({ alertMin: 30 })];
    expect(figuresOf(runs, null)).toMatchObject({ faults: 3, medianRatio: 10, later: 0 });
  });

  it('count an alert that never came as if it came when waiting ended', () => {
    expect(figuresOf([aRun({ alertMin: null, waitedMin: 75 })], null).medianRatio).toBe(75);
  });

  it('count a fault that the advisor did not see as seen later, whatever the alerts did', () => {
    const figures = figuresOf([aRun({ incidentMin: null, alertMin: null })], null);
    expect(figures).toMatchObject({ later: 1, unseen: 1, medianRatio: 0 });
    expect(failuresOf(figures)).toHaveLength(2);
  });

  it('fail when one alert was sooner, though the median is fine', () => {
    const figures = figuresOf([aRun({}), aRun({}), aRun({ incidentMin: 5, alertMin: 4 })], null);
    expect(failuresOf(figures)).toEqual(['missed: 1 faults were seen later than by the alert rules']);
  });

  it('fail when a hard fact was not found, or later than a cycle', () => {
    expect(failuresOf(figuresOf([aRun({ facts: [{ fact: 'oom-killed', cycles: 1.2 }] })], null))).toHaveLength(1);
    expect(failuresOf(figuresOf([aRun({ facts: [{ fact: 'oom-killed', cycles: null }] })], null))).toHaveLength(1);
    expect(failuresOf(figuresOf([aRun({ facts: [{ fact: 'oom-killed', cycles: 1 }] })], null))).toEqual([]);
  });

  it('fail when a clean day brought more incidents than alerts', () => {
    expect(failuresOf(figuresOf([aRun({})], { incidents: ['one'], alerts: [] }))).toEqual([
      'missed: 1 false incidents, 0 false alerts',
    ]);
    expect(failuresOf(figuresOf([aRun({})], { incidents: ['one'], alerts: ['one', 'two'] }))).toEqual([]);
  });
});

describe('a row of the table', () => {
  it('marks a ratio that can only be higher', () => {
    expect(rowOf(aRun({ alertMin: null }))).toContain('> 75.0 min    > 75');
  });

  it('says that nothing was found', () => {
    expect(rowOf(aRun({ incidentMin: null, findingMin: null, finding: '' }))).toContain('nothing');
  });
});
