// The advisor killed without warning while it repairs, in a process of its own: nothing is written twice, nothing is lost, nothing stays open.
import { describe, expect, it } from 'vitest';
import { faultByName } from '../../src/sandbox/faults/faults.ts';
import { crashRun } from './crash-run.ts';
import type { Moment } from './moments.ts';
import { sandboxCrashStage } from './sandbox-crash-stage.ts';

// Most of each is a wait for the lease of the dead to end, so that they run beside each other.
describe.concurrent('a process that is killed', () => {
  const cases: readonly (readonly [string, string, Moment])[] = [
    [
      'while its write is under way, which then lands',
      'oom-killed',
      { kind: 'request', of: 'write', when: 'under way' },
    ],
    ['between its intent and its write', 'incorrect-image', { kind: 'request', of: 'write', when: 'before' }],
  ];

  it.for(cases)('%s: is succeeded by one that settles it, and the fault is repaired once', async ([, name, moment]) => {
    const stage = await sandboxCrashStage(11);
    try {
      const run = await crashRun(stage, faultByName(name), [moment]);
      expect(run.problems).toEqual([]);
      expect(run).toMatchObject({ kills: 1, late: 0, writes: 1, doubleWrites: 0, openIntents: 0, chain: 'intact' });
      expect(run.fences).toBe(moment.kind === 'request' && moment.when === 'before' ? 1 : 0);
    } finally {
      await stage.close();
    }
  });
});
