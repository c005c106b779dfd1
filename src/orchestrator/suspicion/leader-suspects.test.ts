import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint, type Endpoint } from '../../../test/nim/endpoint.ts';
import { suspecting, suspectingEverything } from '../../../test/nim/leads.ts';
import {
  aRig,
  autocorrelated,
  deployment,
  raised,
  type Level,
  type Rig,
  type Series,
} from '../../../test/builders/signals.ts';
import { actionsByName } from '../../actions/actions.ts';
import { wallClock } from '../../clock.ts';
import { createNemotronLeader, type NemotronLeader } from '../nemotron/leader.ts';
import { digestOf } from './digest.ts';

const cart = deployment('cart');
const never = new AbortController().signal;

/** Four signals of one workload; `share` of the least effect of each is added. */
function world(seed: number, share: number): readonly Series[] {
  const noise = Array.from({ length: 4 }, (_, at) => autocorrelated(seed * 10 + at, 0.5));
  const level =
    (at: number, usual: number, width: number, effect: number): Level =>
    () =>
      usual + width * (noise[at]?.() ?? 0) + share * effect;
  return [
    { signal: 'sli.latency', of: cart, level: level(0, 0.15, 0.003, 0.05) },
    { signal: 'cpu.throttling', of: cart, level: level(1, 0.04, 0.003, 0.05) },
    { signal: 'memory.share', of: cart, level: level(2, 0.5, 0.003, 0.05) },
    { signal: 'cpu.usage', of: cart, level: level(3, 0.3, 0.006, 0.1) },
  ];
}

let endpoint: Endpoint;
let leader: NemotronLeader;
beforeAll(async () => {
  endpoint = await startEndpoint({ models: [{ id: 'nvidia/nemotron-3-super-120b-a12b' }], key: 'nvapi-of-the-test' });
  leader = createNemotronLeader({
    apiKey: 'nvapi-of-the-test',
    baseUrl: endpoint.baseUrl,
    clock: wallClock(),
    actions: actionsByName,
    model: 'nvidia/nemotron-3-super-120b-a12b',
    requestsPerMinute: 100_000,
  });
});
afterAll(async () => {
  await leader.close();
  await endpoint.close();
});

/** As the cycle does: the digest of what moved goes to the leader, its claims to the anomaly agent. */
async function suspectOnce(rig: Rig): Promise<void> {
  const digest = digestOf(rig.agent.nearMisses(24), rig.view, rig.nowMs(), []);
  if (digest !== null) rig.agent.suspect((await leader.suspect?.(digest, never)) ?? []);
}

describe('a leader that suspects', () => {
  it('leads to a finding where a fault shows in several signals, each under every threshold', async () => {
    endpoint.play(suspecting);
    const rig = aRig(world(1, 0));
    const off = world(2, 0.85);
    expect(raised(rig.run(30, off))).toEqual([]);
    await suspectOnce(rig);
    const findings = rig.run(7, off).at(-1)?.findings ?? [];
    expect(findings.map((one) => one.id)).toEqual([
      'suspicion:shop/Deployment/cart cpu.throttling cpu.usage memory.share sli.latency',
    ]);
    expect(rig.agent.suspicionsEnded().map((one) => one.result)).toEqual(['confirmed']);
  });

  it('causes no finding on a hundred healthy worlds, though it suspects everything in each', async () => {
    endpoint.play(suspectingEverything);
    const found: string[] = [];
    let asked = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const rig = aRig(world(2 * seed + 1, 0));
      const healthy = world(2 * seed + 2, 0);
      rig.run(6, healthy);
      // A leader that sees what did not move, too: every signal is in its digest.
      const shown = healthy.map(({ signal }) => ({
        of: cart,
        signal,
        value: 1,
        usual: [0, 1] as const,
        effects: 0.1,
        sentence: `${signal} as usual`,
      }));
      const digest = digestOf(shown, rig.view, rig.nowMs(), []);
      const claims = digest === null ? [] : ((await leader.suspect?.(digest, never)) ?? []);
      asked += claims.length;
      rig.agent.suspect(claims);
      found.push(...raised(rig.run(7, healthy)));
    }
    expect(asked).toBeGreaterThanOrEqual(100);
    expect(found).toEqual([]);
  }, 120_000);
});
