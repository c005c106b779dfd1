// A version of cart with too little CPU is followed within a minute by one that fails (WL-017): going back heals the errors and leaves containers waiting for CPU, which no user feels yet.
import type { Cancel } from '../../clock.ts';
import { imageOf } from '../world/images.ts';
import { deployment, type Fault, type FaultContext } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('shop', 'cart');
const replacedAfterMs = 60_000;

/** About nine tenths of it are in use. */
const tight = { requests: { cpu: '90m', memory: '192Mi' }, limits: { cpu: '118m', memory: '256Mi' } };
const usual = { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '300m', memory: '256Mi' } };

/** Of each world, the version that is to come. */
const toCome = new WeakMap<FaultContext, Cancel>();

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
    toCome.get(context)?.();
    const replace = (): void => {
      // By then the world may have ended, and cart with it: nobody is left to be told.
      patchContainer(context, target, { image: imageOf('shop/cart', '1.8.0'), resources: usual }).catch(
        () => undefined,
      );
    };
    toCome.set(context, context.clock.after(replacedAfterMs / context.timeScale, replace));
  },
  async heal(context) {
    toCome.get(context)?.();
    await patchContainer(context, target, { image: imageOf('shop/cart', '1.7.5'), resources: usual });
  },
};
