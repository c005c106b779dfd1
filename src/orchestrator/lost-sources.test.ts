import { describe, expect, it } from 'vitest';
import { cartAtZero } from './testing/cases.ts';
import { aRig } from './testing/rig.ts';

describe('sources that are lost', () => {
  it('plans nothing while the cluster cannot be seen, and says so once', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(1);
    rig.outside.freshness = { cacheLagMs: 600_000, broken: [], clockSkewMs: 0 };
    await rig.run(5);
    expect(rig.incident().state).toBe('diagnosed');
    expect(rig.kinds().filter((kind) => kind === 'source.lost')).toHaveLength(1);
    rig.outside.freshness = { cacheLagMs: 0, broken: [], clockSkewMs: 0 };
    await rig.run(1);
    expect(rig.kinds()).toContain('source.recovered');
    expect(rig.incident().state).toBe('planned');
  });

  it('says once that metrics are away, and goes on with what the API shows', async () => {
    const rig = aRig({ ...cartAtZero(), metricsNewestMs: null });
    await rig.run(3);
    const lost = rig.events.filter((one) => one.body.kind === 'source.lost');
    expect(lost.map((one) => one.body)).toEqual([
      {
        kind: 'source.lost',
        source: 'prometheus',
        reason: 'Prometheus: connection refused',
        cost: 'latency cannot be seen',
      },
    ]);
    expect(rig.incident().state).toBe('verifying');
  });

  it('does not blame the source that stands in for what the other one lacks', async () => {
    const rig = aRig({ ...cartAtZero(), metricsNewestMs: null, standIn: { newestMs: null } });
    await rig.run(2);
    const lost = rig.events.flatMap((one) => (one.body.kind === 'source.lost' ? [one.body.source] : []));
    expect(lost).toEqual(['prometheus']);
  });

  it('executes nothing while the journal cannot be written', async () => {
    const rig = aRig(cartAtZero());
    await rig.run(2);
    rig.outside.journalFails = true;
    await expect(rig.run(1)).rejects.toThrow('the journal cannot be written');
    expect(rig.outside.written).toEqual([]);
    rig.outside.journalFails = false;
    await rig.run(1);
    expect(rig.outside.written).toHaveLength(1);
  });
});
