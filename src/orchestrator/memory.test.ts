import { describe, expect, it } from 'vitest';
import { aTemplate, aView, aWorkload, deployment } from '../diagnosis/testing/view.ts';
import { forget, newMemory, noteReplicas, replicasSeen } from './memory.ts';

const plain = aTemplate({ containers: [{ name: 'app', image: 'app:1' }] });
const [cart, report] = [deployment('cart'), deployment('report', 'batch')];

describe('what a cycle remembers', () => {
  it('keeps the counts of replicas as they change', () => {
    const memory = newMemory();
    for (const replicas of [4, 4, 0])
      noteReplicas(memory, aView({ workloads: [aWorkload(cart, plain, { replicas })] }));
    expect(replicasSeen(memory)(cart).map((one) => one.replicas)).toEqual([4, 0]);
  });

  it('forgets workloads that are gone, so that weeks of them cost nothing', () => {
    const memory = newMemory();
    noteReplicas(memory, aView({ workloads: [aWorkload(cart, plain), aWorkload(report, plain)] }));
    noteReplicas(memory, aView({ workloads: [aWorkload(cart, plain)] }));
    expect([...memory.replicas.keys()]).toHaveLength(1);
    expect(replicasSeen(memory)(report)).toEqual([]);
  });

  it('forgets incidents that are closed, and ends what a leader still thinks about them', () => {
    const memory = newMemory();
    const aborted: string[] = [];
    for (const id of ['inc-1', 'inc-2']) {
      memory.goneSinceMs.set(id, 1);
      memory.harms.set(`${id}/p1/a1`, { atMs: 1, harm: { word: 'fine', sentence: '', series: [] } });
      memory.consultations.set(id, { key: id, startedWallMs: 0, answer: null, abort: () => aborted.push(id) });
    }
    forget(memory, (id) => id === 'inc-1');
    expect([...memory.goneSinceMs.keys(), ...memory.harms.keys(), ...memory.consultations.keys()]).toEqual([
      'inc-1',
      'inc-1/p1/a1',
      'inc-1',
    ]);
    expect(aborted).toEqual(['inc-2']);
  });
});
