// SCH-001: a Deployment in its first revision wants nodes with a label that no node carries.
import { deployment, type Fault } from './fault.ts';
import { createDeployment, deleteDeployment } from './new-deployment.ts';

const target = deployment('batch', 'exporter');

export const nodeSelector: Fault = {
  code: 'SCH-001',
  name: 'node-selector',
  target,
  expected: {
    cause: { code: 'SCH-001', name: 'node_selector_mismatch' },
    root: target,
    action: null,
    ending: 'escalated',
    victims: [],
  },
  async inject(context) {
    await createDeployment(context, target, { pod: { nodeSelector: { disktype: 'nvme' } } });
  },
  async heal(context) {
    await deleteDeployment(context, target);
  },
};
