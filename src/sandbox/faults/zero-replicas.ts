// WL-016: somebody scales payments to zero while checkout calls it.
import { deployment, type Fault } from './fault.ts';
import { scaleTo } from './template-fault.ts';

const target = deployment('pay', 'payments');

export const zeroReplicas: Fault = {
  code: 'WL-016',
  name: 'zero-replicas',
  target,
  expected: {
    cause: { code: 'WL-016', name: 'deployment_zero_replicas' },
    root: target,
    action: 'scale',
    ending: 'effective',
    victims: [deployment('shop', 'checkout')],
  },
  async inject(context) {
    await scaleTo(context, target, 0);
  },
  async heal(context) {
    await scaleTo(context, target, 2);
  },
};
