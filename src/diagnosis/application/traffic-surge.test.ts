import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aBook, aContext, aSignal, type Known } from '../testing/signs.ts';
import { aCall, aPod, aRevision, atMs, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { trafficSurge } from './traffic-surge.ts';

const catalog = deployment('catalog');
const gateway = deployment('gateway', 'web');
const spec = aTemplate({ containers: [{ name: 'app', image: 'catalog:1' }] });

function world(more: Partial<Parts> & { readonly replicas?: number } = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(catalog, spec, { replicas: more.replicas ?? 3 }), aWorkload(gateway, spec)],
    pods: [aPod(catalog, 'catalog-a')],
    calls: [aCall(gateway, catalog)],
    ...more,
  });
}

function book(rps: number, more: Record<string, Known> = {}): ReturnType<typeof aBook> {
  return aBook({
    'sli.rps@catalog': { value: rps, usual: 100 },
    'cpu.usage@catalog': { value: 2.5, usual: 1.5 },
    'sli.rps@gateway': { value: rps * 2, usual: 200 },
    ...more,
  });
}

const slow = aSignal('sli.latency', catalog, { onsetMs: atMs(4) });
const busy = aSignal('sli.rps', catalog, { onsetMs: atMs(5), severity: 'info' });
const findings = [slow, busy];

describe('APP-006 traffic_surge_legitimate', () => {
  it('adds replicas in proportion to the load', () => {
    const found = trafficSurge.diagnose(aContext(catalog, world(), { findings, book: book(160) }));
    expect(found).toMatchObject({
      strength: 'strong',
      remedies: [{ action: 'scale', params: { replicas: 5 }, bounds: { replicas: { min: 4, max: 6 } } }],
    });
  });

  it('never more than doubles', () => {
    const found = trafficSurge.diagnose(aContext(catalog, world(), { findings, book: book(350) }));
    expect(found?.remedies[0]?.params).toEqual({ replicas: 6 });
  });

  it('leaves the count to an autoscaler', () => {
    const autoscalers = [
      {
        metadata: { name: 'catalog', namespace: 'shop' },
        spec: { scaleTargetRef: { kind: 'Deployment', name: 'catalog' }, maxReplicas: 5 },
      },
    ];
    const found = trafficSurge.diagnose(aContext(catalog, world({ autoscalers }), { findings, book: book(200) }));
    expect(found?.remedies).toEqual([]);
    expect(found?.advice[0]).toContain('at most 5');
  });

  it('is weaker when a request costs more than before', () => {
    const dear = book(160, { 'cpu.usage@catalog': { value: 4, usual: 1.5 } });
    const found = trafficSurge.diagnose(aContext(catalog, world(), { findings, book: dear }));
    expect(found?.strength).toBe('fair');
    expect(found?.against[0]?.sentence).toContain('costs 67 % more');
  });

  it('is weaker right after a rollout', () => {
    const revisions = new Map([
      [keyOf(catalog), [aRevision(1, spec), aRevision(2, spec, { current: true, createdAtMs: atMs(8) })]],
    ]);
    const found = trafficSurge.diagnose(aContext(catalog, world({ revisions }), { findings, book: book(160) }));
    expect(found?.strength).toBe('fair');
  });

  it('is held against by callers that repeat their requests', () => {
    const storm = book(300, {
      'sli.rps@gateway': { value: 205, usual: 200 },
      'sli.err@catalog': { value: 0.4, usual: 0.001 },
    });
    const found = trafficSurge.diagnose(aContext(catalog, world(), { findings, book: storm }));
    expect(found?.strength).toBe('fair');
  });

  it('is not held against by callers that are asked as usual while everything is answered: visitors come from outside', () => {
    const visitors = book(300, { 'sli.rps@gateway': { value: 205, usual: 200 } });
    const found = trafficSurge.diagnose(aContext(catalog, world(), { findings, book: visitors }));
    expect(found?.strength).toBe('strong');
  });

  it('says nothing of more load without strain, or of strain without more load', () => {
    expect(trafficSurge.diagnose(aContext(catalog, world(), { findings: [busy], book: book(200) }))).toBeNull();
    expect(trafficSurge.diagnose(aContext(catalog, world(), { findings, book: book(105) }))).toBeNull();
  });
});
