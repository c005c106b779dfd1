// A leader on a simulated endpoint over HTTP, with what it told about its calls; closed by the test that made it.
import { startEndpoint, type Endpoint, type EndpointOptions } from '../../../../test/nim/endpoint.ts';
import { steppedClock, type SteppedClock } from '../../../clock.ts';
import { actionsFor } from '../../testing/rig.ts';
import type { ModelFault } from '../fault.ts';
import type { RungChange } from '../ladder.ts';
import { createNemotronLeader, type LeaderOptions, type NemotronLeader } from '../leader.ts';
import type { Call, Spoken } from '../question.ts';
import { briefedAtMs } from './incident.ts';

export const testKey = 'nvapi-0123456789-never-to-be-seen';
export const superModel = 'nvidia/nemotron-3-super-120b-a12b';
export const lightning = 'nvidia/nemotron-3.5-lightning-30b-a3b';
export const goodAnswer = JSON.stringify({
  order: ['H1'],
  picks: [{ candidate: 'M1', params: {}, cites: ['E1'], why: 'as seen' }],
});

export type AskedLeader = {
  readonly endpoint: Endpoint;
  readonly leader: NemotronLeader;
  readonly clock: SteppedClock;
  readonly calls: readonly Call[];
  readonly spoken: readonly Spoken[];
  readonly rungChanges: readonly RungChange[];
  readonly outages: readonly (ModelFault | null)[];
  /** Pauses that were asked for, milliseconds; none is waited out. */
  readonly waits: readonly number[];
  close(): Promise<void>;
};

export async function anAskedLeader(
  served: Partial<EndpointOptions> = {},
  options: Partial<LeaderOptions> = {},
): Promise<AskedLeader> {
  const clock = steppedClock(briefedAtMs);
  const calls: Call[] = [];
  const spoken: Spoken[] = [];
  const rungChanges: RungChange[] = [];
  const outages: (ModelFault | null)[] = [];
  const waits: number[] = [];
  const endpoint = await startEndpoint({ models: [{ id: superModel }], key: testKey, ...served });
  const leader = createNemotronLeader({
    apiKey: testKey,
    baseUrl: endpoint.baseUrl,
    clock,
    deadlines: { firstByteMs: 10_000, idleMs: 5_000, totalMs: 20_000 },
    actions: actionsFor({ settlement: { state: 'settled', why: '' } }),
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    onCall(call, said) {
      calls.push(call);
      spoken.push(said);
    },
    onRungChange: (change) => rungChanges.push(change),
    onOutage: (fault) => outages.push(fault),
    ...options,
  });
  return {
    endpoint,
    leader,
    clock,
    calls,
    spoken,
    rungChanges,
    outages,
    waits,
    async close() {
      await leader.close();
      await endpoint.close();
    },
  };
}
