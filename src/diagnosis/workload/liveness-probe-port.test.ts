import { describe, expect, it } from 'vitest';
import type { Container } from '../../model/kube.ts';
import { keyOf } from '../../model/target.ts';
import { aContext, aFact } from '../testing/signs.ts';
import {
  anEvent,
  aPod,
  aRevision,
  aTemplate,
  aView,
  aWorkload,
  deployment,
  podOf,
  type Parts,
} from '../testing/view.ts';
import { livenessProbePort } from './liveness-probe-port.ts';

const payments = deployment('payments', 'pay');
const container = (more: Partial<Container> = {}): Container => ({
  name: 'app',
  image: 'payments:1',
  ports: [{ containerPort: 8080, name: 'http' }],
  livenessProbe: { httpGet: { port: 9999, path: '/healthz' } },
  readinessProbe: { httpGet: { port: 8080, path: '/ready' } },
  ...more,
});
const findings = [aFact('probe-killing', payments, { container: 'app' })];

function world(one: Container, more: Partial<Parts> = {}): ReturnType<typeof aView> {
  const pod = aPod(payments, 'payments-a', { statuses: [{ name: 'app', restartCount: 4 }] });
  return aView({
    workloads: [aWorkload(payments, aTemplate({ containers: [one] }))],
    pods: [pod],
    events: [
      anEvent(
        podOf(pod),
        'Unhealthy',
        'Liveness probe failed: Get "http://10.0.0.7:9999/healthz": dial tcp 10.0.0.7:9999: connect: connection refused',
      ),
      anEvent(podOf(pod), 'Killing', 'Container app failed liveness probe, will be restarted'),
    ],
    ...more,
  });
}

describe('WL-006 liveness_probe_incorrect_port', () => {
  it('proves it when the probe asks a port that is not declared and readiness answers on another', () => {
    const found = livenessProbePort.diagnose(aContext(payments, world(container()), { findings }));
    expect(found).toMatchObject({
      strength: 'strong',
      remedies: [{ action: 'patch-probe', params: { container: 'app', probe: 'liveness', port: 8080 } }],
    });
    expect(found?.for.some((one) => one.trust === 'reported')).toBe(true);
  });

  it('takes the port of the revision before when there is no readiness probe', () => {
    const now = container({ readinessProbe: undefined, ports: [{ containerPort: 8080 }, { containerPort: 9090 }] });
    const before = aTemplate({ containers: [{ ...now, livenessProbe: { httpGet: { port: 9090 } } }] });
    const revisions = new Map([
      [keyOf(payments), [aRevision(1, before), aRevision(2, aTemplate({ containers: [now] }), { current: true })]],
    ]);
    const found = livenessProbePort.diagnose(aContext(payments, world(now, { revisions }), { findings }));
    expect(found?.remedies[0]?.params).toEqual({ container: 'app', probe: 'liveness', port: 9090 });
  });

  it('proves a named port that is not defined', () => {
    const named = container({ livenessProbe: { httpGet: { port: 'metrics' } } });
    expect(livenessProbePort.diagnose(aContext(payments, world(named), { findings }))?.strength).toBe('strong');
  });

  it('is ruled out when the port is a declared one: then the process itself does not answer', () => {
    const right = container({ livenessProbe: { httpGet: { port: 8080 } } });
    expect(livenessProbePort.diagnose(aContext(payments, world(right), { findings }))?.strength).toBe('ruled out');
  });

  it('is only likely without the events of the pod', () => {
    const found = livenessProbePort.diagnose(aContext(payments, world(container(), { events: [] }), { findings }));
    expect(found?.strength).toBe('fair');
  });

  it('guesses no port where several are declared and nothing points to one', () => {
    const many = container({ readinessProbe: undefined, ports: [{ containerPort: 8080 }, { containerPort: 8081 }] });
    expect(livenessProbePort.diagnose(aContext(payments, world(many), { findings }))?.remedies).toEqual([]);
  });

  it('says nothing while no probe kills', () => {
    expect(livenessProbePort.diagnose(aContext(payments, world(container(), { events: [] })))).toBeNull();
  });
});
