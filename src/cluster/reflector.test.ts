import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock, wallClock } from '../clock.ts';
import { reflect, type ReflectorTimes, usualTimes } from './reflector.ts';
import { aLimitRange, aNamespace, aTestApi, type TestApi } from '../../test/builders/sandbox-api.ts';
import { aRecorder, type Recorder } from './testing/recorder.ts';
import { scripted, type Scripted, type ScriptedTransport } from './testing/script.ts';

const quick: ReflectorTimes = { ...usualTimes, backOff: { baseMs: 4, longestMs: 20 } };

describe('a reflector of a sandbox API', () => {
  let test: TestApi;
  let end: AbortController;
  beforeEach(async () => {
    test = await aTestApi();
    end = new AbortController();
  });
  afterEach(async () => {
    end.abort(new Error('the test is over'));
    await test.close();
  });

  function start(watchList: boolean, times: ReflectorTimes = quick): Recorder<'LimitRange'> {
    const recorder = aRecorder<'LimitRange'>();
    void reflect({
      kind: 'LimitRange',
      namespace: 'default',
      transport: test.transport,
      sink: recorder,
      wall: wallClock(false),
      random: () => 0.5,
      watchList,
      times,
      signal: end.signal,
    });
    return recorder;
  }

  it.each([true, false])('takes the full state, then each change (initial events: %s)', async (watchList) => {
    await test.create('LimitRange', aLimitRange('old'));
    const recorder = start(watchList);
    await recorder.until((seen) => seen.told.includes('replace 1'));

    await test.create('LimitRange', aLimitRange('young'));
    await recorder.until((seen) => seen.names().includes('young'));
    await test.remove('LimitRange', 'default', 'old');
    await recorder.until((seen) => !seen.names().includes('old'));

    expect(recorder.names()).toEqual(['young']);
  });

  it('sees only its namespace', async () => {
    await test.create('LimitRange', aLimitRange('here'));
    await test.create('LimitRange', aLimitRange('there', 'kube-system'));

    const recorder = start(false);
    await recorder.until((seen) => seen.told.includes('replace 1'));

    expect(recorder.names()).toEqual(['here']);
  });

  it('learns the newest version from a bookmark although its kind did not change', async () => {
    const recorder = start(true);
    await recorder.until((seen) => seen.told.some((word) => word.startsWith('replace')));
    await test.create('LimitRange', aLimitRange('elsewhere', 'kube-system'));

    test.api.bookmark();

    await recorder.until((seen) => seen.told.includes(`alive ${test.api.version()}`));
    expect(recorder.names()).toEqual([]);
  });

  it('goes on from where it was when the server ends the watch', async () => {
    const recorder = start(true, { ...quick, watchSeconds: 0.7 });
    await recorder.until((seen) => seen.told.includes('replace 0'));
    await recorder.until(() => watches().length === 2);

    await test.create('LimitRange', aLimitRange('after'));
    await recorder.until((seen) => seen.names().includes('after'));

    expect(recorder.told.filter((word) => word.startsWith('replace'))).toHaveLength(1);
    expect(watches()[1]?.uri).toMatch(/resourceVersion=\d+/);
  });

  it('takes the full state again when the server forgot its version', async () => {
    const recorder = start(false, { ...quick, watchSeconds: 0.7 });
    await recorder.until((seen) => seen.told.includes('replace 0'));
    await recorder.until(() => watches().length === 1);
    await test.create('Namespace', aNamespace('shop'));

    test.api.compact();
    await recorder.until((seen) => seen.told.filter((word) => word === 'replace 0').length === 2);

    expect(recorder.told.filter((word) => word.startsWith('broken'))).toEqual([]);
  });

  function watches(): TestApi['api']['audit'] {
    return test.api.audit.filter((one) => one.verb === 'watch');
  }

  it('reads more objects than one page holds', async () => {
    for (let count = 0; count < 501; count += 1) await test.create('LimitRange', aLimitRange(`map-${count}`));

    const recorder = start(false);
    await recorder.until((seen) => seen.told.includes('replace 501'));

    const lists = test.api.audit.filter((one) => one.verb === 'list');
    expect(lists).toHaveLength(2);
  });
});

describe('a reflector of a server with its own ideas', () => {
  let end: AbortController;
  let wall: SteppedClock;
  beforeEach(() => {
    end = new AbortController();
    wall = steppedClock(0);
  });
  afterEach(() => end.abort(new Error('the test is over')));

  const map = (name: string, version: string): unknown => ({
    metadata: { name, namespace: 'default', resourceVersion: version },
  });
  const page = (names: readonly string[], version: string, more?: string): Scripted => ({
    answer: 200,
    body: {
      items: names.map((name) => map(name, version)),
      metadata: { resourceVersion: version, ...(more === undefined ? {} : { continue: more }) },
    },
  });
  const event = (type: string, name: string, version: string): unknown => ({ type, object: map(name, version) });
  const bookmark = (version: string, annotations = {}): unknown => ({
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: version, annotations } },
  });
  const initialEnd = { 'k8s.io/initial-events-end': 'true' };
  const expired = { type: 'ERROR', object: { code: 410, reason: 'Expired' } };

  /** Runs the script to its end, on a clock that jumps to whatever the reflector waits for. */
  async function play(script: readonly Scripted[], watchList = false): Promise<Played> {
    const recorder = aRecorder<'ConfigMap'>();
    let transport = scripted([]);
    await new Promise<void>((resolve) => {
      transport = scripted(script, resolve);
      void reflect({
        kind: 'ConfigMap',
        namespace: '',
        transport,
        sink: recorder,
        wall: { ...wall, after: (delayMs, run) => (delayMs < 60_000 ? soon(delayMs, run) : wall.after(delayMs, run)) },
        random: () => 0,
        watchList,
        times: usualTimes,
        signal: end.signal,
      });
    });
    return { recorder, transport, waited };
  }
  let waited: number[] = [];
  beforeEach(() => {
    waited = [];
  });
  function soon(delayMs: number, run: () => void): () => void {
    waited.push(delayMs);
    queueMicrotask(() => {
      wall.advance(delayMs);
      run();
    });
    return () => undefined;
  }

  it('resumes from the last version after the stream was cut', async () => {
    const { recorder, transport } = await play([page(['a'], '10'), { lines: [event('ADDED', 'b', '12')] }]);

    expect(recorder.names()).toEqual(['a', 'b']);
    expect(transport.asked.map((one) => one.query?.['resourceVersion'])).toEqual([undefined, '10', '12']);
  });

  it.each([
    ['as an event of the watch', { lines: [expired] } satisfies Scripted],
    ['as the status of the watch', { answer: 410, body: { code: 410, reason: 'Expired' } } satisfies Scripted],
  ])('lists again in one page when its version is too old, told %s', async (_, tooOld) => {
    const { recorder, transport } = await play([page(['a', 'gone'], '10'), tooOld, page(['a', 'b'], '90')]);

    expect(recorder.names()).toEqual(['a', 'b']);
    expect(transport.asked[2]?.query?.['limit']).toBeUndefined();
    expect(transport.asked[3]?.query?.['resourceVersion']).toBe('90');
    expect(recorder.told).not.toContain('broken');
  });

  it('goes on with the inconsistent rest of a list, and watches from its first page', async () => {
    const { recorder, transport } = await play([
      page(['a'], '10', 'next'),
      { answer: 410, body: { code: 410, reason: 'Expired', metadata: { continue: 'rest' } } },
      page(['b'], '30'),
    ]);

    expect(recorder.names()).toEqual(['a', 'b']);
    expect(transport.asked.map((one) => one.query?.['continue'])).toEqual([undefined, 'next', 'rest', undefined]);
    expect(transport.asked[3]?.query?.['resourceVersion']).toBe('10');
  });

  it('starts over when an expired page offers no rest', async () => {
    const { recorder } = await play([
      page(['a'], '10', 'next'),
      { answer: 410, body: { code: 410, reason: 'Expired' } },
      page(['b'], '30'),
    ]);

    expect(recorder.names()).toEqual(['b']);
  });

  it('shows nothing of initial events that were cut before their end', async () => {
    const { recorder } = await play(
      [{ lines: [event('ADDED', 'half', '5')] }, { lines: [event('ADDED', 'whole', '6'), bookmark('7', initialEnd)] }],
      true,
    );

    expect(recorder.told.filter((word) => word.startsWith('replace'))).toEqual(['replace 1']);
    expect(recorder.names()).toEqual(['whole']);
  });

  it('lists when the server does not know initial events', async () => {
    const { recorder, transport } = await play([{ answer: 422 }, page(['a'], '10')], true);

    expect(recorder.names()).toEqual(['a']);
    expect(transport.asked[1]?.query?.['watch']).toBeUndefined();
  });

  it('waits longer with each failure, and as long as the server says', async () => {
    const busy = { answer: 429, body: { code: 429, details: { retryAfterSeconds: 7 } } };
    const { recorder } = await play([{ answer: 500 }, { answer: 503 }, busy, page(['a'], '10')]);

    expect(waited.slice(0, 3)).toEqual([400, 800, 7_000]);
    expect(recorder.told).toContain('broken 500');
  });

  it('takes one lost connection for nothing, and a second in a row for a broken watch', async () => {
    const lost = { fails: new Error('connect ECONNREFUSED') };
    const { recorder } = await play([page([], '10'), lost, { lines: [bookmark('11')] }, lost, lost]);

    expect(recorder.told).toEqual(['replace 0', 'alive 10', 'alive 10', 'alive 11', 'broken connect ECONNREFUSED']);
  });

  it('asks for the full state when failures do not end, since the version may be what is wrong', async () => {
    const { recorder } = await play([
      page(['a'], '10'),
      { answer: 500 },
      { answer: 500 },
      { answer: 500 },
      { answer: 500 },
      page(['b'], '3'),
    ]);

    expect(recorder.names()).toEqual(['b']);
  });

  it('opens a silent watch again, and distrusts its version when it stays silent', async () => {
    const { recorder, transport } = await playSilences();

    expect(recorder.told.filter((word) => word.startsWith('broken'))).toEqual([
      'broken it said nothing for 90 s',
      'broken it said nothing for 90 s',
    ]);
    expect(transport.asked.map((one) => one.query?.['resourceVersion'])).toEqual([
      undefined,
      '10',
      '10',
      undefined,
      '4',
    ]);
  });

  async function playSilences(): Promise<Pick<Played, 'recorder' | 'transport'>> {
    const recorder = aRecorder<'ConfigMap'>();
    const silent: Scripted = { lines: [], stays: true };
    const transport = scripted([page(['a'], '10'), silent, silent, page(['b'], '4'), silent]);
    void reflect({
      kind: 'ConfigMap',
      namespace: '',
      transport,
      sink: recorder,
      wall,
      random: () => 0,
      watchList: false,
      times: usualTimes,
      signal: end.signal,
    });
    await recorder.until((seen) => seen.told.length === 3);
    wall.advance(89_999);
    wall.advance(1);
    await recorder.until((seen) => seen.told.length === 5);
    wall.advance(90_000);
    await recorder.until((seen) => seen.told.length === 8);
    return { recorder, transport };
  }

  it('leaves out an object that cannot be read, and what was known of it', async () => {
    const nameless = { type: 'ADDED', object: { metadata: { labels: { a: 1 }, resourceVersion: '11' } } };
    const odd = {
      type: 'MODIFIED',
      object: { metadata: { name: 'a', namespace: 'default', labels: 7, resourceVersion: '12' } },
    };
    const { recorder, transport } = await play([page(['a', 'b'], '10'), { lines: [nameless, odd] }]);

    expect(recorder.told.filter((word) => word === 'skipped')).toHaveLength(2);
    expect(transport.asked[2]?.query?.['resourceVersion']).toBe('12');
  });

  it.each(['<html>sign in</html>', '{"type":"ADDED","obj', '{"type":"NEWS","object":{}}'])(
    'opens the watch again after a line that is no event: %s',
    async (line) => {
      const { recorder, transport } = await play([page(['a'], '10'), { lines: [line, event('ADDED', 'b', '11')] }]);

      expect(recorder.names()).toEqual(['a']);
      expect(transport.asked[2]?.query?.['resourceVersion']).toBe('10');
    },
  );

  it('says that it was refused, and asks again only after minutes', async () => {
    const body = {
      code: 403,
      message: 'User "x" cannot list resource "configmaps" in API group "" at the cluster scope',
    };
    const recorder = aRecorder<'ConfigMap'>();
    const transport: ScriptedTransport = scripted([{ answer: 403, body }, page(['a'], '10')]);
    void reflect({
      kind: 'ConfigMap',
      namespace: '',
      transport,
      sink: recorder,
      wall,
      random: () => 0,
      watchList: false,
      times: usualTimes,
      signal: end.signal,
    });
    await recorder.until((seen) => seen.told.includes('refused 403 no right to list configmaps'));
    expect(transport.asked).toHaveLength(1);

    wall.advance(300_000);
    await recorder.until((seen) => seen.told.includes('replace 1'));

    expect(recorder.names()).toEqual(['a']);
  });

  it('keeps what it saw while a server that starts again refuses, and believes the fifth refusal in a row', async () => {
    const refusal: Scripted = { answer: 403, body: { code: 403, message: 'RBAC: roles are not read yet' } };
    const recorder = aRecorder<'ConfigMap'>();
    void reflect({
      kind: 'ConfigMap',
      namespace: '',
      transport: scripted([
        page(['a'], '10'),
        refusal,
        refusal,
        { lines: [] },
        refusal,
        refusal,
        refusal,
        refusal,
        refusal,
      ]),
      sink: recorder,
      wall: wallClock(false),
      random: () => 0,
      watchList: false,
      times: quick,
      signal: end.signal,
    });
    await recorder.until((seen) => seen.told.some((one) => one.startsWith('refused')));
    const broken = recorder.told.filter((one) => one.startsWith('broken'));
    expect(broken).toHaveLength(2 + 4);
    expect(recorder.told.findIndex((one) => one.startsWith('refused'))).toBe(recorder.told.length - 1);
    expect(recorder.names()).toEqual(['a']);
  });

  type Played = {
    readonly recorder: Recorder<'ConfigMap'>;
    readonly transport: ScriptedTransport;
    readonly waited: readonly number[];
  };
});
