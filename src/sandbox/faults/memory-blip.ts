// Noise: search holds a third more memory for a minute and a half, far below its limit, and gives it back.
import { deployment, type Fault, keyOf } from './fault.ts';

const target = deployment('web', 'search');
const lastsMs = 90_000;

export const memoryBlip: Fault = {
  code: 'noise',
  name: 'memory-blip',
  target,
  expected: { cause: null, root: target, action: null, ending: 'left alone', victims: [] },
  async inject({ physics, clock, timeScale }) {
    physics.setMemoryDemand(keyOf(target), { bytes: 350 * 2 ** 20, settleMs: 8_000 });
    clock.after(lastsMs / timeScale, () => {
      physics.setMemoryDemand(keyOf(target), { bytes: 261 * 2 ** 20, settleMs: 8_000 });
      clock.after(lastsMs / timeScale, () => physics.setMemoryDemand(keyOf(target), null));
    });
  },
  async heal({ physics }) {
    physics.setMemoryDemand(keyOf(target), null);
  },
};
