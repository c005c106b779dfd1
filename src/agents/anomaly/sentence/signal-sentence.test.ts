import { describe, expect, it } from 'vitest';
import { aSignalFinding, traitsOf } from '../../../../test/builders/findings.ts';
import { type Compared, wholeSentence } from './signal-sentence.ts';

const latency: Compared = { traits: traitsOf('sli.latency'), days: 7, dayType: 'workdays' };
const minuteMs = 60_000;
const onsetMs = Date.UTC(2026, 5, 9, 14, 3);

describe('the whole sentence of a finding', () => {
  it('says value, since when, what is normal, by how much, how sure, which replicas and after which change', () => {
    const finding = aSignalFinding({
      onsetMs,
      onsetRangeMs: [onsetMs - 2 * minuteMs, onsetMs + minuteMs],
      replicas: { verdict: 'all', odd: [], of: 3 },
      change: { what: 'rollout', name: '7c9f', atMs: onsetMs - 4 * minuteMs },
    });
    expect(wholeSentence(finding, latency)).toBe(
      'p99 of shop/checkout is 840 ms since 14:03 UTC (±2 min); normal for this hour on workdays is 190 to 260 ms ' +
        '(49 windows of 7 days). +600 ms, 12 times the 50 ms that matters here; outside all 49; q = .003. ' +
        '3 of 3 pods; began 4 min after rollout 7c9f.',
    );
  });

  it('leaves out what is not known', () => {
    expect(wholeSentence(aSignalFinding({ onsetMs }), { ...latency, dayType: null })).toBe(
      'p99 of shop/checkout is 840 ms since 14:03 UTC; normal for this hour is 190 to 260 ms (49 windows of 7 days). ' +
        '+600 ms, 12 times the 50 ms that matters here; outside all 49; q = .003.',
    );
  });

  it('says that it was compared with one day only', () => {
    expect(wholeSentence(aSignalFinding({}), { ...latency, days: null })).toContain(
      'normal in the last day is 190 to 260 ms (49 windows)',
    );
  });

  it('speaks of shares in percentage points', () => {
    const finding = aSignalFinding({
      signal: 'sli.err',
      unit: 'ratio',
      value: 0.061,
      baseline: 0.001,
      band: [0, 0.002],
      floor: 0.01,
    });
    const told = wholeSentence(finding, { ...latency, traits: traitsOf('sli.err') });
    expect(told).toContain('errors of shop/checkout are 6.1 %');
    expect(told).toContain('normal for this hour on workdays is 0 to 0.2 %');
    expect(told).toContain('+6 points, 6 times the 1 point that matters here');
  });

  it('counts things one by one, and says what is normal without their words', () => {
    const of = { kind: 'Deployment', namespace: 'shop', name: 'cart' } as const;
    const counted = { of, unit: 'count', band: [0, 0] as [number, number], baseline: 0, onsetMs };
    const pending = aSignalFinding({ ...counted, signal: 'pending', value: 1, floor: 1 });
    expect(wholeSentence(pending, { ...latency, traits: traitsOf('pending') })).toMatch(
      /^1 pod of shop\/cart pending for more than 2 min since 14:03 UTC; normal for this hour on workdays is 0 \(49 windows of 7 days\)\. \+1, the 1 that matters here;/,
    );
    const restarts = aSignalFinding({ ...counted, signal: 'restarts', value: 4, floor: 2 });
    expect(wholeSentence(restarts, { ...latency, traits: traitsOf('restarts') })).toContain(
      '+4, 2 times the 2 that matter here',
    );
    const pressure = aSignalFinding({ ...counted, signal: 'node.pressure', value: 1, floor: 0.5 });
    expect(wholeSentence(pressure, { ...latency, traits: traitsOf('node.pressure') })).toContain(
      '+1, where 1 matters; outside all 49',
    );
  });

  it('names an odd replica beside its siblings and its own past', () => {
    const finding = aSignalFinding({
      id: 'replica:sli.latency@shop/Deployment/checkout',
      of: { kind: 'Pod', namespace: 'shop', name: 'checkout-1' },
      level: 'pod',
      replicas: { verdict: 'one', odd: ['checkout-1'], of: 3, shared: 'node worker-2' },
    });
    const told = wholeSentence(finding, { ...latency, days: null });
    expect(told).toContain('p99 of shop/checkout-1 is 840 ms');
    expect(told).toContain('beside its siblings normal is 190 to 260 ms (49 windows of its own past)');
    expect(told).toContain('1 of 3 pods, all on node worker-2.');
  });

  it('blames neither of two pods', () => {
    const finding = aSignalFinding({
      level: 'pod',
      replicas: { verdict: 'they differ', odd: ['checkout-0', 'checkout-1'], of: 2 },
    });
    const told = wholeSentence(finding, { ...latency, days: null });
    expect(told).toMatch(/^p99 of the two pods of shop\/checkout differ, one is 840 ms since /);
    expect(told).not.toContain('of 2 pods');
  });

  it('says how many windows lie as far out, when some do', () => {
    const finding = aSignalFinding({ test: { ...aSignalFinding({}).test, exceeded: 47 } });
    expect(wholeSentence(finding, latency)).toContain('outside 47 of 49');
  });

  it('tells a change that came with it, and a fall', () => {
    const finding = aSignalFinding({
      onsetMs,
      value: 0.04,
      baseline: 0.24,
      direction: 'down',
      change: { what: 'config', name: 'ConfigMap/flags', atMs: onsetMs - 10_000 },
    });
    const told = wholeSentence(finding, latency);
    expect(told).toContain('-200 ms, 4 times');
    expect(told).toContain('began with change of ConfigMap/flags.');
  });

  it.each([1e-15, 2.34e-7, 0.0123])('shows no more than two digits of a q of %d', (q) => {
    const finding = aSignalFinding({ test: { ...aSignalFinding({}).test, q } });
    expect(wholeSentence(finding, latency)).toMatch(/q (< 1e-12|= 2e-7|= \.012)/);
  });

  it('never tells a score', () => {
    const told = wholeSentence(aSignalFinding({ votes: { mean: 4.2 } }), latency);
    expect(told).not.toMatch(/score|probab|4\.2/);
  });
});
