import { describe, expect, it } from 'vitest';
import { aContext, aFact } from './testing/signs.ts';
import { anEvent, aPod, aView, deployment, podOf } from './testing/view.ts';
import { unsettled } from './unsettled.ts';

const ledger = { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' };

describe('a cause that is not settled', () => {
  it('names the pod to look at and why its probe fails', () => {
    const hung = aPod(ledger, 'ledger-1', { ready: false });
    const view = aView({
      pods: [aPod(ledger, 'ledger-0'), hung, aPod(ledger, 'ledger-2')],
      events: [
        anEvent(
          podOf(hung),
          'Unhealthy',
          'Readiness probe failed: Get "http://10.0.0.1:8080/": context deadline exceeded',
        ),
      ],
    });
    const found = unsettled.diagnose(aContext(ledger, view, { findings: [aFact('not-ready', ledger)] }));
    expect(found?.strength).toBe('weak');
    expect(found?.for.map((one) => one.sentence)).toContain('1 of 3 pods are not ready: ledger-1');
    expect(found?.advice).toHaveLength(3);
    expect(found?.advice[2]).toContain('its probe times out');
  });

  it('points at the workload when every pod is ready', () => {
    const web = deployment('web');
    const found = unsettled.diagnose(aContext(web, aView({ pods: [aPod(web, 'web-a')] })));
    expect(found?.advice).toEqual(['look at its state: kubectl -n shop describe deployment web']);
  });
});
