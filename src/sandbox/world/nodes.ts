// The three nodes of the world.
import type { NodeSpec } from '../kubelet/node-agent.ts';

const gibibyte = 2 ** 30;

export const nodes: readonly NodeSpec[] = ['a', 'b', 'c'].map((zone, index) => ({
  name: `node-${index + 1}`,
  zone: `sim-1${zone}`,
  cores: 8,
  memoryBytes: 32 * gibibyte,
  pods: 110,
  ip: '127.0.0.1',
}));
