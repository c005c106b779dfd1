// IMG-001: a rollout names an image that was never pushed; the revision before it is good.
import { imageOf } from '../world/images.ts';
import { deployment, type Fault } from './fault.ts';
import { patchContainer } from './template-fault.ts';

const target = deployment('web', 'search');

export const incorrectImage: Fault = {
  code: 'IMG-001',
  name: 'incorrect-image',
  target,
  expected: {
    cause: { code: 'IMG-001', name: 'incorrect_image_reference' },
    root: target,
    action: 'rollback',
    ending: 'effective',
    victims: [],
  },
  async inject(context) {
    await patchContainer(context, target, { image: imageOf('web/search', '1.9.1-rc7') });
  },
  async heal(context) {
    await patchContainer(context, target, { image: imageOf('web/search', '1.9.0') });
  },
};
