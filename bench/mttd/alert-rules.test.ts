import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parser } from '@prometheus-io/lezer-promql';
import { alertRules, ruleFile } from './alert-rules.ts';

describe('alert rules of kubernetes-mixin', () => {
  it.each(alertRules(1).map((one) => [one.name, one.expr] as const))('%s is PromQL', (_, expr) => {
    const errors: number[] = [];
    parser.parse(expr).iterate({ enter: (node) => void (node.type.isError && errors.push(node.from)) });
    expect(errors).toEqual([]);
  });

  it('keep the times that the mixin gives them', () => {
    const times = Object.fromEntries(alertRules(1).map((one) => [one.name, one.forMs / 60_000]));
    expect(times).toMatchObject({
      KubePodCrashLooping: 15,
      KubePodNotReady: 15,
      KubeDeploymentReplicasMismatch: 15,
      KubeContainerWaiting: 60,
      CPUThrottlingHigh: 15,
      'ErrorBudgetBurn14.4x': 2,
      ErrorBudgetBurn6x: 15,
    });
  });

  it('divide every window and every time by the scale of the lab', () => {
    const crash = alertRules(20).find((one) => one.name === 'KubePodCrashLooping');
    expect(crash).toMatchObject({ forMs: 45_000 });
    expect(crash?.expr).toContain('[15s]');
  });

  it('ask for both windows of a burn rate, of errors and of slow answers', () => {
    const rules = new Map(alertRules(1).map((one) => [one.name, one.expr]));
    expect(rules.get('ErrorBudgetBurn14.4x')).toContain('[3600s]');
    expect(rules.get('ErrorBudgetBurn14.4x')).toContain('[300s]');
    expect(rules.get('LatencyBudgetBurn6x')).toContain('[21600s]');
    expect(rules.get('LatencyBudgetBurn6x')).toContain('[1800s]');
  });

  it('count the requests of pods that went within the window', () => {
    const rule = alertRules(1).find((one) => one.name === 'ErrorBudgetBurn6x');
    expect(rule?.expr).toContain('max_over_time(namespace_workload_pod:kube_pod_owner:relabel[21600s])');
  });

  it('become a rule file whose times Prometheus reads', () => {
    const file: unknown = parse(ruleFile([{ name: 'One', expr: 'up == 0', forMs: 45_000 }]));
    expect(file).toEqual({
      groups: [{ name: 'kubernetes-mixin', rules: [{ alert: 'One', expr: 'up == 0', for: '45000ms' }] }],
    });
  });
});
