import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aTestApi, type TestApi } from '../../../test/builders/sandbox-api.ts';
import { openIntents } from '../../folds/lookup.ts';
import { valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { markAnnotation } from '../../model/mode.ts';
import { aBench, deployments, type Bench } from './testing/bench.ts';
import { createDeployment, liveDeployment, replicasAndMark } from './testing/deployment.ts';

let api: TestApi;
let made = 0;

beforeAll(async () => {
  api = await aTestApi();
});
afterAll(async () => {
  await api.close();
});

async function aCase(): Promise<{ readonly bench: Bench; readonly name: string; readonly before: JsonObject }> {
  made += 1;
  const name = `basket-${made}`;
  await createDeployment(api, name);
  return { bench: aBench(api.transport), name, before: await live(name) };
}

async function live(name: string): Promise<JsonObject> {
  return await liveDeployment(api, name);
}

async function edit(name: string, body: Json): Promise<void> {
  api.cluster.advance(1_000);
  await api.port.patch(deployments, 'default', name, 'merge', body);
}

async function at(name: string): Promise<readonly [replicas: Json | undefined, mark: Json | undefined]> {
  return await replicasAndMark(api, name);
}

describe('a lost answer', () => {
  it('of a write that landed is settled by its mark, without a fence', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost answer'];
    expect(await bench.process().execute(granted)).toEqual({ result: 'landed', reason: 'its mark is on the target' });
    expect(bench.left).toHaveLength(1);
    expect(await at(name)).toEqual([5, '3.A']);
    const answers = await bench.bodies('write.answered');
    expect(answers.map((one) => one.result)).toEqual(['unknown', 'landed']);
    expect(await bench.bodies('fence.settled')).toMatchObject([{ permit: '3.A', result: 'landed' }]);
    expect(valueAt((await bench.journal.payload(bench.intent('3.A').after ?? '')) ?? null, '/spec/replicas')).toBe(5);
  });

  it('of a write that did not land is fenced, and the write is void', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request'];
    expect(await bench.process().execute(granted)).toEqual({
      result: 'refused',
      reason: 'it did not land, and cannot any more',
    });
    expect(await at(name)).toEqual([3, 'void:3.A']);
    expect(await bench.bodies('fence.settled')).toMatchObject([{ permit: '3.A', result: 'void' }]);
    expect(openIntents(bench.journal.state())).toEqual([]);
    const answers = await bench.bodies('write.answered');
    expect(answers.map(({ permit, result, status }) => [permit, result, status])).toEqual([
      ['3.A', 'unknown', null],
      ['3.fence-of-3.A-1', 'landed', 200],
    ]);
  });

  it('is not settled when the fence is refused for its rights', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request', { answer: 403, json: { reason: 'Forbidden' } }];
    expect(await bench.process().execute(granted)).toEqual({
      result: 'unknown',
      reason: 'the fence was not accepted: 403 Forbidden',
    });
    const answers = await bench.bodies('write.answered');
    expect(answers.map((one) => one.result)).toEqual(['unknown', 'refused']);
  });

  it.each([404, 409, 422])('is looked at again when the fence is answered %i', async (answer) => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request', { answer, json: { reason: 'Conflict' } }];
    expect(await bench.process().execute(granted)).toEqual({
      result: 'unknown',
      reason: 'the fence was refused, though the mark is as before',
    });
    expect(await at(name)).toEqual([3, undefined]);
  });

  it('is told as a fence that was lost, when that is lost too', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request', 'lost request'];
    await bench.process().execute(granted);
    const answers = await bench.bodies('write.answered');
    expect(answers.map((one) => one.result)).toEqual(['unknown', 'unknown']);
  });

  it('of a write that arrives after its fence changes nothing', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['late'];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'refused' });
    await bench.deliver();
    expect(await at(name)).toEqual([3, 'void:3.A']);
  });

  it('of a write that arrives between the read and the fence is landed', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['late', { first: async () => await bench.deliver(), next: 'none' }];
    expect(await bench.process().execute(granted)).toEqual({ result: 'landed', reason: 'its mark is on the target' });
    expect(await at(name)).toEqual([5, '3.A']);
  });

  it('is told by a server timeout and a plain 500 as well', async () => {
    const { bench, name, before } = await aCase();
    bench.outside.faults = [{ answer: 504, json: { reason: 'Timeout' } }];
    await bench.process().execute(await bench.scale(before, 5, '3.A'));
    bench.outside.faults = [{ answer: 500, json: { reason: 'InternalError', message: 'etcd' } }];
    await bench.process().execute(await bench.scale(await live(name), 5, '3.B'));
    expect(await at(name)).toEqual([3, 'void:3.B']);
  });

  it('is fenced even while actions are stopped', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [
      {
        first: () => {
          bench.outside.stopped = true;
          bench.outside.mode = 'suggest';
          bench.outside.stopWord = { stopped: true, seen: true, by: 'ann', reason: null };
          return Promise.resolve();
        },
        next: 'lost request',
      },
    ];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'refused' });
    expect(await at(name)).toEqual([3, 'void:3.A']);
  });

  it('stays unknown while the lease is lost, and is fenced by the next leader', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [
      {
        first: () => {
          bench.outside.lease = null;
          return Promise.resolve();
        },
        next: 'lost request',
      },
    ];
    const word = await bench.process().execute(granted);
    expect(word).toEqual({ result: 'unknown', reason: 'the fence is held: the lease is not held' });
    expect(bench.left).toHaveLength(1);
    bench.outside.lease = { epoch: 4, remainingMs: 14_000 };
    await bench.process(4).settleOpenIntents(bench.journal.state());
    expect(await at(name)).toEqual([3, 'void:3.A']);
    expect(openIntents(bench.journal.state())).toEqual([]);
  });

  it.each(['held', 'refused'] as const)('stays unknown when the guardian says %s to the fence', async (fences) => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request'];
    bench.outside.fences = fences;
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'unknown' });
    expect(openIntents(bench.journal.state()).map((one) => one.permit)).toEqual(['3.A']);
  });

  it('of the fence itself is settled by the next read', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request', 'lost answer'];
    const agent = bench.process();
    expect(await agent.execute(granted)).toMatchObject({ result: 'unknown' });
    await agent.settleOpenIntents(bench.journal.state());
    expect(bench.left).toHaveLength(2);
    expect(await at(name)).toEqual([3, 'void:3.A']);
    const ends = await bench.bodies('fence.settled');
    expect(ends.map((one) => one.result)).toEqual(['unknown', 'void']);
  });

  it('of a fence that never arrived is followed by another fence', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = ['lost request', 'lost request'];
    const agent = bench.process();
    await agent.execute(granted);
    await agent.settleOpenIntents(bench.journal.state());
    expect(bench.left).toHaveLength(3);
    expect(await at(name)).toEqual([3, 'void:3.A']);
    expect(openIntents(bench.journal.state())).toEqual([]);
  });
});

describe('the journal fails after the send', () => {
  it('leaves the intent open, and the next start settles it by its mark', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [
      {
        first: () => {
          bench.outside.journalFails = true;
          return Promise.resolve();
        },
        next: 'none',
      },
    ];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'unknown' });
    expect(await at(name)).toEqual([5, '3.A']);
    expect(bench.intent('3.A').answer).toBeNull();
    bench.outside.journalFails = false;
    await bench.process(4).settleOpenIntents(bench.journal.state());
    expect(bench.intent('3.A')).toMatchObject({ answer: { result: 'landed' }, fence: { result: 'landed' } });
    expect(bench.left).toHaveLength(1);
  });

  it('tells the caller when open intents cannot be settled for it', async () => {
    const { bench, before } = await aCase();
    await bench.scale(before, 5, '3.A');
    bench.outside.journalFails = true;
    await expect(bench.process(4).settleOpenIntents(bench.journal.state())).rejects.toThrow('the journal cannot');
    expect(bench.left).toEqual([]);
  });
});

describe('after a kill', () => {
  it('an intent that was never sent is fenced and void', async () => {
    const { bench, name, before } = await aCase();
    await bench.scale(before, 5, '3.A');
    await bench.process(4).settleOpenIntents(bench.journal.state());
    expect(bench.intent('3.A').fence).toEqual({ result: 'void' });
    expect(await at(name)).toEqual([3, 'void:3.A']);
  });

  it('an intent that was sent and not answered has landed', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    await bench.process().execute(granted);
    const again = aBench(api.transport);
    await again.scale(before, 5, '3.A');
    await again.process(4).settleOpenIntents(again.journal.state());
    expect(again.intent('3.A')).toMatchObject({ answer: { result: 'landed' }, fence: { result: 'landed' } });
    expect(again.left).toEqual([]);
    expect(await at(name)).toEqual([5, '3.A']);
  });

  it('an intent whose target is gone, or another object of its name, is gone', async () => {
    const first = await aCase();
    const second = await aCase();
    await first.bench.scale(first.before, 5, '3.A');
    await second.bench.scale(second.before, 5, '3.A');
    await api.remove('Deployment', 'default', first.name);
    await api.remove('Deployment', 'default', second.name);
    await createDeployment(api, second.name);
    await first.bench.process(4).settleOpenIntents(first.bench.journal.state());
    await second.bench.process(4).settleOpenIntents(second.bench.journal.state());
    expect([first.bench.intent('3.A').fence, second.bench.intent('3.A').fence]).toEqual([
      { result: 'gone' },
      { result: 'gone' },
    ]);
    expect(await at(second.name)).toEqual([3, undefined]);
  });

  it('an intent that another write followed is superseded', async () => {
    const { bench, name, before } = await aCase();
    await bench.scale(before, 5, '3.A');
    await edit(name, { metadata: { annotations: { [markAnnotation]: '4.Z' } } });
    await bench.process(5).settleOpenIntents(bench.journal.state());
    expect(bench.intent('3.A').fence).toEqual({ result: 'superseded' });
    expect(bench.left).toEqual([]);
  });

  it('an intent whose mark somebody may have taken away is unknown, and said once', async () => {
    const { bench, name, before } = await aCase();
    await bench.scale(before, 5, '3.A');
    await edit(name, { metadata: { annotations: { [markAnnotation]: '3.A' } }, spec: { replicas: 5 } });
    await edit(name, { metadata: { annotations: { [markAnnotation]: null } }, spec: { replicas: 3 } });
    const agent = bench.process(4);
    await agent.settleOpenIntents(bench.journal.state());
    await agent.settleOpenIntents(bench.journal.state());
    expect(await bench.bodies('fence.settled')).toMatchObject([
      { result: 'unknown', reason: 'it cannot land any more, but tester may have taken it back before' },
    ]);
    expect(await at(name)).toEqual([3, 'void:3.A']);
    expect(bench.left).toHaveLength(1);
  });

  it('an intent that has ended by the time of its turn is left alone', async () => {
    const { bench, before } = await aCase();
    const stale = (await bench.scale(before, 5, '3.A'), bench.journal.state());
    const agent = bench.process(4);
    await agent.settleOpenIntents(stale);
    await agent.settleOpenIntents(stale);
    expect(await bench.bodies('fence.settled')).toHaveLength(1);
    expect(bench.left).toHaveLength(1);
  });

  it('several intents of several epochs are settled, each by itself', async () => {
    const { bench, before, name } = await aCase();
    const other = await aCase();
    await bench.scale(before, 5, '3.A');
    bench.outside.lease = { epoch: 4, remainingMs: 14_000 };
    await bench.scale(other.before, 5, '4.B');
    await bench.process(5).settleOpenIntents(bench.journal.state());
    expect([await at(name), await at(other.name)]).toEqual([
      [3, 'void:3.A'],
      [3, 'void:4.B'],
    ]);
    expect(openIntents(bench.journal.state())).toEqual([]);
  });

  it('two intents on one target do not void each other wrongly', async () => {
    const { bench, before, name } = await aCase();
    await bench.scale(before, 5, '3.A');
    await bench.scale(before, 6, '3.B');
    await bench.process(4).settleOpenIntents(bench.journal.state());
    expect([bench.intent('3.A').fence, bench.intent('3.B').fence]).toEqual([
      { result: 'void' },
      { result: 'superseded' },
    ]);
    expect(await at(name)).toEqual([3, 'void:3.A']);
  });
});

describe('a target that cannot be read', () => {
  it('leaves the intent open and sends nothing', async () => {
    const { before } = await aCase();
    const blind = aBench(await api.transportOf('blind', []));
    await blind.scale(before, 5, '3.A');
    await blind.process(4).settleOpenIntents(blind.journal.state());
    expect(openIntents(blind.journal.state()).map((one) => one.permit)).toEqual(['3.A']);
    expect(blind.left).toEqual([]);
    expect((await blind.bodies('fence.settled'))[0]?.reason).toMatch(/^the target cannot be read: no right to get/);
  });
});
