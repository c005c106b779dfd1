// APP-005: fraud is down by a fault of its own (WL-001, killed before it is ever ready); payments and checkout fail only because of it.
import { deployment, type Fault, keyOf } from './fault.ts';

const callee = deployment('pay', 'fraud');

export const dependencyDown: Fault = {
  code: 'APP-005',
  name: 'dependency-down',
  target: deployment('pay', 'payments'),
  expected: {
    cause: { code: 'WL-001', name: 'oom_killed' },
    root: callee,
    action: 'set-resources',
    ending: 'effective',
    victims: [deployment('pay', 'payments'), deployment('shop', 'checkout')],
  },
  async inject({ physics }) {
    physics.setMemoryDemand(keyOf(callee), { bytes: 380 * 2 ** 20, settleMs: 2_000 });
  },
  async heal({ physics }) {
    physics.setMemoryDemand(keyOf(callee), null);
  },
};
