import { describe, expect, it } from 'vitest';
import { type FlowPod, type FlowState, flowAt } from './flow.ts';
import { plainImage, type WorkloadModel } from './model.ts';

const at = Date.UTC(2026, 5, 9, 12);

function aModel(key: string, more: Partial<WorkloadModel> = {}): WorkloadModel {
  return {
    key,
    visitors: { peakRps: 60, swing: 0, peakHourUtc: 12, weekend: 1 },
    calls: [],
    cpuSecondsPerRequest: 0.01,
    idleCores: 0,
    p99Seconds: 0.1,
    memoryBytes: 1,
    memoryBytesPerRps: 0,
    receivedBytesPerRequest: 1,
    sentBytesPerRequest: 1,
    ...more,
  };
}

function aPod(id: string, model: WorkloadModel, more: Partial<FlowPod> = {}): FlowPod {
  const profile = plainImage('i', model.key, [8080]);
  return { id, model, profile, ready: true, running: true, cpuLimitCores: 0.5, errorRatio: 0, callees: [], ...more };
}

function aState(pods: readonly FlowPod[], backends: Record<string, number[]>): FlowState {
  return {
    pods,
    backends: new Map(Object.entries(backends)),
    models: new Map(pods.map((pod) => [pod.model.key, pod.model])),
    loadFactor: new Map(),
    cpuFactor: new Map(),
    noisePeriodMs: 60_000,
    seed: 1,
  };
}

const catalog = aModel('shop/catalog');
const storefront = aModel('web/storefront', { visitors: { peakRps: 20, swing: 0, peakHourUtc: 12, weekend: 1 } });
const callees = [{ service: 'shop/catalog', perRequest: 0.5 }];

describe('flow of requests', () => {
  it('shares the load among ready pods only', () => {
    const state = aState([aPod('a', catalog), aPod('b', catalog), aPod('c', catalog, { ready: false })], {
      'shop/catalog': [0, 1, 2],
    });
    const [a, b, c] = flowAt(state, at);
    expect(a?.rps).toBeCloseTo(30, -1);
    expect(b?.rps).toBeCloseTo(30, -1);
    expect(c?.rps).toBe(0);
  });

  it('saturates at the CPU limit: cores stay at it, latency rises, the rest fails', () => {
    const [one] = flowAt(aState([aPod('a', catalog)], { 'shop/catalog': [0] }), at);
    expect(one?.cores).toBe(0.5);
    expect(one?.unavailable).toBeGreaterThan(5);
    expect(one?.p99Seconds).toBeGreaterThan(1);
    expect(one?.throttledShare).toBeGreaterThan(0.3);
  });

  it('lowers utilisation and latency with more replicas', () => {
    const pods = (count: number): FlowPod[] => Array.from({ length: count }, (_, index) => aPod(`p${index}`, catalog));
    const three = flowAt(aState(pods(2), { 'shop/catalog': [0, 1] }), at)[0];
    const six = flowAt(aState(pods(4), { 'shop/catalog': [0, 1, 2, 3] }), at)[0];
    expect(six?.p99Seconds).toBeLessThan((three?.p99Seconds ?? 0) / 1.2);
    expect(six?.cores).toBeCloseTo((three?.cores ?? 0) / 2, 1);
  });

  it('fails the callers of a Service without ready pods and leaves their CPU as it was', () => {
    const caller = aPod('s', storefront, { callees });
    const whole = flowAt(
      aState([aPod('a', catalog, { cpuLimitCores: 4 }), caller], { 'shop/catalog': [0], 'web/storefront': [1] }),
      at,
    )[1];
    const broken = flowAt(
      aState([aPod('a', catalog, { ready: false }), caller], { 'shop/catalog': [0], 'web/storefront': [1] }),
      at,
    )[1];
    expect(whole?.unavailable).toBeCloseTo(0, 5);
    expect((broken?.unavailable ?? 0) / (broken?.rps ?? 1)).toBeCloseTo(0.5, 5);
    expect(broken?.failingCallee).toBe('shop/catalog');
    expect(broken?.cores).toBeCloseTo(whole?.cores ?? 0, 9);
  });

  it('passes the slowness of a callee on to its callers', () => {
    const caller = aPod('s', storefront, { callees });
    const services = { 'shop/catalog': [0], 'web/storefront': [1] };
    const fast = flowAt(aState([aPod('a', catalog, { cpuLimitCores: 4 }), caller], services), at)[1];
    const slow = flowAt(aState([aPod('a', catalog, { cpuLimitCores: 0.8 }), caller], services), at)[1];
    expect(slow?.p99Seconds).toBeGreaterThan((fast?.p99Seconds ?? 0) * 1.3);
  });

  it('sends the calls of callers to their callee', () => {
    const quiet = aModel('shop/catalog', { visitors: null });
    const state = aState([aPod('a', quiet), aPod('s', storefront, { callees })], {
      'shop/catalog': [0],
      'web/storefront': [1],
    });
    expect(flowAt(state, at)[0]?.rps).toBeCloseTo(10, 0);
  });

  it('survives services that call each other in a circle', () => {
    const a = aPod('a', aModel('x/a'), { callees: [{ service: 'x/b', perRequest: 1 }] });
    const b = aPod('b', aModel('x/b'), { callees: [{ service: 'x/a', perRequest: 1 }] });
    const flows = flowAt(aState([a, b], { 'x/a': [0], 'x/b': [1] }), at);
    expect(flows.every((flow) => Number.isFinite(flow.rps))).toBe(true);
  });

  it('burns during the hour of the nightly job only', () => {
    const job = aModel('batch/report', { visitors: null, idleCores: 0.1, nightly: { hourUtc: 22, factor: 4 } });
    const state = aState([aPod('r', job)], {});
    expect(flowAt(state, Date.UTC(2026, 5, 9, 22, 30))[0]?.cores).toBeCloseTo(0.4, 1);
    expect(flowAt(state, Date.UTC(2026, 5, 9, 21, 30))[0]?.cores).toBeCloseTo(0.1, 1);
  });

  it('gives the same answer for the same seed and time', () => {
    const state = aState([aPod('a', catalog)], { 'shop/catalog': [0] });
    expect(flowAt(state, at)).toEqual(flowAt(state, at));
    expect(flowAt({ ...state, seed: 2 }, at)).not.toEqual(flowAt(state, at));
  });
});
