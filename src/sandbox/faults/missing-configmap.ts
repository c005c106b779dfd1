// CFG-003: a Deployment in its first revision reads a ConfigMap that was never created: nothing to roll back to.
import { deployment, type Fault } from './fault.ts';
import { createDeployment, deleteDeployment } from './new-deployment.ts';

const target = deployment('shop', 'recommendations');

export const missingConfigMap: Fault = {
  code: 'CFG-003',
  name: 'missing-configmap',
  target,
  expected: {
    cause: { code: 'CFG-003', name: 'missing_configmap' },
    root: target,
    action: null,
    ending: 'escalated',
    victims: [],
  },
  async inject(context) {
    await createDeployment(context, target, {
      container: { envFrom: [{ configMapRef: { name: 'recommendations-config' } }] },
    });
  },
  async heal(context) {
    await deleteDeployment(context, target);
  },
};
