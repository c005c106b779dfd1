// The advisor killed three times while it repairs on the real control plane: nothing is written twice, nothing stays open.
import { expect, it } from 'vitest';
import { faultByName } from '../src/sandbox/faults/faults.ts';
import { crashRun } from '../test/crash/crash-run.ts';
import { ensureBinaries } from './binaries.ts';
import { labCrashStage } from './lab-crash-stage.ts';

it('survives three kills around its write on the lab', async () => {
  const stage = await labCrashStage(3, await ensureBinaries());
  try {
    const run = await crashRun(stage, faultByName('incorrect-image'), [
      { kind: 'event', event: 'plan.judged', delayMs: 4 },
      { kind: 'event', event: 'intent.recorded', delayMs: 2 },
      { kind: 'event', event: 'outcome.recorded', delayMs: 0 },
    ]);
    expect(run.problems).toEqual([]);
    expect(run).toMatchObject({ kills: 3, writes: 1, doubleWrites: 0, openIntents: 0, chain: 'intact' });
  } finally {
    await stage.close();
  }
});
