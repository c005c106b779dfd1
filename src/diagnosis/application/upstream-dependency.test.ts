import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aContext, aFact, aSignal } from '../testing/signs.ts';
import { aCall, aPod, aRevision, atMs, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { upstreamDependency } from './upstream-dependency.ts';

const orders = deployment('orders');
const cart = deployment('cart');
const database = deployment('db', 'data');
const spec = aTemplate({ containers: [{ name: 'app', image: 'x:1' }] });
const down = aPod(database, 'db-a', { ready: false, statuses: [{ name: 'app', restartCount: 5, ready: false }] });

function world(more: Partial<Parts> = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [orders, cart, database].map((ref) => aWorkload(ref, spec)),
    pods: [aPod(orders, 'orders-a'), aPod(cart, 'cart-a'), down],
    calls: [aCall(orders, database), aCall(cart, database)],
    ...more,
  });
}

const victims = [aSignal('sli.err', orders), aSignal('sli.err', cart)];
const root = aFact('crash-looping', database, { onsetMs: atMs(6) });

describe('APP-005 upstream_dependency_failure', () => {
  it('names the callee as the root and offers nothing for the victim', () => {
    const found = upstreamDependency.diagnose(aContext(orders, world(), { findings: [...victims, root] }));
    expect(found).toMatchObject({ root: database, strength: 'strong', remedies: [] });
    expect(found?.advice[1]).toContain('leave shop/deploy/orders alone');
  });

  it('is at most likely seen from the root, so that a cause of its own leads', () => {
    const found = upstreamDependency.diagnose(aContext(database, world(), { findings: [...victims, root] }));
    expect(found).toMatchObject({ root: database, strength: 'fair', remedies: [] });
    expect(found?.settle.join(' ')).toContain('why data/deploy/db itself fails');
    expect(found?.advice[1]).toContain('shop/deploy/orders, shop/deploy/cart');
  });

  it('holds for a callee that is down before it has a finding of its own', () => {
    const found = upstreamDependency.diagnose(aContext(orders, world(), { findings: victims }));
    expect(found?.root).toEqual(database);
  });

  it('says nothing when the callee is well', () => {
    const pods = [aPod(orders, 'orders-a'), aPod(database, 'db-a')];
    expect(upstreamDependency.diagnose(aContext(orders, world({ pods }), { findings: victims }))).toBeNull();
  });

  it('does not blame a callee that turned bad after its supposed victim', () => {
    const pods = [aPod(orders, 'orders-a'), aPod(database, 'db-a')];
    const late = aSignal('sli.err', database, { onsetMs: atMs(0) });
    const early = aSignal('sli.err', orders, { onsetMs: atMs(30) });
    expect(upstreamDependency.diagnose(aContext(orders, world({ pods }), { findings: [early, late] }))).toBeNull();
  });

  it('does not blame a callee of which one replica of three is not ready', () => {
    const pods = [aPod(orders, 'orders-a'), down, aPod(database, 'db-b'), aPod(database, 'db-c')];
    const partly = aFact('not-ready', database, { onsetMs: atMs(60) });
    expect(
      upstreamDependency.diagnose(aContext(orders, world({ pods }), { findings: [...victims, partly] })),
    ).toBeNull();
  });

  it('is weaker when the victim was changed itself', () => {
    const revisions = new Map([
      [keyOf(orders), [aRevision(1, spec), aRevision(2, spec, { current: true, createdAtMs: atMs(7) })]],
    ]);
    const found = upstreamDependency.diagnose(aContext(orders, world({ revisions }), { findings: [...victims, root] }));
    expect(found?.strength).toBe('fair');
  });
});
