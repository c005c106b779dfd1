// The API server goes away, or an answer of it does: nothing is planned or written blindly, nothing twice, and it goes on by itself.
import { describe, expect, it } from 'vitest';
import { openIntents } from '../../src/folds/lookup.ts';
import { outageStage, type OutageStage } from './outage-stage.ts';
import type { Fate } from './proxy.ts';
import { isFence, isWorkloadWrite } from './write-requests.ts';

/** Decides once, about the first write that is no fence. */
function atTheWrite(stage: OutageStage, fate: () => Fate): void {
  let decided = false;
  stage.api.rule((passing) => {
    if (decided || !isWorkloadWrite(passing) || isFence(passing)) return { kind: 'pass' };
    decided = true;
    return fate();
  });
}
const ended = (stage: OutageStage) => (): boolean => stage.of('incident.resolved').length > 0;
const changes = (stage: OutageStage) => stage.landed().filter((one) => one.kind === 'change');
const fences = (stage: OutageStage) => stage.landed().filter((one) => one.kind === 'fence');

describe.concurrent('the API server', () => {
  it('is stopped for 30 s right after it took a write: the write is settled as landed, never sent again', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      atTheWrite(stage, () => ({ kind: 'lose reply', whenAnswered: () => void stage.api.down() }));
      await stage.until(() => !stage.api.isUp());
      // Long enough on the wall for the lease to be lost as well: it must be renewed every ten seconds.
      await stage.slowly(() => stage.of('lease.lost').length > 0, 15_000);
      expect(stage.of('source.lost')).toMatchObject([
        { source: 'apiserver', cost: 'nothing is planned or written until it answers' },
      ]);
      expect(openIntents(stage.advisor.state())).toHaveLength(1);
      expect(stage.of('fence.settled').map((one) => one.result)).toEqual(['unknown']);
      await stage.api.up();
      await stage.slowly(() => !stage.advisor.state().lostSources.has('apiserver'), 40_000);
      await stage.until(ended(stage));
      expect(stage.incident().state).toBe('resolved');
      expect(openIntents(stage.advisor.state())).toEqual([]);
      expect([changes(stage).length, fences(stage).length]).toEqual([1, 0]);
      expect(stage.of('lease.acquired').map((one) => one.epoch)).toEqual([1, 2]);
      expect(stage.of('source.recovered')).toMatchObject([{ source: 'apiserver' }]);
    } finally {
      await stage.close();
    }
  });

  it('takes a write and its answer is lost: its mark proves that it landed', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      atTheWrite(stage, () => ({ kind: 'lose reply' }));
      await stage.until(ended(stage));
      expect(stage.of('fence.settled')).toMatchObject([{ result: 'landed', reason: 'its mark is on the target' }]);
      expect([changes(stage).length, fences(stage).length]).toEqual([1, 0]);
      expect(stage.of('outcome.recorded')).toMatchObject([{ outcome: 'effective' }]);
    } finally {
      await stage.close();
    }
  });

  it('never hears of a write: a fence voids it before the plan is judged anew and written once', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      atTheWrite(stage, () => ({ kind: 'cut' }));
      await stage.until(ended(stage));
      expect(stage.of('fence.settled')).toMatchObject([{ result: 'void' }]);
      expect(stage.landed().map((one) => one.kind)).toEqual(['fence', 'change']);
      expect(new Set(stage.of('intent.recorded').map((one) => one.permit)).size).toBe(3);
    } finally {
      await stage.close();
    }
  });

  it('answers a write with a page of HTML: that is no success, and nobody is told so', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      const page = '<!doctype html><title>Sign in</title>';
      atTheWrite(stage, () => ({ kind: 'answer', status: 200, type: 'text/html', body: page }));
      await stage.until(ended(stage));
      expect(stage.of('write.answered').map((one) => one.result)).not.toContain('refused');
      expect(stage.landed().map((one) => one.kind)).toEqual(['fence', 'change']);
      expect(openIntents(stage.advisor.state())).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});
