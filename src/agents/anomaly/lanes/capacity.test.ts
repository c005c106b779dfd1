import { describe, expect, it } from 'vitest';
import { aNode, aView } from '../../../../test/builders/view.ts';
import { deployment, shippedSignals } from '../../../../test/builders/signals.ts';
import type { SignalId } from '../../../model/signal.ts';
import { capacityOf } from './capacity.ts';

const node = aNode('node-1');
const view = aView({ Node: [{ ...node, status: { ...node.status, allocatable: { memory: '8Gi' } } }] });
const of = (signal: SignalId, name = 'node-1') => {
  const traits = shippedSignals.find((one) => one.id === signal);
  const about = signal.startsWith('node.') ? { kind: 'Node', namespace: '', name } : deployment();
  return traits === undefined ? undefined : capacityOf(traits, { signal, of: about }, view);
};

describe('what runs into a wall', () => {
  it('is a share of a memory limit, within six hours', () => {
    expect(of('memory.share')).toEqual({ limit: 1, horizonHours: 6, isSawtooth: true });
  });

  it('is the memory of a node, up to what pods may have of it', () => {
    expect(of('node.memory')).toEqual({ limit: 8 * 2 ** 30, horizonHours: 6, isSawtooth: true });
    expect(of('node.memory', 'absent')).toBeNull();
  });

  it.each(['volume.used', 'volume.inodes', 'node.disk', 'node.inodes'] as const)('is %s, within a day', (signal) => {
    expect(of(signal)).toEqual({ limit: 1, horizonHours: 24, isSawtooth: false });
  });

  it.each(['sli.err', 'cpu.usage', 'cpu.throttling', 'connections', 'node.connections', 'memory.working_set'] as const)(
    'is not %s',
    (signal) => {
      expect(of(signal)).toBeNull();
    },
  );
});
