// A version of cart with too little CPU is followed within a minute by one that fails (WL-017): going back heals the errors and leaves containers waiting for CPU, which no user feels yet.
import { imageOf } from '../world/images.ts';
import { deployment, type Fault } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('shop', 'cart');
const replacedAfterMs = 60_000;

/** About nine tenths of it are in use. */
const tight = { requests: { cpu: '90m', memory: '192Mi' }, limits: { cpu: '118m', memory: '256Mi' } };
const usual = { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '300m', memory: '256Mi' } };

export const tightLimit: Fault = {
  code: 'WL-017',
  name: 'tight-limit',
  target,
  expected: {
    cause: { code: 'WL-017', name: 'bad_rollout_rising_errors' },
    root: target,
    action: 'rollback',
    ending: 'harmful',
    victims: [deployment('web', 'storefront'), deployment('shop', 'checkout')],
  },
  async inject(context) {
    await patchContainer(context, target, { image: imageOf('shop/cart', '1.7.6'), resources: tight });
    context.clock.after(replacedAfterMs / context.timeScale, () => {
      void patchContainer(context, target, { image: imageOf('shop/cart', '1.8.0'), resources: usual });
    });
  },
  async heal(context) {
    await patchContainer(context, target, { image: imageOf('shop/cart', '1.7.5'), resources: usual });
  },
};
