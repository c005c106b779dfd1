import { describe, expect, it } from 'vitest';
import { aSignalFinding } from '../test/builders/findings.ts';
import { aDeployment, aPod, aView } from '../test/builders/view.ts';
import { steppedClock } from './clock.ts';
import { paceOf } from './model/pace.ts';
import type { History, SignalId } from './model/signal.ts';
import { warmStart } from './warm-start.ts';

const minuteMs = 60_000;
const nowMs = 20 * 86_400_000;
const owner = aDeployment();
const of = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

/** Everything that happens at a start, in order; `refused` are signals whose newest minutes nobody tells. */
function aStart(
  history: (stepMs: number) => Promise<History[]>,
  isRestored = true,
  refused: ReadonlyMap<SignalId, string> = new Map(),
) {
  const events: unknown[] = [];
  const about = {
    senses: {
      metrics: {
        async *past(_view: unknown, fromMs: number, _toMs: number, stepMs: number) {
          events.push(`read ${Math.round((nowMs - fromMs) / minuteMs)} min in steps of ${stepMs / minuteMs}`);
          const unread = stepMs === minuteMs ? refused : new Map<SignalId, string>();
          yield { signals: ['sli.rps'] as const, histories: await history(stepMs), unread };
        },
        podHistory: async () => {
          events.push('read pods');
          return await Promise.resolve([]);
        },
      },
      anomaly: {
        learn: (past: readonly History[]) => void events.push(`learn ${past.length}`),
        learnWeekends: (past: readonly History[]) => void events.push(`learn ${past.length} of weekends`),
        replay: (...[one, , open]: readonly [{ atMs: number }, unknown, (readonly unknown[])?]) =>
          void events.push(`replay ${(nowMs - one.atMs) / minuteMs} min ago with ${open?.length} open`),
      },
    },
    baselines: {
      recall: () => {
        events.push('recall');
        return Promise.resolve({ isRestored, said: 'baselines restored from 1.0 MiB' });
      },
    },
    view: aView({ StatefulSet: [owner], Pod: [1, 2].map((index) => aPod({ owner, name: `cart-${index}` })) }),
    clocks: { wall: steppedClock(0), cluster: steppedClock(nowMs) },
    pace: paceOf(1),
    state: { findings: new Map([['one', aSignalFinding({})]]) },
    signal: new AbortController().signal,
    log: { fault: (_error: unknown, what: string) => void events.push(`fault: ${what}`) },
  };
  return { events, about };
}
const known = (stepMs: number): History => ({
  key: { signal: 'sli.rps', of },
  stepMs,
  points: [{ atMs: nowMs - 2 * minuteMs, value: 12 }],
});

describe('a warm start', () => {
  it('takes back what was kept before it learns, and goes through the last half hour after it', async () => {
    const { events, about } = aStart(async (stepMs) => await Promise.resolve([known(stepMs)]));
    const { baselines, lessons } = await warmStart(about);
    expect([baselines, lessons.series()]).toEqual(['baselines restored from 1.0 MiB', 1]);
    expect(events).toEqual([
      'recall',
      'read 11520 min in steps of 5',
      'learn 1',
      'read 31 min in steps of 1',
      'replay 2 min ago with 1 open',
    ]);
  });

  it('starts all the same where the newest minutes cannot be read', async () => {
    const { events, about } = aStart(async (stepMs) =>
      stepMs === minuteMs ? await Promise.reject(new Error('gone')) : await Promise.resolve([known(stepMs)]),
    );
    const { lessons, unseen } = await warmStart(about);
    expect([lessons.series(), unseen]).toEqual([1, []]);
    expect(events.at(-1)).toBe('fault: the newest minutes');
  });

  it('says of which signals the newest minutes alone were refused', async () => {
    const refused = new Map<SignalId, string>([['sli.err', 'it answers 422']]);
    const { about } = aStart(async (stepMs) => await Promise.resolve([known(stepMs)]), true, refused);
    const { lessons, unseen } = await warmStart(about);
    expect(lessons.unread()).toEqual([]);
    expect(unseen).toEqual([{ signals: ['sli.err'], reason: 'it answers 422' }]);
  });

  it('reads the past of replicas where no baseline was kept', async () => {
    const { events, about } = aStart(async (stepMs) => await Promise.resolve([known(stepMs)]), false);
    await warmStart(about);
    expect(events.indexOf('read pods')).toBeGreaterThan(events.indexOf('recall'));
    expect(events.indexOf('read pods')).toBeLessThan(events.indexOf('read 31 min in steps of 1'));
  });
});
