// A server over a real journal in a temporary folder, with every port of it at hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { steppedClock, type SteppedClock } from '../../src/clock.ts';
import { applyEvent, foldAll } from '../../src/folds/fold.ts';
import { emptyState, type State } from '../../src/folds/state.ts';
import type { EventBody } from '../../src/model/event.ts';
import type { Holder } from '../../src/server/identity.ts';
import type { ServerPorts } from '../../src/server/ports.ts';
import { createStopSwitch } from '../../src/server/stop-switch.ts';
import { openJournal, type OpenJournal } from '../../src/store/journal.ts';

export const sre: Holder = { subject: 'local:sre', role: 'operator', token: 'operator-token-0123456789' };
export const anna: Holder = { subject: 'anna', role: 'approver', token: 'annas-token-0123456789abc' };
export const ben: Holder = { subject: 'ben', role: 'approver', token: 'bens-token-0123456789abcd' };

export type World = {
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly journal: OpenJournal;
  readonly ports: ServerPorts;
  readonly faults: unknown[];
  readonly decided: string[];
  /** Whether actions are stopped in memory. */
  latched(): boolean;
  state(): State;
  happened(...bodies: readonly EventBody[]): Promise<void>;
  close(): Promise<void>;
};

export async function aWorld(more: Partial<ServerPorts> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'server-'));
  const clock = steppedClock(1_000);
  const journal = await openJournal({ folder: join(folder, 'data'), cluster: clock, wall: clock, pid: 1 });
  let state = emptyState;
  let stopped = false;
  const faults: unknown[] = [];
  const decided: string[] = [];
  journal.subscribe((event) => (state = applyEvent(state, event)));
  const ports: ServerPorts = {
    wall: clock,
    cluster: clock,
    state: () => state,
    at: async (seq) => foldAll(await journal.read(0, seq)),
    journal,
    health: () => ({
      version: '0.1.0',
      leader: 'playbook',
      mode: 'approve',
      modeSource: 'flag',
      clusterId: '4f1c9a00',
      clusterName: 'kind-dev',
      clusterLagMs: 2_000,
      blind: [],
    }),
    isStopped: () => stopped,
    modes: () => [{ scope: 'shop', own: null, effective: 'approve', because: 'flag' }],
    ...createStopSwitch({
      latch: (value) => (stopped = value),
      append: async (body, actor) => await journal.append(body, actor),
      publish: async () => {},
    }),
    requestUndo: () => Promise.reject(new Error('not in this world')),
    decided: (approval) => decided.push(approval),
    metrics: { contentType: 'text/plain; version=0.0.4', metrics: () => Promise.resolve('advisor_up 1\n') },
    fault: (error) => faults.push(error),
    ...more,
  };
  return {
    folder,
    clock,
    journal,
    ports,
    faults,
    decided,
    latched: () => stopped,
    state: () => state,
    async happened(...bodies) {
      for (const body of bodies) await journal.append(body, 'advisor');
    },
    async close() {
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
