import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aDecision, aDiagnosis, anIntent, anOpening, asked, repaired } from '../../test/builders/events.ts';
import { anna, aWorld, sre, type World } from '../../test/builders/server.ts';
import { incidentDetail, incidentItem, overview, planView, session, switchView, undoAnswer } from '../model/api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { createVerifier } from '../store/chain.ts';
import type { Holder } from './identity.ts';
import type { Server } from './plain-server.ts';
import type { ServerPorts } from './ports.ts';
import { buildServer } from './server.ts';

let world: World;
let server: Server;
beforeEach(async () => {
  world = await aWorld();
  server = buildServer(world.ports, [sre, anna]);
});
afterEach(async () => {
  await server.close();
  await world.close();
});

async function serveWith(more: Partial<ServerPorts>): Promise<void> {
  await server.close();
  server = buildServer({ ...world.ports, ...more }, [sre, anna]);
}
async function call(method: 'GET' | 'PUT' | 'POST', path: string, payload?: object, who: Holder = sre) {
  return await server.inject({
    method,
    url: `/api/v1${path}`,
    headers: { host: 'localhost', authorization: `Bearer ${who.token}`, 'x-advisor-door': 'cli' },
    ...(payload === undefined ? {} : { payload }),
  });
}
const page = z.object({
  items: z.array(incidentItem),
  nextCursor: z.string().nullable(),
  counts: z.record(z.string(), z.number()),
});
const anyObject = z.looseObject({
  seq: z.number(),
  warnings: z.array(z.unknown()),
  tree: z.array(z.unknown()).optional(),
});
const list = async (query: string) => page.parse((await call('GET', `/incidents${query}`)).json());

describe('incidents', () => {
  const many = [
    anOpening({ incident: 'inc-1', severity: 'warning' }),
    anOpening({
      incident: 'inc-2',
      severity: 'critical',
      root: { kind: 'StatefulSet', namespace: 'pay', name: 'ledger' },
    }),
    anOpening({ incident: 'inc-3', severity: 'info', title: 'ledger is slow' }),
    aDiagnosis({ incident: 'inc-3' }),
    { kind: 'incident.resolved', incident: 'inc-1', reason: 'signs gone' } as const,
  ];

  it('lists what is open, the worst first, and counts all', async () => {
    await world.happened(...many);
    const found = await list('');
    expect(found.items.map((one) => one.id)).toEqual(['inc-2', 'inc-3']);
    expect(found.counts).toEqual({ open: 2, waiting: 0, closed: 1 });
    expect(found.items[1]).toMatchObject({ code: 'WL-001', strength: 'strong', state: 'diagnosed', findings: 1 });
  });

  it('filters by group, state, severity, namespace, code and text', async () => {
    await world.happened(...many);
    const ids = async (query: string) => (await list(query)).items.map((one) => one.id);
    expect(await ids('?state=closed')).toEqual(['inc-1']);
    expect(await ids('?state=all&severity=critical,warning')).toEqual(['inc-2', 'inc-1']);
    expect(await ids('?state=diagnosed')).toEqual(['inc-3']);
    expect(await ids('?namespace=pay')).toEqual(['inc-2']);
    expect(await ids('?code=WL-001')).toEqual(['inc-3']);
    expect(await ids('?state=all&q=LEDGER')).toEqual(['inc-2', 'inc-3']);
    expect(await ids('?state=awaiting-approval')).toEqual([]);
  });

  it('pages by cursor through all of them once, also when one is added meanwhile', async () => {
    await world.happened(...Array.from({ length: 7 }, (_, index) => anOpening({ incident: `inc-${index + 1}` })));
    const first = await list('?limit=3&sort=opened');
    await world.happened(anOpening({ incident: 'inc-8' }));
    const second = await list(`?limit=3&sort=opened&cursor=${first.nextCursor ?? ''}`);
    const third = await list(`?limit=3&sort=opened&cursor=${second.nextCursor ?? ''}`);
    const ids = [first, second, third].flatMap((one) => one.items.map((item) => item.id));
    expect(ids).toEqual(['inc-7', 'inc-6', 'inc-5', 'inc-4', 'inc-3', 'inc-2', 'inc-1']);
    expect(third.nextCursor).toBeNull();
  });

  it('shows one with its plan, rulings and key events', async () => {
    await world.happened(...repaired);
    const shown = incidentDetail.parse((await call('GET', '/incidents/inc-1')).json());
    expect(shown).toMatchObject({ state: 'resolved', outcome: 'effective', approval: 'apr-1', plan: 'inc-1/p1' });
    expect(shown.plans[0]?.actions[0]).toMatchObject({
      name: 'set-resources',
      verdict: 'needs approval',
      target: { uid: 'uid-1' },
      summary: '256Mi → 384Mi',
      outcome: { word: 'effective' },
    });
    expect(shown.keyEvents.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('shows one as it was after an event', async () => {
    await world.happened(...repaired);
    const before = anyObject.parse((await call('GET', '/incidents/inc-1?at=2')).json());
    expect(incidentDetail.parse(before)).toMatchObject({ state: 'diagnosed', plans: [] });
    expect(before.seq).toBe(2);
    expect((await call('GET', '/incidents/inc-1?at=99')).statusCode).toBe(400);
  });

  it('gives the events of one incident only, by position', async () => {
    await world.happened(anOpening(), anOpening({ incident: 'inc-2' }), aDiagnosis(), ...asked.slice(2));
    const events = z.object({ items: z.array(z.object({ seq: z.number() })), nextAfter: z.number().nullable() });
    const all = events.parse((await call('GET', '/incidents/inc-1/events')).json());
    expect(all.items.map((one) => one.seq)).toEqual([1, 3, 4, 5, 6]);
    const part = events.parse((await call('GET', '/incidents/inc-1/events?after=1&limit=2')).json());
    expect([part.items.map((one) => one.seq), part.nextAfter]).toEqual([[3, 4], 4]);
  });

  it('gives a piece of evidence with its samples where there are any', async () => {
    await world.happened(...asked);
    await serveWith({ series: () => Promise.resolve({ t: [1], y: [2] }) });
    expect((await call('GET', '/incidents/inc-1/evidence/E1')).json()).toMatchObject({
      id: 'E1',
      trust: 'measured',
      series: { t: [1], y: [2] },
    });
    expect((await call('GET', '/incidents/inc-1/evidence/E9')).statusCode).toBe(404);
  });

  it('shows a plan by its id, escaped or as it is typed', async () => {
    await world.happened(...asked);
    for (const path of ['/plans/inc-1%2Fp1', '/plans/inc-1/p1'])
      expect(planView.parse((await call('GET', path)).json())).toMatchObject({ id: 'inc-1/p1', approval: 'apr-1' });
  });
});

describe('overview, session and modes', () => {
  it('says that nothing is wrong, and what was done', async () => {
    const headline = async () => overview.parse((await call('GET', '/overview')).json()).headline;
    expect(await headline()).toBe('Nothing is wrong now.');
    await world.happened(...asked);
    expect(await headline()).toBe('1 incident is open, 1 waits for a person.');
    await world.happened(...repaired.slice(5));
    expect(await headline()).toBe('Nothing is wrong now. 1 repair was effective, 0 signs were left alone.');
  });

  it('names what waits, what is done and what cannot be seen', async () => {
    await world.happened(...asked, { kind: 'source.lost', source: 'prometheus', reason: 'refused', cost: 'no rates' });
    const seen = anyObject.parse((await call('GET', '/overview')).json());
    expect(overview.parse(seen)).toMatchObject({
      openCount: 1,
      waiting: [{ approval: 'apr-1', risk: 'medium' }],
      doing: [],
      blind: [{ capability: 'prometheus: refused', cost: 'no rates' }],
      modeMix: [{ mode: 'approve', count: 1 }],
    });
    expect(seen).toMatchObject({ complete: false, warnings: [{ code: 'cannot-see', cost: 'no rates' }] });
    await world.happened(aDecision(), anIntent());
    expect(overview.parse((await call('GET', '/overview')).json()).doing).toMatchObject([
      { incident: 'inc-1', step: 'acting' },
    ]);
  });

  it('tells who the caller is and what they may do', async () => {
    expect(session.parse((await call('GET', '/session')).json())).toMatchObject({
      subject: 'local:sre',
      roles: ['operator'],
      can: { resume: true },
      server: { mode: 'approve', protocol: 1, journal: 'writable' },
    });
    expect(session.parse((await call('GET', '/session', undefined, anna)).json()).can).toMatchObject({
      approve: true,
      stop: true,
      resume: false,
    });
  });

  it('passes on modes, agents and doctor', async () => {
    await serveWith({ doctor: () => Promise.resolve({ missing: 2 }) });
    expect(anyObject.parse((await call('GET', '/modes')).json()).tree).toHaveLength(1);
    expect((await call('GET', '/doctor')).json()).toMatchObject({ seq: 0, data: { missing: 2 } });
    expect((await call('GET', '/agents')).statusCode).toBe(404);
  });
});

describe('the switch over HTTP', () => {
  const put = async (payload: object, who: Holder = sre) => await call('PUT', '/switch', payload, who);

  it('stops with what is in flight and what is held', async () => {
    await world.happened(...asked, anOpening({ incident: 'inc-2' }));
    const answer = switchView.parse((await put({ stopped: true, reason: 'network change' })).json());
    expect(answer).toMatchObject({ stopped: true, by: 'local:sre', reason: 'network change', event: 7, inFlight: [] });
    expect(answer.held).toMatchObject([{ action: 'inc-1/p1/a1', summary: 'set-resources 256Mi → 384Mi' }]);
    expect(answer.held[0]?.byHand).toContain('kubectl');
    expect(world.latched()).toBe(true);
    await world.happened(aDecision(), anIntent());
    expect(switchView.parse((await call('GET', '/switch')).json())).toMatchObject({
      inFlight: [{ action: 'inc-1/p1/a1' }],
      held: [],
    });
  });

  it('holds a stop that the journal could not record, and says so', async () => {
    await world.journal.close();
    const answer = anyObject.parse((await put({ stopped: true })).json());
    expect(switchView.parse(answer)).toMatchObject({ stopped: true, event: null });
    expect(answer).toMatchObject({ complete: false });
    expect(JSON.stringify(answer.warnings)).toContain('not in the journal');
    expect((await call('GET', '/switch')).json()).toMatchObject({ stopped: true });
  });

  it('resumes with a reason, and not by everybody', async () => {
    await put({ stopped: true }, anna);
    expect((await put({ stopped: false, reason: 'over' }, anna)).statusCode).toBe(403);
    expect(world.latched()).toBe(true);
    expect(switchView.parse((await put({ stopped: false, reason: 'over' })).json())).toMatchObject({
      stopped: false,
      by: 'local:sre',
      reason: 'over',
      event: 2,
    });
    expect(world.latched()).toBe(false);
  });
});

describe('asking for an undo', () => {
  it('hands on who asked for what and shows the plan that was made', async () => {
    const orders: unknown[] = [];
    await world.happened(...asked);
    await serveWith({
      requestUndo: (order) => {
        orders.push(order);
        return Promise.resolve({ plan: 'inc-1/p1', state: world.state() });
      },
    });
    for (const path of ['/plans/inc-1%2Fp1/undo', '/plans/inc-1/p1/undo'])
      expect(undoAnswer.parse((await call('POST', path, { reason: 'worse', dryRun: true })).json())).toMatchObject({
        plan: { id: 'inc-1/p1' },
        approval: 'apr-1',
      });
    expect(orders[0]).toEqual({ plan: 'inc-1/p1', by: 'local:sre', door: 'cli', reason: 'worse', dryRun: true });
  });

  it('passes on why it is not possible', async () => {
    await world.happened(...asked);
    const problem = {
      code: 'irreversible',
      what: 'a1 cannot be undone',
      why: 'x',
      next: 'y',
      exitCode: exitCodes.heldBack,
    };
    await serveWith({ requestUndo: () => Promise.reject(new Failure(problem)) });
    const answer = await call('POST', '/plans/inc-1%2Fp1/undo', {});
    expect([answer.statusCode, answer.json()]).toMatchObject([422, problem]);
    expect((await call('POST', '/plans/inc-1%2Fp7/undo', {})).statusCode).toBe(404);
    expect((await call('POST', '/plans/inc-1%2Fp1/undo')).statusCode).toBe(422);
  });
});

describe('the journal over HTTP', () => {
  it('pages by position and filters by kind and incident, by what an event names too', async () => {
    await world.happened(anOpening({ incident: 'inc-2' }), ...repaired);
    const events = z.object({ items: z.array(z.object({ seq: z.number() })), nextAfter: z.number().nullable() });
    const seqs = async (query: string) => events.parse((await call('GET', `/journal${query}`)).json());
    expect(await seqs('?after=3&limit=2')).toMatchObject({ items: [{ seq: 4 }, { seq: 5 }], nextAfter: 5 });
    expect((await seqs('?kind=plan.judged,plan.proposed')).items.map((one) => one.seq)).toEqual([4, 5]);
    expect((await seqs('?incident=inc-1')).items.map((one) => one.seq)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await seqs('?after=12')).toEqual({ items: [], nextAfter: null });
  });

  it('exports the exact lines, which verify', async () => {
    await world.happened(...repaired);
    const answer = await call('GET', '/journal/export');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const lines = answer.body.trimEnd().split('\n');
    expect(lines).toEqual(await world.journal.lines(0, 100));
    const verifier = createVerifier();
    for (const line of lines) verifier.see(line);
    expect(verifier.report()).toMatchObject({ intact: true, events: repaired.length });
    expect((await call('GET', '/journal/export?after=2&until=4')).body.trimEnd().split('\n')).toEqual(
      lines.slice(2, 4),
    );
  });
});
