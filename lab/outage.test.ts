// The real API server is killed in the middle of a plan and stays away for half a minute: the repair is still written once, and nobody is needed.
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openIntents } from '../src/folds/lookup.ts';
import type { EventBody } from '../src/model/event.ts';
import { faultByName } from '../src/sandbox/faults/faults.ts';
import { accountProblems, landedWrites } from '../test/crash/landed-writes.ts';
import { isOver, judge } from '../test/scenario/judge.ts';
import { ensureBinaries } from './binaries.ts';
import { labStage } from './lab-stage.ts';

const awayMs = 30_000;
const longestMs = 150_000;

it('loses its API server for 30 s between the intent of a write and its outcome, and repairs once all the same', async () => {
  const fault = faultByName('incorrect-image');
  const seen: EventBody['kind'][] = [];
  const intended = Promise.withResolvers<undefined>();
  const stage = await labStage(4, await ensureBinaries(), ({ body }) => {
    seen.push(body.kind);
    if (body.kind === 'intent.recorded') intended.resolve(undefined);
  });
  try {
    await stage.inject(fault.name);
    await intended.promise;
    await stage.plane.stopApiServer();
    await pause(awayMs);
    expect(seen).toContain('lease.lost');
    expect(seen).toContain('source.lost');
    await stage.plane.startApiServer();
    const end = performance.now() + longestMs;
    while (performance.now() < end && !isOver(fault, stage.advisor.state())) await stage.pass();
    const state = stage.advisor.state();
    expect(openIntents(state)).toEqual([]);
    expect(accountProblems(state, landedWrites(stage.audit(), stage.advisorUser))).toEqual([]);
    expect([...state.incidents.values()].map((one) => one.reason)).toEqual([
      'its signs are gone, and the repair was effective',
    ]);
    expect(judge(fault, state, stage.audit(), stage.advisorUser).problems).toEqual([]);
    expect(seen.filter((kind) => kind === 'source.recovered').length).toBeGreaterThan(0);
  } finally {
    await stage.close();
  }
});
