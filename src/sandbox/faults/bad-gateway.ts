// A new gateway fails 6 % of its requests (WL-017); its configuration was changed with it, and the version before cannot read that: going back makes it worse.
import { resources } from '../kubelet/resources.ts';
import { imageOf } from '../world/images.ts';
import { deployment, type Fault, type FaultContext } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('web', 'gateway');

async function setSchema({ port }: FaultContext, schema: string): Promise<void> {
  await port.patch(resources.configMaps, 'web', 'gateway-config', 'merge', { data: { ROUTES_SCHEMA: schema } });
}

export const badGateway: Fault = {
  code: 'WL-017',
  name: 'bad-gateway',
  target,
  expected: {
    cause: { code: 'WL-017', name: 'bad_rollout_rising_errors' },
    root: target,
    action: 'rollback',
    ending: 'harmful',
    victims: [],
  },
  async inject(context) {
    await setSchema(context, '2');
    await patchContainer(context, target, { image: imageOf('web/gateway', '2.4.0') });
  },
  async heal(context) {
    await setSchema(context, '1');
    await patchContainer(context, target, { image: imageOf('web/gateway', '2.3.1') });
  },
};
