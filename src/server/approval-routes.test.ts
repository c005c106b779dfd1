import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aDecision, aRequest, asked, bindingOne } from '../../test/builders/events.ts';
import { anna, aWorld, ben, sre, type World } from '../../test/builders/server.ts';
import { apiProblem, approvalView, decisionAnswer, envelope } from '../model/api.ts';
import type { Holder } from './identity.ts';
import type { Server } from './plain-server.ts';
import { buildServer } from './server.ts';

let world: World;
let server: Server;
beforeEach(async () => {
  world = await aWorld();
  server = buildServer(world.ports, [sre, anna, ben]);
});
afterEach(async () => {
  await server.close();
  await world.close();
});

async function post(who: Holder, body: object, key = `${who.subject}-key-1`) {
  return await server.inject({
    method: 'POST',
    url: '/api/v1/approvals/apr-1/decision',
    headers: {
      host: 'localhost',
      authorization: `Bearer ${who.token}`,
      'x-advisor-door': 'cli',
      'idempotency-key': key,
    },
    payload: body,
  });
}
async function get(who: Holder, path: string) {
  return await server.inject({
    url: `/api/v1${path}`,
    headers: { host: 'localhost', authorization: `Bearer ${who.token}` },
  });
}
const items = z.object({ items: z.array(approvalView) });
const yes = { decision: 'approved', digest: bindingOne.slice(0, 12), shownMs: 4_000, seen: ['diff'], ack: [] };
const no = { decision: 'denied', reasonCode: 'wrong-action', reason: 'leak, not limit' };
const recorded = async () =>
  (await world.journal.read(0, 100)).filter((event) => event.body.kind === 'approval.decided');

describe('a decision through the door', () => {
  it('is one event by the subject of the token, with its door, and the event is the receipt', async () => {
    await world.happened(...asked);
    const answer = await post(anna, yes);
    expect(answer.statusCode).toBe(200);
    expect(decisionAnswer.parse(answer.json())).toEqual({
      approval: 'apr-1',
      plan: 'inc-1/p1',
      decision: 'approved',
      by: 'anna',
      door: 'cli',
      event: 6,
      digest: bindingOne,
      state: 'approved',
      sentence: 'the plan is judged again and then carried out',
    });
    expect(await recorded()).toMatchObject([
      { seq: 6, actor: 'anna', body: { by: 'anna', door: 'cli', binding: bindingOne, idempotencyKey: 'anna-key-1' } },
    ]);
    expect(world.decided).toEqual(['apr-1']);
  });

  it('is recorded once, however often it is sent', async () => {
    await world.happened(...asked);
    const answers = await Promise.all([
      post(anna, yes),
      post(anna, yes),
      post(anna, yes, 'another-key'),
      post(anna, yes),
    ]);
    expect(answers.map((one) => decisionAnswer.parse(one.json()).event)).toEqual([6, 6, 6, 6]);
    expect(await recorded()).toHaveLength(1);
    expect(world.decided).toEqual(['apr-1']);
  });

  it('lets one of two people at once be first and tells the other', async () => {
    await world.happened(...asked);
    const [first, second] = await Promise.all([post(anna, yes), post(ben, yes)]);
    expect(decisionAnswer.parse(first.json()).by).toBe('anna');
    expect(decisionAnswer.parse(second.json())).toMatchObject({ by: 'anna', sentence: 'anna approved it before you' });
  });

  it('takes two people for high risk, and none of them local', async () => {
    await world.happened(...asked.slice(0, 4), aRequest({ need: 2, risk: 'high' }));
    const local = await post(sre, yes);
    expect(local.statusCode).toBe(403);
    expect(apiProblem.parse(local.json())).toMatchObject({ code: 'local-cannot-decide', exitCode: 5 });
    expect(decisionAnswer.parse((await post(anna, yes)).json())).toMatchObject({
      state: 'half approved',
      sentence: '1 of 2 people; it waits for another',
    });
    expect(decisionAnswer.parse((await post(ben, yes)).json()).state).toBe('approved');
  });

  it('is refused with exit code 6 when it is about something else than what waits', async () => {
    await world.happened(...asked);
    const answer = await post(anna, { ...yes, digest: 'abcdefabcdef' });
    expect(answer.statusCode).toBe(409);
    expect(apiProblem.parse(answer.json())).toMatchObject({
      code: 'stale-plan',
      exitCode: 6,
      refs: ['apr-1', 'inc-1/p1'],
    });
    expect(await recorded()).toEqual([]);
  });

  it('is refused when the target changed since it was shown', async () => {
    const problem = {
      code: 'stale-plan',
      what: 'approval apr-1 was not recorded',
      why: 'image 1.9.0 → 1.9.1',
      next: 'advisor show apr-2',
      exitCode: 6,
    };
    await world.happened(...asked);
    await server.close();
    server = buildServer({ ...world.ports, recheck: () => Promise.resolve(problem) }, [anna]);
    const answer = await post(anna, yes);
    expect([answer.statusCode, apiProblem.parse(answer.json()).why]).toEqual([409, 'image 1.9.0 → 1.9.1']);
    expect((await post(anna, no)).statusCode).toBe(200);
  });

  it('denies with its reason and says what happens now', async () => {
    await world.happened(...asked);
    expect(decisionAnswer.parse((await post(ben, no)).json())).toMatchObject({
      state: 'denied',
      event: 6,
      sentence: 'this action is off the menu for inc-1; planning anew',
    });
    expect(world.state().approvals.get('apr-1')?.denial).toMatchObject({ by: 'ben', reason: 'leak, not limit' });
  });

  it('stops an approved plan by a denial until the permit, and offers the undo after it', async () => {
    await world.happened(...asked, aDecision({ by: 'anna' }));
    expect(decisionAnswer.parse((await post(ben, no)).json()).state).toBe('denied');
    const late = await aWorld();
    await late.happened(...asked, aDecision({ by: 'anna' }), {
      kind: 'approval.used',
      approval: 'apr-1',
      permit: '1.A',
    });
    await server.close();
    server = buildServer(late.ports, [ben]);
    expect(apiProblem.parse((await post(ben, no)).json())).toMatchObject({
      code: 'too-late',
      next: 'advisor undo inc-1/p1',
    });
    await late.close();
  });

  it('tells the truth when the permit came between the look and the record', async () => {
    await world.happened(...asked, aDecision({ by: 'anna' }));
    const journal = {
      ...world.ports.journal,
      append: async (...decision: Parameters<typeof world.journal.append>) => {
        await world.journal.append({ kind: 'approval.used', approval: 'apr-1', permit: '1.A' }, 'advisor');
        return await world.journal.append(...decision);
      },
    };
    await server.close();
    server = buildServer({ ...world.ports, journal }, [ben]);
    expect(apiProblem.parse((await post(ben, no)).json())).toMatchObject({ code: 'too-late', exitCode: 6 });
  });

  it('needs a key, and a journal that can be written', async () => {
    await world.happened(...asked);
    expect(apiProblem.parse((await post(anna, yes, 'x y')).json()).why).toContain('idempotency-key');
    await world.journal.close();
    const answer = await post(anna, yes);
    expect([answer.statusCode, apiProblem.parse(answer.json()).code]).toEqual([503, 'journal-closed']);
  });
});

describe('reading approvals', () => {
  it('shows what waits, with whether and why not the reader may decide', async () => {
    await world.happened(...asked.slice(0, 4), aRequest({ need: 2, risk: 'high' }));
    expect(approvalView.parse((await get(anna, '/approvals/apr-1')).json())).toMatchObject({
      id: 'apr-1',
      incident: 'inc-1',
      title: 'checkout is killed for memory',
      digest: bindingOne,
      need: 2,
      expiresAt: '1970-01-01T00:15:00.000Z',
      mayDecide: true,
      whyNot: null,
    });
    const local = approvalView.parse((await get(sre, '/approvals/apr-1')).json());
    expect(local.mayDecide).toBe(false);
    expect(local.whyNot).toContain('a local operator counts as none');
  });

  it('lists by state, with as of when', async () => {
    await world.happened(...asked);
    const list: unknown = (await get(anna, '/approvals')).json();
    expect(envelope.parse(list)).toEqual({ asOf: '1970-01-01T00:00:01.000Z', seq: 5, complete: true, warnings: [] });
    expect(items.parse(list).items).toHaveLength(1);
    expect(items.parse((await get(anna, '/approvals?state=used,denied')).json()).items).toEqual([]);
    expect(items.parse((await get(anna, '/approvals?state=all')).json()).items).toHaveLength(1);
  });
});
