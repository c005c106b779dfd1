import { describe, expect, it } from 'vitest';
import type { SignalFinding } from '../model/finding.ts';
import { isFault } from './callees.ts';

const finding = (over: Partial<SignalFinding>): SignalFinding => ({
  kind: 'signal',
  id: 'signal:sli.err@shop/Deployment/cart',
  of: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
  severity: 'critical',
  onsetMs: 0,
  firstSeenMs: 0,
  lastSeenMs: 0,
  sentence: '',
  signal: 'sli.err',
  unit: 'ratio',
  value: 0.2,
  baseline: 0,
  band: [0, 0],
  floor: 0.01,
  direction: 'up',
  test: { name: '', stat: 0, df: 0, p: 0, q: 0, windows: 0, exceeded: 0 },
  confidence: 'validated',
  ...over,
});

describe('what counts as a fault of a workload', () => {
  it.each<[string, Partial<SignalFinding>, boolean]>([
    ['errors against the usual level', {}, true],
    ['a budget that burns so fast that somebody is paged', { level: 'impact' }, true],
    ['one that has gone slowly for days', { level: 'impact', severity: 'warning' }, false],
    ['a use that will meet its limit', { level: 'trend', signal: 'memory.share', severity: 'warning' }, false],
    ['a pod that tells nothing', { level: 'presence', severity: 'info' }, false],
    ['more demand', { signal: 'sli.rps' }, false],
  ])('%s', (_what, over, expected) => {
    expect(isFault(finding(over))).toBe(expected);
  });
});
