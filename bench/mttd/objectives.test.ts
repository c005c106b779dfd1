import { describe, expect, it } from 'vitest';
import { parseSloFile } from '../../src/agents/anomaly/slo-file.ts';
import { alertRules } from './alert-rules.ts';
import { objectivesFile } from './objectives.ts';

describe('objectives of the comparison', () => {
  const { slos, problems } = parseSloFile('objectives.yaml', objectivesFile());

  it('are a file that the advisor reads without a complaint', () => {
    expect(problems).toEqual([]);
  });

  it('are of every workload that answers requests, and of no other', () => {
    const names = new Set(slos.map((one) => one.of.name));
    expect(names.size).toBe(11);
    expect(names).toContain('ledger');
    expect(names).not.toContain('report-builder');
  });

  it('are the same that the alert rules judge by', () => {
    expect(slos.filter((one) => one.of.name === 'cart').map((one) => [one.objective, one.thresholdS])).toEqual([
      [0.995, null],
      [0.99, 0.25],
    ]);
    const rules = new Map(alertRules(1).map((one) => [one.name, one.expr]));
    expect(rules.get('ErrorBudgetBurn1x')).toContain('> 0.005)');
    expect(rules.get('LatencyBudgetBurn1x')).toContain('> 0.01)');
    expect(rules.get('LatencyBudgetBurn1x')).toContain('le="0.25"');
  });
});
