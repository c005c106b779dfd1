// The loop end to end on the real control plane, for the faults that a change is most likely to break; all eleven run by `npm run scenarios`.
import { describe, expect, it } from 'vitest';
import { faultByName } from '../src/sandbox/faults/faults.ts';
import { play } from '../test/scenario/play.ts';
import { ensureBinaries } from './binaries.ts';
import { labStage } from './lab-stage.ts';

const chosen = ['oom-killed', 'incorrect-image', 'zero-replicas', 'missing-configmap', 'dependency-down'];

describe('the loop on the lab', () => {
  it.each(chosen)('closes %s with no wrong write', async (name) => {
    const fault = faultByName(name);
    const stage = await labStage(1, await ensureBinaries());
    try {
      const played = await play(fault, stage);
      expect(played.problems).toEqual([]);
      expect(played.ending).toBe(fault.expected.ending);
    } finally {
      await stage.close();
    }
  });
});
