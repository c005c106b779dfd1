import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aTestApi, type TestApi } from '../../../test/builders/sandbox-api.ts';
import { valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { markAnnotation } from '../../model/mode.ts';
import { requestDigest } from '../../model/write.ts';
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

/** A deployment of three replicas on the simulated API, and a bench that reaches it over HTTP. */
async function aCase(): Promise<{ readonly bench: Bench; readonly name: string; readonly before: JsonObject }> {
  made += 1;
  const name = `checkout-${made}`;
  await createDeployment(api, name);
  return { bench: aBench(api.transport), name, before: await live(name) };
}

async function live(name: string): Promise<JsonObject> {
  return await liveDeployment(api, name);
}

async function edit(name: string, body: Json): Promise<void> {
  await api.port.patch(deployments, 'default', name, 'merge', body);
}

async function at(name: string): Promise<readonly [replicas: Json | undefined, mark: Json | undefined]> {
  return await replicasAndMark(api, name);
}

describe('a write that is answered', () => {
  it('lands, is read back by its mark, and keeps the object for the undo', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    expect(await bench.process().execute(granted)).toEqual({
      result: 'landed',
      reason: 'patched; its mark was read back',
    });
    expect(await at(name)).toEqual([5, '3.A']);
    const [answer] = await bench.bodies('write.answered');
    const version = valueAt(await live(name), '/metadata/resourceVersion');
    expect(answer).toMatchObject({
      permit: '3.A',
      result: 'landed',
      status: 200,
      generation: 2,
      resourceVersion: version,
    });
    expect(valueAt((await bench.journal.payload(answer?.after ?? '')) ?? null, '/spec/replicas')).toBe(5);
  });

  it('tests the former mark, so that a second action follows the first', async () => {
    const { bench, name, before } = await aCase();
    const agent = bench.process();
    await agent.execute(await bench.scale(before, 5, '3.A'));
    expect(await agent.execute(await bench.scale(await live(name), 6, '3.B'))).toMatchObject({ result: 'landed' });
    expect(await at(name)).toEqual([6, '3.B']);
  });

  it('is refused when the target changed after the review, and nothing is fenced', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    await edit(name, { spec: { replicas: 4 } });
    expect(await bench.process().execute(granted)).toEqual({
      result: 'refused',
      reason: 'the target is not as it was reviewed',
    });
    expect(await at(name)).toEqual([4, undefined]);
    expect(bench.left).toHaveLength(1);
    expect(bench.intent('3.A').answer?.result).toBe('refused');
  });

  it('counts as landed when its test failed because it is there already', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [
      {
        first: async () =>
          await edit(name, { spec: { replicas: 5 }, metadata: { annotations: { [markAnnotation]: '3.A' } } }),
        next: 'none',
      },
    ];
    expect(await bench.process().execute(granted)).toEqual({ result: 'landed', reason: 'its mark is on the target' });
  });

  it('is refused when the target was deleted', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    await api.remove('Deployment', 'default', name);
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'refused' });
  });

  it('landed even if somebody wrote before it was read back', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const agent = bench.process();
    api.cluster.advance(1_000);
    const stop = await api.port.watch(deployments, ({ object }) => {
      if (object.metadata.name === name && object.metadata.annotations?.[markAnnotation] === '3.A')
        void edit(name, { metadata: { annotations: { [markAnnotation]: 'other' } } });
    });
    const word = await agent.execute(granted);
    stop();
    expect(word).toEqual({ result: 'landed', reason: 'patched; somebody wrote after it' });
  });
});

describe('reading back', () => {
  it('does not doubt a write that the server took', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.reads = 'fail';
    expect(await bench.process().execute(granted)).toEqual({
      result: 'landed',
      reason: 'patched; it could not be read back',
    });
  });

  it('says that the target is gone since', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.reads = 'find nothing';
    expect(await bench.process().execute(granted)).toEqual({
      result: 'landed',
      reason: 'patched; the target is gone since',
    });
  });
});

describe('the second look', () => {
  it.each([
    ['stop in memory', (bench: Bench) => (bench.outside.stopped = true), 'actions are stopped'],
    [
      'stop in the cluster',
      (bench: Bench) => (bench.outside.stopWord = { stopped: true, seen: true, by: 'ann', reason: 'maintenance' }),
      'maintenance',
    ],
    [
      'a stop switch that cannot be read',
      (bench: Bench) => (bench.outside.stopWord = { stopped: true, seen: false, by: null, reason: null }),
      'actions are stopped in the cluster',
    ],
    [
      'a lowered mode',
      (bench: Bench) => (bench.outside.mode = 'suggest'),
      'the mode is suggest now, and it was judged under approve',
    ],
    ['a lost lease', (bench: Bench) => (bench.outside.lease = null), 'the lease is not held'],
    [
      'another epoch',
      (bench: Bench) => (bench.outside.lease = { epoch: 4, remainingMs: 14_000 }),
      'the lease is in epoch 4, not in 3 any more',
    ],
    [
      'a lease that ends before the write may have',
      (bench: Bench) => (bench.outside.lease = { epoch: 3, remainingMs: 12_000 }),
      'only 12000 ms of the lease are left, less than the write may take',
    ],
  ])('holds a write for %s, and records that nothing was sent', async (_what, happen, reason) => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const agent = bench.process();
    happen(bench);
    expect(await agent.execute(granted)).toEqual({ result: 'refused', reason: `not sent: ${reason}` });
    expect(bench.left).toEqual([]);
    expect(await at(name)).toEqual([3, undefined]);
    expect(await bench.bodies('write.answered')).toMatchObject([{ result: 'refused', status: null }]);
  });

  it('sees a stop that is pressed while the write waits in line', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.beforeLeave = () => {
      bench.outside.stopped = true;
    };
    expect(await bench.process().execute(granted)).toEqual({
      result: 'refused',
      reason: 'not sent: actions are stopped',
    });
    expect(bench.left).toEqual([]);
  });

  it('sends nothing when the journal cannot be written', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.journalFails = true;
    expect(await bench.process().execute(granted)).toEqual({
      result: 'unknown',
      reason: 'how it ended is not recorded: the journal cannot be written',
    });
    expect(bench.left).toEqual([]);
  });

  it('sends nothing for an intent that the journal does not hold', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const foreign = { ...granted, permit: { ...granted.permit, id: '3.Z' } };
    const moved = { ...granted, intentSeq: 77 };
    const agent = bench.process();
    const words = [await agent.execute(foreign), await agent.execute(moved)];
    expect(words).toEqual([
      { result: 'refused', reason: 'not sent: its intent is not in the journal' },
      { result: 'refused', reason: 'not sent: its intent is not in the journal' },
    ]);
    expect(bench.left).toEqual([]);
  });

  it('sends a grant once, however often it is executed', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const agent = bench.process();
    await agent.execute(granted);
    expect(await agent.execute(granted)).toEqual({
      result: 'refused',
      reason: 'not sent: its intent was settled before',
    });
    expect(bench.left).toHaveLength(1);
    expect(await at(name)).toEqual([5, '3.A']);
  });

  it('refuses requests that the permit does not cover', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const other = await bench.scale(before, 50, '3.B');
    expect(await bench.process().execute({ ...granted, requests: other.requests })).toEqual({
      result: 'refused',
      reason: 'not sent: the permit does not cover this request',
    });
    expect(bench.left).toEqual([]);
  });
});

describe('flow control', () => {
  const busy = { answer: 429, retryAfter: '2' } as const;

  it('waits as told and sends the same bytes once more', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [busy];
    const from = bench.wall.now();
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
    expect(bench.left).toHaveLength(2);
    expect(bench.left[0]).toBe(bench.left[1]);
    expect(bench.wall.now() - from).toBeGreaterThanOrEqual(2_000);
    expect(await at(name)).toEqual([5, '3.A']);
  });

  it('does not wait past thirty seconds, however long the permit lives', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [{ answer: 429, retryAfter: '30' }];
    const longer = { ...granted, permit: { ...granted.permit, expiresWallMs: bench.wall.now() + 59_000 } };
    expect(await bench.process().execute(longer)).toMatchObject({ result: 'refused' });
    expect(bench.left).toHaveLength(1);
  });

  it('gives up after the second time', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [busy, busy];
    expect(await bench.process().execute(granted)).toEqual({
      result: 'refused',
      reason: 'flow control: the API server is busy',
    });
    expect(bench.left).toHaveLength(2);
  });

  it('does not wait past the end of the permit', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [{ answer: 429, retryAfter: '30' }];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'refused' });
    expect(bench.left).toHaveLength(1);
  });

  it('looks at stop again before it sends once more', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [busy];
    bench.outside.beforeLeave = () => {
      bench.outside.stopped = bench.left.length > 0;
    };
    expect(await bench.process().execute(granted)).toEqual({
      result: 'refused',
      reason: 'not sent: actions are stopped',
    });
    expect(bench.left).toHaveLength(1);
  });

  it('never sends again what a budget refused, or an error left open', async () => {
    const { bench, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    bench.outside.faults = [{ answer: 429, json: { kind: 'Status', reason: 'TooManyRequests' }, retryAfter: '1' }];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'refused' });
    expect(bench.left).toHaveLength(1);
  });
});

describe('a permit for two requests', () => {
  it('sends the second when the first has landed, and not otherwise', async () => {
    const { bench, name, before } = await aCase();
    const claim = await bench.scale(before, 4, '3.A');
    const ops = [{ op: 'replace', path: '/spec/replicas', value: 5 }] as const;
    const requests = claim.requests.flatMap((one) => [one, { ...one, ops }]);
    const digests = requests.map((one) => requestDigest(one));
    const both = { ...claim, requests, permit: { ...claim.permit, requestDigests: digests } };
    expect(await bench.process().execute(both)).toMatchObject({ result: 'landed' });
    expect(bench.left).toHaveLength(2);
    expect(await at(name)).toEqual([5, '3.A']);
  });
});

describe('several writes at once', () => {
  it('keeps one in flight per target: of two with the same former mark one lands', async () => {
    const { bench, name, before } = await aCase();
    const grants = [await bench.scale(before, 5, '3.A'), await bench.scale(before, 6, '3.B')];
    const agent = bench.process();
    const words = await Promise.all(grants.map(async (one) => await agent.execute(one)));
    expect(words.map((one) => one.result)).toEqual(['landed', 'refused']);
    expect(await at(name)).toEqual([5, '3.A']);
  });

  it('lets different targets land side by side, each once', async () => {
    const cases = [await aCase(), await aCase(), await aCase()];
    const words = await Promise.all(
      cases.map(async ({ bench, before }) => await bench.process().execute(await bench.scale(before, 5, '3.A'))),
    );
    expect(words.map((one) => one.result)).toEqual(['landed', 'landed', 'landed']);
  });

  it('starts at most five in a second', async () => {
    const { bench, name, before } = await aCase();
    const agent = bench.process();
    const from = bench.wall.now();
    await agent.execute(await bench.scale(before, 5, '3.A'));
    await agent.execute(await bench.scale(await live(name), 6, '3.B'));
    await agent.execute(await bench.scale(await live(name), 7, '3.C'));
    expect(bench.wall.now() - from).toBe(400);
  });

  it('does not fence a write that is under way in this process', async () => {
    const { bench, name, before } = await aCase();
    const granted = await bench.scale(before, 5, '3.A');
    const agent = bench.process();
    const [word] = await Promise.all([agent.execute(granted), agent.settleOpenIntents(bench.journal.state())]);
    expect(word.result).toBe('landed');
    expect(bench.left).toHaveLength(1);
    expect(await at(name)).toEqual([5, '3.A']);
  });
});
