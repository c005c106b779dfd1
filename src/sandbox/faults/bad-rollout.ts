// WL-017: a new version of cart is ready and answers one request in five with an error.
import { imageOf } from '../world/images.ts';
import { deployment, type Fault } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('shop', 'cart');

export const badRollout: Fault = {
  code: 'WL-017',
  name: 'bad-rollout',
  target,
  expected: {
    cause: { code: 'WL-017', name: 'bad_rollout_rising_errors' },
    root: target,
    action: 'rollback',
    ending: 'effective',
    victims: [deployment('web', 'storefront'), deployment('shop', 'checkout')],
  },
  async inject(context) {
    await patchContainer(context, target, { image: imageOf('shop/cart', '1.8.0') });
  },
  async heal(context) {
    await patchContainer(context, target, { image: imageOf('shop/cart', '1.7.5') });
  },
};
