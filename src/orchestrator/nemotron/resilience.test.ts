// What a broken endpoint does to the loop: nothing. A cycle never waits for the model, the playbook leads meanwhile, and the endpoint is seldom asked while it is down.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../test/nim/script.ts';
import type { LeaderAnswer, Reasoner } from '../reasoner.ts';
import { reviewsFail } from '../testing/cases.ts';
import { aRig } from '../testing/rig.ts';
import { anAskedLeader, goodAnswer, type AskedLeader } from './testing/asked-leader.ts';
import { aBriefInput } from './testing/incident.ts';

const never = new AbortController().signal;
const tenMegabytes = 10_000_000;

describe('an endpoint that breaks', () => {
  let asked: AskedLeader;
  beforeEach(async () => {
    asked = await anAskedLeader();
  });
  afterEach(async () => {
    await asked.close();
  });

  it.each([
    ['is cut in the middle of a stream', { kind: 'cut-stream' }],
    ['is silent', { kind: 'hangs' }],
    ['is silent after some events', { kind: 'stalls-in-stream' }],
    ['sends 10 MB of garbage', { kind: 'garbage', bytes: tenMegabytes }],
    ['sends a stream of 10 MB of garbage', { kind: 'garbage', bytes: tenMegabytes, type: 'text/event-stream' }],
  ] as const)('%s: no cycle waits for it, and the playbook leads', async (_how, behaviour: Behaviour) => {
    asked.endpoint.play(behaviour);
    const answers: Promise<LeaderAnswer>[] = [];
    const reasoner: Reasoner = {
      name: asked.leader.name,
      immediate: false,
      async lead(input, signal) {
        const answer = asked.leader.lead(input, signal);
        answers.push(answer);
        return await answer;
      },
    };
    const rig = aRig({ ...reviewsFail(), reasoner });
    const waited: number[] = [];
    const cycle = async (): Promise<void> => {
      rig.clock.advance(60_000);
      rig.wall.advance(60_000);
      const before = rig.wall.monotonic();
      await rig.cycle.run();
      waited.push(rig.wall.monotonic() - before);
    };
    await cycle();
    await cycle();
    await asked.endpoint.asked(1);
    asked.clock.advance(60_000);
    await Promise.all(answers);
    await cycle();
    await cycle();
    expect(waited).toEqual([0, 0, 0, 0]);
    expect(rig.incident().plans[0]?.plan).toMatchObject({ leader: 'playbook' });
    expect(rig.outside.faults).toEqual([]);
  });

  it('is asked seldom while it is down for an hour, and leads again after it', async () => {
    asked.endpoint.play({ kind: 'status', status: 503 });
    const answers: LeaderAnswer[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      answers.push(await asked.leader.lead(aBriefInput({ incident: `inc-${minute}` }), never));
      asked.clock.advance(60_000);
    }
    expect(new Set(answers.map((one) => one.kind))).toEqual(new Set(['refused']));
    expect(asked.endpoint.questions.length).toBeLessThanOrEqual(24);
    expect(asked.outages.map((one) => one?.kind ?? 'back')).toEqual(['failing']);
    asked.endpoint.play({ kind: 'answers', content: goodAnswer });
    asked.clock.advance(10 * 60_000);
    expect(await asked.leader.lead(aBriefInput({ incident: 'inc-99' }), never)).toMatchObject({ kind: 'choice' });
    expect(asked.outages.map((one) => one?.kind ?? 'back')).toEqual(['failing', 'back']);
    expect(asked.leader.status().breaker).toEqual({ state: 'closed', detail: null });
    expect(asked.clock.pending()).toBe(0);
  });

  it('that is gone holds no timer and no connection', async () => {
    await asked.endpoint.close();
    const answer = await asked.leader.lead(aBriefInput(), never);
    expect(answer).toMatchObject({ kind: 'refused', rung: 'none' });
    expect(asked.clock.pending()).toBe(0);
  });
});
