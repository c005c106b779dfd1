// The loop end to end on the embedded cluster: each fault is sensed, judged, written or left alone, and verified, with no wrong write.
import { describe, expect, it } from 'vitest';
import { faultByName, faults } from '../../src/sandbox/faults/faults.ts';
import { play } from './play.ts';
import { sandboxStage } from './sandbox-stage.ts';

describe('the loop on the sandbox', () => {
  it.each(faults.map((fault) => [fault.code, fault.name, fault] as const))(
    'closes %s %s',
    async (_code, _name, fault) => {
      const stage = await sandboxStage(7);
      try {
        const played = await play(fault, stage);
        expect(played.problems).toEqual([]);
        expect(played.wrongWrites).toEqual([]);
        expect(played.ending).toBe(fault.expected.ending);
      } finally {
        await stage.close();
      }
    },
  );

  it('takes back a limit that is too small for it, though no user feels that yet', async () => {
    const stage = await sandboxStage(7);
    try {
      const played = await play(faultByName('tight-limit'), stage);
      const outcomes = [...stage.advisor.state().incidents.values()]
        .flatMap((one) => one.plans)
        .flatMap((one) => one.actions.flatMap(({ outcome }) => outcome ?? []));
      expect(played.problems).toEqual([]);
      expect(played.ending).toBe('harmful');
      expect(outcomes).toMatchObject([{ word: 'harmful', undone: true }]);
      expect(outcomes[0]?.sentence).toMatch(/^throttled CPU periods \d+(\.\d)? %, usual 0 %; taken back$/);
    } finally {
      await stage.close();
    }
  });

  it('names the approver in the journal where a person was needed', async () => {
    const stage = await sandboxStage(8);
    try {
      const played = await play(faults[0] ?? fail(), stage);
      expect(played.approvedBy).toBe('scripted-approver');
    } finally {
      await stage.close();
    }
  });
});

function fail(): never {
  throw new Error('there is no fault');
}
