// Another process takes the lease: this one writes nothing until it has the lease again.
import { expect, it } from 'vitest';
import { outageStage } from './outage-stage.ts';

const leases = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases' };

it('holds its write while another has the lease, and writes once when it has it back', async () => {
  const stage = await outageStage();
  try {
    await stage.quiet();
    const person = stage.sandbox.api.server.port('kubectl-user');
    const take = async (holderIdentity: string, leaseTransitions: number) =>
      await person.patch(leases, 'nemotron-advisor', 'nemotron-advisor', 'merge', {
        spec: { holderIdentity, leaseTransitions, leaseDurationSeconds: 15 },
      });
    await take('another-advisor', 2);
    await stage.slowly(() => stage.of('lease.lost').length > 0, 10_000);
    expect(stage.of('lease.lost')).toMatchObject([{ epoch: 1, reason: 'taken over by another-advisor' }]);
    await stage.sandbox.inject('incorrect-image');
    await stage.until(() => stage.of('plan.judged').length > 0);
    await stage.until(() => false, 8);
    expect(stage.landed()).toEqual([]);
    expect(stage.of('plan.judged')).toMatchObject([{ mode: 'suggest', because: 'the lease is not held' }]);
    await take('', 2);
    await stage.slowly(() => stage.of('lease.acquired').length > 1, 10_000);
    await stage.until(() => stage.of('incident.resolved').length > 0);
    expect(stage.of('lease.acquired').map((one) => one.epoch)).toEqual([1, 3]);
    expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
  } finally {
    await stage.close();
  }
});
