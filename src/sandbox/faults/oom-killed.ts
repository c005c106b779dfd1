// WL-001: the catalogue that checkout loads outgrows its memory limit; no revision explains it.
import { deployment, type Fault, keyOf } from './fault.ts';

const target = deployment('shop', 'checkout');

export const oomKilled: Fault = {
  code: 'WL-001',
  name: 'oom-killed',
  target,
  expected: {
    cause: { code: 'WL-001', name: 'oom_killed' },
    root: target,
    action: 'set-resources',
    ending: 'effective',
    victims: [],
  },
  async inject({ physics }) {
    physics.setMemoryDemand(keyOf(target), { bytes: 300 * 2 ** 20, settleMs: 45_000 });
  },
  async heal({ physics }) {
    physics.setMemoryDemand(keyOf(target), null);
  },
};
