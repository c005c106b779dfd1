// WL-006: the liveness probe of storefront is pointed at a port on which nobody listens.
import { port } from '../world/images.ts';
import { deployment, type Fault } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('web', 'storefront');

export const livenessPort: Fault = {
  code: 'WL-006',
  name: 'liveness-port',
  target,
  expected: {
    cause: { code: 'WL-006', name: 'liveness_probe_incorrect_port' },
    root: target,
    action: 'patch-probe',
    ending: 'effective',
    victims: [deployment('web', 'gateway')],
  },
  async inject(context) {
    await patchContainer(context, target, { livenessProbe: { httpGet: { path: '/healthz', port: port + 1 } } });
  },
  async heal(context) {
    await patchContainer(context, target, { livenessProbe: { httpGet: { path: '/healthz', port } } });
  },
};
