import { afterEach, beforeEach, expect, it } from 'vitest';
import { aDecision, aRequest, asked, bindingOne } from '../../../test/builders/events.ts';
import { aWorld, type World } from '../../../test/builders/server.ts';
import { type RunningServer, startServer } from '../../server/start.ts';
import { approveWaiting, type Door } from './approver.ts';

let world: World;
let server: RunningServer;
let door: Door;
beforeEach(async () => {
  world = await aWorld();
  const options = { listen: '127.0.0.1:0', osUser: 'sre', pid: 1, folder: world.folder, scriptedApprover: true };
  server = await startServer(world.ports, options);
  door = { url: server.url, token: server.scriptedToken ?? '' };
});
afterEach(async () => {
  await server.close();
  await world.close();
});

const decisions = async () =>
  (await world.journal.read(0, 100)).filter((event) => event.body.kind === 'approval.decided');

it('approves what waits, under its own name and bound to the plan it was shown', async () => {
  await world.happened(...asked);
  expect(await approveWaiting(door)).toEqual(['apr-1']);
  expect(await decisions()).toMatchObject([
    { actor: 'scripted-approver', body: { decision: 'approved', by: 'scripted-approver', binding: bindingOne } },
  ]);
});

it('has nothing to do when nothing waits', async () => {
  expect(await approveWaiting(door)).toEqual([]);
});

it('decides once, however often it looks', async () => {
  await world.happened(...asked);
  await approveWaiting(door);
  expect(await approveWaiting(door)).toEqual([]);
  expect(await decisions()).toHaveLength(1);
});

it('is one person alone where two are needed', async () => {
  await world.happened(...asked.slice(0, -1), aRequest({ need: 2, risk: 'high' }));
  await approveWaiting(door);
  await approveWaiting(door);
  expect(await decisions()).toHaveLength(1);
  expect(world.state().approvals.get('apr-1')?.state).toBe('half approved');
});

it('leaves alone what another has denied', async () => {
  await world.happened(...asked, aDecision({ decision: 'denied' }));
  expect(await approveWaiting(door)).toEqual([]);
});

it('decides nothing with a token that the door does not know', async () => {
  await world.happened(...asked);
  expect(await approveWaiting({ ...door, token: 'not-a-token-of-this-door' })).toEqual([]);
  expect(await decisions()).toEqual([]);
});
