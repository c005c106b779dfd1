import { describe, expect, it } from 'vitest';
import { aSignalFinding, traitsOf } from '../../../test/builders/findings.ts';
import { deployment, startMs } from '../../../test/builders/signals.ts';
import type { FactFinding, SignalFinding } from '../../model/finding.ts';
import type { SignalId } from '../../model/signal.ts';
import { hasCompany, type Witnesses } from './company.ts';
import { createSeriesState, type SeriesState } from './series-state.ts';

const alone: Witnesses = { facts: [], open: [], fromLanes: [] };

/** A series that is open against this much of a past: 0 five days and more, 1 three, 2 the day before. */
function anOpen(signal: SignalId, weaker: 0 | 1 | 2 = 0, of = deployment()): SeriesState {
  const state = createSeriesState({ signal, of }, traitsOf(signal));
  const test = {
    x: 1,
    t: 5,
    df: 30,
    p: 1e-4,
    surprise: 4,
    side: 'up',
    isBad: true,
    minimum: 0.1,
    exceeded: 49,
  } as const;
  state.open = {
    firstSeenMs: startMs,
    onsetMs: startMs,
    onsetRangeMs: [startMs, startMs],
    side: 'up',
    lastSeenMs: startMs,
    cleanCycles: 0,
    last: { test, level: { location: 0, low: 0, high: 0, windows: 49, days: 7, weaker }, q: 0.001, family: 1 },
  };
  return state;
}

const aFact = (of = deployment()): FactFinding => ({
  kind: 'fact',
  id: 'fact:not-ready@shop/Deployment/cart',
  of,
  severity: 'critical',
  onsetMs: startMs,
  firstSeenMs: startMs,
  lastSeenMs: startMs,
  sentence: '0 of 3 ready',
  fact: 'not-ready',
  objects: [],
  count: 3,
});

const oddPod = (signal: SignalId, over: Partial<SignalFinding> = {}): SignalFinding =>
  aSignalFinding({
    id: `replica:${signal}@shop/Deployment/cart`,
    of: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
    signal,
    level: 'pod',
    test: { ...aSignalFinding({}).test, family: `pods, ${traitsOf(signal).family}` },
    ...over,
  });

const burning = (signal: SignalId, of = deployment()): SignalFinding =>
  aSignalFinding({ id: 'slo:availability@shop/Deployment/cart', of, signal, level: 'impact' });

describe('a second witness of an open signal', () => {
  const latency = anOpen('sli.latency');

  it('is none where it is alone, or speaks twice', () => {
    expect(hasCompany(latency, { ...alone, open: [latency] })).toBe(false);
    expect(hasCompany(latency, { ...alone, open: [latency, anOpen('sli.latency_p50')] })).toBe(false);
    expect(hasCompany(latency, { ...alone, fromLanes: [burning('sli.latency')] })).toBe(false);
    expect(hasCompany(latency, { ...alone, fromLanes: [oddPod('sli.latency'), oddPod('sli.latency_p50')] })).toBe(
      false,
    );
  });

  it('is another family that is open, however sure', () => {
    expect(hasCompany(latency, { ...alone, open: [latency, anOpen('sli.err')] })).toBe(true);
    expect(hasCompany(latency, { ...alone, open: [latency, anOpen('sli.err', 1)] })).toBe(true);
  });

  it('is no candidate', () => {
    expect(hasCompany(latency, { ...alone, open: [latency, anOpen('sli.err', 2)] })).toBe(false);
    expect(hasCompany(latency, { ...alone, fromLanes: [oddPod('cpu.usage', { confidence: 'candidate' })] })).toBe(
      false,
    );
  });

  it('is none that was taken over from before a start and not tested since', () => {
    const untested = anOpen('sli.err');
    if (untested.open !== null) untested.open.last = null;
    expect(hasCompany(latency, { ...alone, open: [latency, untested] })).toBe(false);
  });

  it('is counted harm, an odd pod by another family, or a fact', () => {
    expect(hasCompany(latency, { ...alone, fromLanes: [burning('sli.err')] })).toBe(true);
    expect(hasCompany(latency, { ...alone, fromLanes: [oddPod('cpu.usage')] })).toBe(true);
    expect(hasCompany(latency, { ...alone, facts: [aFact()] })).toBe(true);
  });

  it('is about the same workload', () => {
    const other = deployment('other');
    const fromLanes = [
      burning('sli.err', other),
      oddPod('cpu.usage', { id: 'replica:cpu.usage@shop/Deployment/other' }),
    ];
    expect(
      hasCompany(latency, { facts: [aFact(other)], open: [latency, anOpen('sli.err', 0, other)], fromLanes }),
    ).toBe(false);
  });
});
