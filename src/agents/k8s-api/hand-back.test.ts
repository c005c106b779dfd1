import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aTestApi, type TestApi } from '../../../test/builders/sandbox-api.ts';
import { openIntents } from '../../folds/lookup.ts';
import { isJsonObject, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import { fieldManager } from '../../model/mode.ts';
import { aBench, deployments, type Bench } from './testing/bench.ts';
import { createDeployment, liveDeployment } from './testing/deployment.ts';

let api: TestApi;
let made = 0;

beforeAll(async () => {
  api = await aTestApi();
});
afterAll(async () => {
  await api.close();
});

async function live(name: string): Promise<JsonObject> {
  return await liveDeployment(api, name);
}

/** A deployment whose replicas belong to its creator, taken over by an act of ours; the undo is ready to be sent. */
async function anActed(): Promise<{
  readonly bench: Bench;
  readonly name: string;
  readonly owners: readonly unknown[];
}> {
  made += 1;
  const name = `ledger-${made}`;
  await createDeployment(api, name);
  const bench = aBench(api.transport);
  const before = await live(name);
  api.cluster.advance(1_000);
  await bench.process().execute(await bench.scale(before, 5, '3.A'));
  api.cluster.advance(1_000);
  return { bench, name, owners: ownersOf(before) };
}

function ownersOf(object: JsonObject): readonly JsonObject[] {
  const list = valueAt(object, '/metadata/managedFields');
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

async function ours(name: string): Promise<Json | undefined> {
  return ownersOf(await live(name)).find((one) => one['manager'] === fieldManager)?.['fieldsV1'];
}

const markAlone: Json = { 'f:metadata': { 'f:annotations': { '.': {}, 'f:nemotron-advisor.dev/last-action': {} } } };
const withReplicas: Json = { ...markAlone, 'f:spec': { 'f:replicas': {} } };

describe('after an undo', () => {
  it('the former owner owns its fields as before, and no value changes', async () => {
    const { bench, name, owners } = await anActed();
    expect(await ours(name)).toEqual(withReplicas);
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
    const after = await live(name);
    expect(ownersOf(after)).toEqual(expect.arrayContaining([...owners]));
    expect(await ours(name)).toEqual(markAlone);
    expect(valueAt(after, '/spec/replicas')).toBe(3);
    expect(valueAt(after, '/metadata/annotations/nemotron-advisor.dev~1last-action')).toBe('3.B');
    expect(bench.intent('3.hand-back')).toMatchObject({ purpose: 'hand back', answer: { result: 'landed' } });
  });

  it('an act that lasts keeps what it took', async () => {
    const { bench, name } = await anActed();
    await bench.process().execute(await bench.scale(await live(name), 6, '3.B'));
    expect(await ours(name)).toEqual(withReplicas);
    expect(bench.left).toHaveLength(2);
  });

  it('an act that lasts keeps what it took, also when its answer was lost', async () => {
    const { bench, name } = await anActed();
    bench.outside.faults = ['lost answer'];
    await bench.process().execute(await bench.scale(await live(name), 6, '3.B'));
    expect(await ours(name)).toEqual(withReplicas);
    expect(bench.left).toHaveLength(2);
  });

  it('nothing is handed back when what was there before the act is not kept any more', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    bench.outside.erased = true;
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
    expect(await ours(name)).toEqual(withReplicas);
  });

  it.each(['held', 'refused'] as const)(
    'nothing is handed back when the guardian says %s, and the undo stands',
    async (word) => {
      const { bench, name } = await anActed();
      const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
      bench.outside.fences = word;
      expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
      expect(await ours(name)).toEqual(withReplicas);
    },
  );

  it('nothing is handed back under stop, and that is recorded', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    bench.outside.beforeLeave = () => {
      bench.outside.stopped = bench.left.length > 1;
    };
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
    expect(await ours(name)).toEqual(withReplicas);
    expect(bench.intent('3.hand-back').answer).toMatchObject({
      result: 'refused',
      reason: 'not sent: actions are stopped',
    });
    expect(bench.left).toHaveLength(2);
  });

  it('a change of the owners meanwhile refuses it', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    const label = { metadata: { labels: { touched: 'yes' } } };
    bench.outside.faults = [
      'none',
      { first: async () => await api.port.patch(deployments, 'default', name, 'merge', label), next: 'none' },
    ];
    expect(await bench.process().execute(granted)).toMatchObject({ result: 'landed' });
    expect(await ours(name)).toEqual(withReplicas);
    expect(bench.intent('3.hand-back').answer).toMatchObject({ result: 'refused' });
  });

  it('a lost answer of it is settled by the fields that are ours', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    bench.outside.faults = ['none', 'lost answer'];
    await bench.process().execute(granted);
    expect(bench.intent('3.hand-back')).toMatchObject({ answer: { result: 'landed' }, fence: { result: 'landed' } });
    expect(await ours(name)).toEqual(markAlone);
    expect(openIntents(bench.journal.state())).toEqual([]);
  });

  it('one that never arrived is void', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    bench.outside.faults = ['none', 'lost request'];
    await bench.process().execute(granted);
    expect(bench.intent('3.hand-back').fence).toEqual({ result: 'void' });
    expect(openIntents(bench.journal.state())).toEqual([]);
  });

  it('a kill before the answer of the undo does not forget the former owner', async () => {
    const { bench, name } = await anActed();
    const granted = await bench.scale(await live(name), 3, '3.B', { purpose: 'undo' });
    bench.outside.faults = [
      {
        first: () => {
          bench.outside.journalFails = true;
          return Promise.resolve();
        },
        next: 'none',
      },
    ];
    await bench.process().execute(granted);
    bench.outside.journalFails = false;
    await bench.process(4).settleOpenIntents(bench.journal.state());
    expect(await ours(name)).toEqual(markAlone);
    expect(bench.intent('3.B').answer).toMatchObject({ result: 'landed' });
  });
});
