import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aBook, aContext, aFact, aSignal, type Known } from '../testing/signs.ts';
import { aCall, aPod, aRevision, atMs, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { badRollout } from './bad-rollout.ts';

const gateway = deployment('gateway', 'web');
const catalog = deployment('catalog');
const image = (tag: string): ReturnType<typeof aTemplate> =>
  aTemplate({ containers: [{ name: 'app', image: `gateway:${tag}` }] });

function world(more: Partial<Parts> = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(gateway, image('2.4.0')), aWorkload(catalog, image('1'))],
    pods: [
      aPod(gateway, 'new-a', { hash: 'hash2', readySince: 8 }),
      aPod(gateway, 'old-a', { hash: 'hash1' }),
      aPod(catalog, 'catalog-a'),
    ],
    calls: [aCall(gateway, catalog)],
    revisions: new Map([
      [
        keyOf(gateway),
        [
          aRevision(1, image('2.3.1'), { readyReplicas: 1 }),
          aRevision(2, image('2.4.0'), { current: true, createdAtMs: atMs(9) }),
        ],
      ],
    ]),
    ...more,
  });
}

const error = aSignal('sli.err', gateway);
const byPod = (pods: Known['pods']): ReturnType<typeof aBook> => aBook({ 'sli.err@gateway': { pods: pods ?? {} } });
const clear = byPod({ 'new-a': { value: 0.06, weight: 400 }, 'old-a': { value: 0.001, weight: 400 } });

describe('WL-017 bad_rollout_rising_errors', () => {
  it('proves it when pods of the new revision err and those of the old one do not, and rolls back', () => {
    const found = badRollout.diagnose(aContext(gateway, world(), { findings: [error], book: clear }));
    expect(found?.strength).toBe('strong');
    expect(found?.remedies).toMatchObject([{ action: 'rollback', target: gateway, params: { revision: 1 } }]);
    expect(found?.for.map((one) => one.sentence).join(' ')).toContain(
      'pods of revision 2: 6.0 % errors (400 requests)',
    );
  });

  it('compares with the time before when no old pod is left', () => {
    const pods = [aPod(gateway, 'new-a', { hash: 'hash2', readySince: 8 }), aPod(catalog, 'catalog-a')];
    const book = byPod({ 'new-a': { value: 0.06, weight: 400 } });
    expect(badRollout.diagnose(aContext(gateway, world({ pods }), { findings: [error], book }))?.strength).toBe(
      'strong',
    );
  });

  it('is only likely below a hundred requests', () => {
    const book = byPod({ 'new-a': { value: 0.06, weight: 40 }, 'old-a': { value: 0.001, weight: 400 } });
    const found = badRollout.diagnose(aContext(gateway, world(), { findings: [error], book }));
    expect(found?.strength).toBe('fair');
    expect(found?.settle).toEqual(['100 requests answered by pods of revision 2']);
  });

  it('is ruled out when pods of the old revision err alike', () => {
    const book = byPod({ 'new-a': { value: 0.06, weight: 400 }, 'old-a': { value: 0.05, weight: 400 } });
    expect(badRollout.diagnose(aContext(gateway, world(), { findings: [error], book }))?.strength).toBe('ruled out');
  });

  it('is ruled out when what it calls is faulty itself', () => {
    const callee = aSignal('sli.err', catalog, { onsetMs: atMs(6) });
    const found = badRollout.diagnose(aContext(gateway, world(), { findings: [error, callee], book: clear }));
    expect(found?.strength).toBe('ruled out');
  });

  it('is not ruled out by a callee that was faulty long before the rollout', () => {
    const callee = aFact('crash-looping', catalog, { onsetMs: atMs(120) });
    const found = badRollout.diagnose(aContext(gateway, world(), { findings: [error, callee], book: clear }));
    expect(found?.strength).toBe('strong');
  });

  it('does not hold errors against a rollout that they precede', () => {
    const early = aSignal('sli.err', gateway, { onsetMs: atMs(60) });
    const found = badRollout.diagnose(aContext(gateway, world(), { findings: [early], book: clear }));
    expect(found?.strength).toBe('fair');
    expect(found?.against.map((one) => one.sentence)).toEqual(['it began 51 min before the rollout of revision 2']);
  });

  it('offers no rollback after a migration', () => {
    const migrating = aTemplate({
      containers: [{ name: 'app', image: 'gateway:2.4.0' }],
      initContainers: [{ name: 'migrate-db', image: 'gateway:2.4.0' }],
    });
    const revisions = new Map([
      [
        keyOf(gateway),
        [aRevision(1, image('2.3.1')), aRevision(2, migrating, { current: true, createdAtMs: atMs(9) })],
      ],
    ]);
    const found = badRollout.diagnose(aContext(gateway, world({ revisions }), { findings: [error], book: clear }));
    expect(found?.remedies).toEqual([]);
    expect(found?.advice[0]).toContain('migration');
  });

  it('says nothing without a rollout in the last day, or without errors', () => {
    const old = new Map([[keyOf(gateway), [aRevision(2, image('2.4.0'), { current: true })]]]);
    expect(
      badRollout.diagnose(aContext(gateway, world({ revisions: old }), { findings: [error], book: clear })),
    ).toBeNull();
    expect(badRollout.diagnose(aContext(gateway, world(), { book: clear }))).toBeNull();
  });
});
