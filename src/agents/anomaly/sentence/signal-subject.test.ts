import { describe, expect, it } from 'vitest';
import { aSignalFinding, traitsOf } from '../../../../test/builders/findings.ts';
import { apiServerRef, type SignalId, signalIds } from '../../../model/signal.ts';
import type { ObjectRef } from '../../../model/target.ts';
import { subjectOf } from './signal-subject.ts';

const cart: ObjectRef = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
const worker: ObjectRef = { kind: 'Node', namespace: '', name: 'worker-2' };

const spoken: readonly (readonly [SignalId, ObjectRef, number, string])[] = [
  ['cpu.usage', cart, 2.4, 'CPU of shop/cart is 2.4 cores'],
  ['cpu.throttling', cart, 0.4, 'throttled CPU periods of shop/cart are 40 %'],
  ['memory.working_set', cart, 3 * 2 ** 30, 'working set of shop/cart is 3Gi'],
  ['memory.share', cart, 0.95, 'working set of shop/cart is 95 % of limit'],
  ['oom_kills', cart, 1, '1 OOM kill of shop/cart in 10 min'],
  ['restarts', cart, 4, '4 restarts of shop/cart in 10 min'],
  ['ready', cart, 0, '0 ready replicas of shop/cart'],
  ['pending', cart, 2, '2 pods of shop/cart pending for more than 2 min'],
  ['network.receive', cart, 9e6, 'received bytes of shop/cart are 9 MB/s'],
  ['network.transmit', cart, 2e5, 'sent bytes of shop/cart are 200 kB/s'],
  ['network.errors', cart, 0.01, 'network errors of shop/cart are 1 % of packets'],
  ['network.drops', cart, 0.02, 'dropped packets of shop/cart are 2 %'],
  ['sli.rps', cart, 20, 'requests of shop/cart are 20/s'],
  ['sli.err', cart, 0.061, 'errors of shop/cart are 6.1 %'],
  ['sli.latency', cart, 0.84, 'p99 of shop/cart is 840 ms'],
  ['sli.latency_p50', cart, 0.3, 'median latency of shop/cart is 300 ms'],
  ['volume.used', cart, 0.92, 'space used by shop/cart is 92 % of its fullest claim'],
  ['volume.inodes', cart, 0.92, 'inodes used by shop/cart are 92 % of its fullest claim'],
  ['pids', cart, 0.92, 'threads of shop/cart are 92 % of what a container may have'],
  ['connections', cart, 0.92, 'connections in use of shop/cart are 92 % of the pool'],
  ['queue', cart, 4000, 'waiting work of shop/cart is 4000 items'],
  ['autoscaler.at_max', cart, 1, '1 autoscaler of shop/cart held at the maximum'],
  ['node.cpu', worker, 7, 'node CPU on worker-2 is 7 cores'],
  ['node.memory', worker, 30 * 2 ** 30, 'node memory on worker-2 is 30Gi'],
  ['node.disk', worker, 0.92, 'space used on worker-2 is 92 % of the fullest disk'],
  ['node.inodes', worker, 0.92, 'inodes used on worker-2 are 92 % of the fullest disk'],
  ['node.pids', worker, 0.92, 'threads on worker-2 are 92 % of what the node may have'],
  ['node.connections', worker, 0.92, 'tracked connections on worker-2 are 92 % of the table'],
  ['node.retransmits', worker, 0.05, 'TCP segments sent again on worker-2 are 5 %'],
  ['node.pressure', worker, 1, '1 condition of pressure on worker-2'],
  ['apiserver.latency', apiServerRef, 1.4, 'p99 of the API server is 1.4 s'],
];

describe('how a sentence names a signal', () => {
  it.each(spoken)('says %s aloud', (signal, of, value, said) => {
    const traits = traitsOf(signal);
    expect(subjectOf(aSignalFinding({ signal, of, value, unit: traits.unit }), traits)).toBe(said);
  });

  it('knows each signal of the catalogue', () => {
    expect(new Set(spoken.map(([signal]) => signal))).toEqual(new Set(signalIds));
  });

  it('takes a title of a user for what its last letter says', () => {
    const finding = aSignalFinding({ signal: 'custom.orders', of: cart, value: 12, unit: 'count' });
    const traits = { ...traitsOf('queue'), id: 'custom.orders' as const, suffix: '' };
    expect(subjectOf(finding, { ...traits, title: 'orders' })).toBe('orders of shop/cart are 12');
    expect(subjectOf(finding, { ...traits, title: 'queue depth' })).toBe('queue depth of shop/cart is 12');
  });

  it('counts nothing of two pods that differ: nobody can say which is odd', () => {
    const replicas = { verdict: 'they differ', odd: ['cart-0', 'cart-1'], of: 2 } as const;
    const finding = aSignalFinding({
      signal: 'restarts',
      of: cart,
      value: 4,
      unit: 'count',
      replicas: { ...replicas, odd: [...replicas.odd] },
    });
    expect(subjectOf(finding, traitsOf('restarts'))).toBe(
      'restarts of the two pods of shop/cart differ, one is 4 in 10 min',
    );
  });
});
