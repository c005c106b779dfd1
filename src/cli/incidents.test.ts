import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aDiagnosis, aJudgement, anOpening, asked, aVerdict, repaired } from '../../test/builders/events.ts';
import { anAdvisor, hastyClock, linesOf, type Rig } from './testing/command-line.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await anAdvisor();
});
afterEach(async () => {
  await rig.close();
});

// oxlint-disable-next-line no-control-regex -- the very byte that must not be there
const escape = /\u001B/;
const json = (text: string): unknown => JSON.parse(text);

describe('incidents', () => {
  it('says in one sentence that there is none, with scope and time', async () => {
    const ran = await rig.run(['incidents'], { columns: 80 });
    expect(ran).toMatchObject({ code: 0, out: 'no open incident (as of 1970-01-01T00:00:01Z)\n' });
    expect(ran.err).toBe('kind-dev (4f1c9a) · all namespaces · mode approve · live, cluster 2s ago\n');
  });

  it('adds what cannot be seen, and what that costs', async () => {
    await rig.close();
    const blind = [{ capability: 'get pods/log in pay', cost: 'causes there are less certain' }];
    const { ports } = rig.world;
    rig = await anAdvisor({ health: () => ({ ...ports.health(), blind }) });
    const ran = await rig.run(['incidents']);
    expect(ran.out).toContain('no open incident');
    expect(linesOf(ran.err).at(-1)).toBe('cannot see: get pods/log in pay, so causes there are less certain');
  });

  it('prints no escape, no cut id and RFC 3339 times into a pipe', async () => {
    await rig.world.happened(...asked);
    const { out } = await rig.run(['incidents']);
    expect(linesOf(out)).toEqual([
      'ID     STATE              SEVERITY  WORKLOAD              WHAT               CHANGED',
      'inc-1  awaiting-approval  critical  shop/deploy/checkout  killed for memory  1970-01-01T00:00:01Z',
    ]);
  });

  it('adds code, plan, approval and findings when it may be wide', async () => {
    await rig.world.happened(...asked);
    const { out } = await rig.run(['incidents', '-o', 'wide']);
    expect(linesOf(out)[0]).toMatch(/CODE +PLAN +APPROVAL +FINDINGS +CHANGED$/);
    expect(linesOf(out)[1]).toMatch(/WL-001 +inc-1\/p1 +apr-1 +1 +1970/);
  });

  it('fits a terminal of 80 columns without cutting an id', async () => {
    await rig.world.happened(...asked, anOpening({ incident: 'inc-123456', title: `cart ${'is slow '.repeat(20)}` }));
    const { out } = await rig.run(['incidents', '--color', 'never'], { columns: 80 });
    expect(linesOf(out).filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain('inc-123456');
    expect(out).toContain('…');
  });

  it('narrows to a namespace, a cause and a severity', async () => {
    await rig.world.happened(anOpening(), aDiagnosis());
    const ids = async (...flags: string[]) => (await rig.run(['incidents', '-o', 'name', ...flags])).out;
    expect(await ids()).toBe('inc-1\n');
    expect(await ids('-n', 'shop', '--code', 'WL-001', '--severity', 'critical')).toBe('inc-1\n');
    expect(await ids('-n', 'pay')).toBe('');
    expect(await ids('--since', '1h')).toBe('inc-1\n');
    expect(await ids('--code', 'WL-002')).toBe('');
    expect(await ids('--severity', 'info')).toBe('');
  });

  it('says the same in JSON and YAML', async () => {
    await rig.world.happened(...asked);
    const asJson = await rig.run(['incidents', '-o', 'json']);
    const asYaml = await rig.run(['incidents', '-o', 'yaml']);
    expect(json(asJson.out)).toMatchObject({
      apiVersion: 'nemotron-advisor.dev/v1',
      kind: 'IncidentList',
      metadata: { seq: 5, complete: true },
      items: [{ id: 'inc-1', code: 'WL-001' }],
    });
    expect(parse(asYaml.out)).toEqual(json(asJson.out));
    expect(asYaml.out).toMatch(/^apiVersion: /);
    expect([asJson.err, asYaml.err]).toEqual(['', '']);
  });

  it('watches on: what is there, then what changes, one line each, until ctrl-c', async () => {
    await rig.world.happened(anOpening());
    const stop = new AbortController();
    const clock = hastyClock(async (waits) => {
      if (waits === 1) rig.world.clock.advance(1_000);
      if (waits === 1) await rig.world.happened(aDiagnosis());
      if (waits === 3) stop.abort('SIGINT');
    });
    const ran = await rig.run(['incidents', '-w', '-o', 'jsonl'], { clock, signal: stop.signal });
    expect(ran.code).toBe(130);
    expect(linesOf(ran.out).map(json)).toMatchObject([{ state: 'open' }, { state: 'diagnosed' }]);
  });

  it.each([
    [['incidents', '--limit', '0']],
    [['incidents', '--limit', 'many']],
    [['incidents', '--state', 'broken']],
    [['incidents', '--severity', 'bad']],
    [['incidents', '--since', 'yesterday']],
    [['incidents', '-l', 'app=cart']],
    [['incidents', '--request-timeout', '0s']],
    [['incidents', '--journal', '/nonexistent/journal.sqlite']],
    [['incidents', '-w', '--journal', '/nonexistent/journal.sqlite']],
    [['show', 'inc-9']],
    [['show', 'nothing']],
    [['show', 'inc-1', '--section', 'all']],
    [['show', 'inc-1', '--at', 'yesterday']],
    [['show', 'inc-1', '--at', '999']],
    [['show', 'inc-1/p9']],
    [['show', 'apr-9']],
    [['undo', 'inc-1']],
    [['undo', 'nothing', '--yes']],
    [['deny', 'apr-1', '--because', 'mood']],
  ])('exits 2 for %j with three lines, or one JSON object and nothing on stdout', async (args) => {
    await rig.world.happened(...asked);
    const plain = await rig.run(args);
    const asJson = await rig.run([...args, '-o', 'json']);
    expect([plain.code, asJson.code]).toEqual([2, 2]);
    expect([plain.out, asJson.out]).toEqual(['', '']);
    const lines = linesOf(plain.err);
    expect(lines.map((line) => line.slice(0, 6))).toEqual(['error:', '  why:', '  next']);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(json(asJson.err)).toMatchObject({ kind: 'Error', exitCode: 2 });
  });
});

describe('show', () => {
  it('prints the block of the plan with the digest that an approval binds', async () => {
    await rig.world.happened(...asked);
    const { out } = await rig.run(['show', '1']);
    expect(out).toContain('inc-1  critical  checkout is killed for memory      awaiting approval (apr-1)');
    expect(out).toContain('digest 9c417e2ab05d');
    const answer = await fetch(`${rig.server.url}/api/v1/plans/inc-1/p1`, {
      headers: { authorization: `Bearer ${rig.server.token}` },
    });
    expect(await answer.text()).toContain('"digest":"9c417e2ab05d');
  });

  it.each([['1'], ['inc1'], ['inc-1'], ['inc'], ['apr1'], ['apr-1'], ['inc-1/p1'], ['inc-1/p1/a1'], ['@latest']])(
    'takes %s for the incident',
    async (id) => {
      await rig.world.happened(...asked);
      const ran = await rig.run(['show', id]);
      expect(ran.code).toBe(0);
      expect(ran.out).toMatch(/^inc-1 {2}critical/);
    },
  );

  it('lists the candidates when several ids start so', async () => {
    await rig.world.happened(anOpening(), anOpening({ incident: 'inc-12' }));
    const ran = await rig.run(['show', 'inc']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toContain('it may be inc-12, inc-1');
  });

  it('reproduces the state of an event, and of a time', async () => {
    rig.world.clock.advance(59_000);
    await rig.world.happened(anOpening());
    rig.world.clock.advance(60_000);
    await rig.world.happened(aDiagnosis());
    const stateOf = async (at: string) => (await rig.run(['show', 'inc-1', '--at', at, '--section', 'why'])).out;
    expect(await stateOf('1')).toContain('not settled yet');
    expect(await stateOf('2')).toContain('H1 WL-001');
    expect(await stateOf('1970-01-01T00:01:30Z')).toContain('not settled yet');
    expect(await stateOf('1970-01-01T00:02:00Z')).toContain('H1 WL-001');
    expect((await rig.run(['show', 'inc-1', '--at', '1970-01-01T00:00:10Z'])).code).toBe(2);
  });

  it('prints only the sections that are asked for, events with their numbers', async () => {
    await rig.world.happened(...asked);
    const { out } = await rig.run(['show', 'inc-1', '--section', 'events']);
    expect(linesOf(out)[1]).toBe('1970-01-01T00:00:01Z  event 1  incident.opened       advisor');
    expect((await rig.run(['show', 'inc-1', '--section', 'rulings'])).out).not.toContain('Found');
  });

  it('ends a watch by itself when the incident is closed, with the same words as without it', async () => {
    await rig.world.happened(...asked);
    const clock = hastyClock(async (waits) => {
      if (waits === 2) await rig.world.happened(...repaired.slice(asked.length));
    });
    const asLines = await rig.run(['show', 'inc-1', '-w', '-o', 'jsonl'], { clock });
    expect(asLines.code).toBe(0);
    expect(linesOf(asLines.out).map(json)).toMatchObject([
      { kind: 'Incident', data: { state: 'awaiting approval' } },
      { kind: 'Incident', data: { state: 'resolved' } },
    ]);
    expect((await rig.run(['show', 'inc-1', '-w'])).out).toBe((await rig.run(['show', 'inc-1'])).out);
  });

  it('exits 8 when a watch lasts as long as told', async () => {
    await rig.world.happened(...asked);
    expect((await rig.run(['show', 'inc-1', '-w', '--wait', '5s'])).code).toBe(8);
  });

  it('prints ids only with -o name, and the whole of it as YAML', async () => {
    await rig.world.happened(...asked);
    expect((await rig.run(['show', 'apr1', '-o', 'name'])).out).toBe('inc-1/p1\n');
    expect((await rig.run(['show', '1', '-o', 'name'])).out).toBe('inc-1\n');
    const asYaml: unknown = parse((await rig.run(['show', '1', '-o', 'yaml'])).out);
    expect(asYaml).toEqual(json((await rig.run(['show', '1', '-o', 'json'])).out));
    expect(asYaml).toMatchObject({ kind: 'Incident', data: { plans: [{ id: 'inc-1/p1' }] } });
  });

  it.each([
    ['/spec/template/spec/containers/0/image', 'spec.template.spec.containers[0].image'],
    ['/metadata/annotations/example.com~1owner', 'metadata.annotations["example.com/owner"]'],
    ['spec.template.spec.containers[app].image', 'spec.template.spec.containers[app].image'],
  ])('shows the field %s of a change as %s, never without a name', async (path, shown) => {
    const diff = [{ path, before: '1.9.0', after: '1.9.1' }];
    await rig.world.happened(...asked.slice(0, 3), aJudgement({ verdicts: [aVerdict({ diff })] }));
    expect((await rig.run(['show', '1'])).out).toContain(`~ ${shown}   1.9.0 → 1.9.1`);
  });

  it('cuts nothing in a pipe, and wraps on a terminal', async () => {
    await rig.world.happened(anOpening({ evidence: [{ ...anOpening().evidence[0]!, sentence: 'word '.repeat(60) }] }));
    const piped = await rig.run(['show', '1']);
    const shown = await rig.run(['show', '1', '--color', 'never'], { columns: 80 });
    expect(Math.max(...linesOf(piped.out).map((line) => line.length))).toBeGreaterThan(200);
    expect(linesOf(shown.out).filter((line) => line.length > 80)).toEqual([]);
  });

  it('makes control characters of the cluster visible', async () => {
    await rig.world.happened(anOpening({ title: 'cart \u001B[2J\u202E is down' }));
    const { out } = await rig.run(['show', '1', '--color', 'never'], { columns: 80 });
    expect(out).toContain('cart \\u001b[2J\\u202e is down');
    expect(out).not.toMatch(escape);
  });
});

describe('colour', () => {
  it.each([
    [{ columns: 80 }, [], true],
    [{ columns: 80, env: { NO_COLOR: '1' } }, [], false],
    [{ columns: 80, env: { TERM: 'dumb' } }, [], false],
    [{ columns: 80 }, ['--color', 'never'], false],
    [{}, [], false],
    [{}, ['--color', 'always'], true],
    [{ env: { NO_COLOR: '1' } }, ['--color', 'always'], true],
  ])('of %j with %j has an escape: %s', async (options, flags, has) => {
    await rig.world.happened(...asked);
    const ran = await rig.run(['incidents', ...flags], options);
    expect(escape.test(ran.out)).toBe(has);
    expect(ran.err).not.toMatch(escape);
  });
});
