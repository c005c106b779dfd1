import { describe, expect, it } from 'vitest';
import { aSignalFinding, aTable } from '../../../../test/builders/findings.ts';
import { aRig, deployment, observationOf, type Rig, type Series } from '../../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../../test/builders/view.ts';
import type { SignalFinding } from '../../../model/finding.ts';
import { paceOf } from '../../../model/pace.ts';
import type { SeriesKey, SignalId } from '../../../model/signal.ts';
import { createHarmWatch } from './harm.ts';
import { windowsOf } from '../settings.ts';

const constant = (signal: SignalId, value: number): Series => ({ signal, level: () => value });
const rateMs = paceOf(1).rateWindowMs;
const guard = (signal: SignalId): SeriesKey => ({ signal, of: deployment() });

/** Reads guards each 15 s and returns the word after each read; the change settled so long ago that every value lies after it. */
function read(
  rig: Rig,
  times: number,
  series: readonly Series[],
  guards: readonly SeriesKey[],
  writtenAtMs: number,
  settledAtMs: number | null = writtenAtMs - rateMs,
): string[] {
  return Array.from({ length: times }, () => {
    rig.note(15_000, series);
    return rig.agent.harmed(guards, writtenAtMs, settledAtMs).word;
  });
}

describe('harmed', () => {
  it('needs two of three reads', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(10, [constant('sli.err', 0.001)]);
    const at = rig.nowMs();
    const words = read(rig, 5, [constant('sli.err', 0.31)], [guard('sli.err')], at);
    expect(words).toEqual(['fine', 'fine', 'fine', 'harmed', 'harmed']);
    expect(rig.agent.harmed([guard('sli.err')], at, at - rateMs)).toMatchObject({
      sentence: 'errors 31 %, usual 0.1 %',
      series: ['sli.err@shop/Deployment/cart'],
    });
  });

  it('does not count one observation twice', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(10, [constant('sli.err', 0.001)]);
    const at = rig.nowMs();
    read(rig, 3, [constant('sli.err', 0.31)], [guard('sli.err')], at);
    const words = Array.from({ length: 5 }, () => rig.agent.harmed([guard('sli.err')], at, at - rateMs).word);
    expect(new Set(words)).toEqual(new Set(['fine']));
  });

  it('compares a guard that was already bad with the ten minutes before the write', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(12, [constant('sli.err', 0.06)]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('sli.err', 0.065)], [guard('sli.err')], at).at(-1)).toBe('fine');
    read(rig, 8, [constant('sli.err', 0.31)], [guard('sli.err')], at);
    expect(rig.agent.harmed([guard('sli.err')], at, at - rateMs)).toMatchObject({
      word: 'harmed',
      sentence: 'errors 31 %, 6 % before the write',
    });
  });

  it('compares a fault that began a few minutes before the write with its level at the write', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(8, [constant('sli.err', 0.001)]);
    rig.run(4, [constant('sli.err', 0.2)]);
    const at = rig.nowMs();
    expect(read(rig, 6, [constant('sli.err', 0.17)], [guard('sli.err')], at).at(-1)).toBe('fine');
    expect(read(rig, 8, [constant('sli.err', 0.5)], [guard('sli.err')], at).at(-1)).toBe('harmed');
  });

  it('counts no value that still holds what came before the change had settled', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(10, [constant('sli.err', 0.001)]);
    const at = rig.nowMs();
    const failing = [constant('sli.err', 0.09)];
    const words = read(rig, 12, failing, [guard('sli.err')], at, at + 15_000);
    expect(new Set(words)).toEqual(new Set(['fine']));
    expect(read(rig, 4, failing, [guard('sli.err')], at, at + 15_000).at(-1)).toBe('harmed');
  });

  it('judges a change that does not settle after the time it is given, and asks for more than a minimum effect', () => {
    const rig = aRig([constant('sli.err', 0.001)]);
    rig.run(10, [constant('sli.err', 0.001)]);
    const at = rig.nowMs();
    const slightly = read(rig, 40, [constant('sli.err', 0.016)], [guard('sli.err')], at, null);
    expect(new Set(slightly)).toEqual(new Set(['fine']));
    expect(read(rig, 6, [constant('sli.err', 0.06)], [guard('sli.err')], at, null).at(-1)).toBe('harmed');
  });

  it('takes more traffic for no harm and less for harm', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 60)]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('sli.rps', 200)], [guard('sli.rps')], at).at(-1)).toBe('fine');
    expect(read(rig, 8, [constant('sli.rps', 10)], [guard('sli.rps')], at).at(-1)).toBe('harmed');
  });

  it('lets an update that has not settled take a quarter of the replicas, not half', () => {
    const view = aView({ Deployment: [aDeployment({ replicas: 4 })] });
    const ready = (value: number): Series => constant('ready', value);
    const rig = aRig([], { view });
    rig.run(10, [ready(4)]);
    const at = rig.nowMs();
    expect(read(rig, 40, [ready(3)], [guard('ready')], at, null).at(-1)).toBe('fine');
    expect(read(rig, 6, [ready(2)], [guard('ready')], at, null).at(-1)).toBe('harmed');
  });

  it('says not known when a guard stops arriving, and not that it is harmed', () => {
    const rig = aRig([constant('sli.err', 0.001), constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.err', 0.001), constant('sli.rps', 60)]);
    const at = rig.nowMs();
    const words = read(rig, 12, [constant('sli.rps', 60)], [guard('sli.err'), guard('sli.rps')], at);
    expect(words[0]).toBe('fine');
    expect(rig.agent.harmed([guard('sli.err'), guard('sli.rps')], at, at - rateMs)).toEqual({
      word: 'not known',
      sentence: 'errors stopped arriving',
      series: ['sli.err@shop/Deployment/cart'],
    });
  });

  it('leaves guards out that were never measured, and knows nothing without any', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 60)]);
    const at = rig.nowMs();
    rig.note(15_000, [constant('sli.rps', 60)]);
    expect(rig.agent.harmed([guard('sli.rps'), guard('sli.latency')], at, at - rateMs).word).toBe('fine');
    expect(rig.agent.harmed([guard('sli.latency')], at, at - rateMs).word).toBe('not known');
  });
});

describe('what a limit that is too small does', () => {
  it('is harm when containers wait for CPU once their start is over', () => {
    const rig = aRig([constant('cpu.throttling', 0.01)]);
    rig.run(10, [constant('cpu.throttling', 0.01)]);
    const at = rig.nowMs();
    const waiting = [constant('cpu.throttling', 0.4)];
    const words = read(rig, 20, waiting, [guard('cpu.throttling')], at, at);
    expect(words.slice(0, 18)).not.toContain('harmed');
    expect(words.at(-1)).toBe('harmed');
    expect(rig.agent.harmed([guard('cpu.throttling')], at, at).sentence).toBe('throttled CPU periods 40 %, usual 1 %');
  });

  it('is no harm when they wait for less than what matters', () => {
    const rig = aRig([constant('cpu.throttling', 0.01)]);
    rig.run(10, [constant('cpu.throttling', 0.01)]);
    const at = rig.nowMs();
    expect(read(rig, 20, [constant('cpu.throttling', 0.05)], [guard('cpu.throttling')], at, at).at(-1)).toBe('fine');
  });

  it('is harm when the working set comes close to its limit', () => {
    const rig = aRig([constant('memory.share', 0.6)]);
    rig.run(10, [constant('memory.share', 0.6)]);
    const at = rig.nowMs();
    read(rig, 6, [constant('memory.share', 0.97)], [guard('memory.share')], at);
    expect(rig.agent.harmed([guard('memory.share')], at, at - rateMs)).toMatchObject({
      word: 'harmed',
      sentence: 'working set 97 % of limit, 60 % before the write',
    });
  });

  it('sees a limit that was lowered, though all that was usual refers to the former one', () => {
    const of = (limit: string) =>
      aView({ Deployment: [aDeployment({ containers: [{ name: 'app', resources: { limits: { memory: limit } } }] })] });
    const before = aRig([constant('memory.share', 0.6)], { view: of('512Mi') });
    before.run(10, [constant('memory.share', 0.6)]);
    const at = before.nowMs();
    before.agent.assess(observationOf(at + 60_000, [constant('memory.share', 0.95)]), of('320Mi'));
    expect(read(before, 12, [constant('memory.share', 0.95)], [guard('memory.share')], at).at(-1)).toBe('harmed');
  });

  it('is no harm when a repair brings back what the working set always was', () => {
    const usual = [constant('memory.share', 0.92)];
    const rig = aRig(usual);
    rig.run(10, usual);
    rig.run(15, [constant('memory.share', 0.6)]);
    const at = rig.nowMs();
    expect(read(rig, 12, usual, [guard('memory.share')], at)).not.toContain('harmed');
    read(rig, 6, [constant('memory.share', 0.99)], [guard('memory.share')], at);
    expect(rig.agent.harmed([guard('memory.share')], at, at - rateMs)).toMatchObject({
      word: 'harmed',
      sentence: 'working set 99 % of limit, usual 92 %',
    });
  });

  it('is known to come from a lowered limit also over a restart', () => {
    const of = (limit: string) =>
      aView({ Deployment: [aDeployment({ containers: [{ name: 'app', resources: { limits: { memory: limit } } }] })] });
    const before = aRig([constant('memory.share', 0.6)], { view: of('512Mi') });
    before.run(10, [constant('memory.share', 0.6)]);
    const at = before.nowMs();
    before.agent.assess(observationOf(at + 60_000, [constant('memory.share', 0.95)]), of('320Mi'));
    const after = aRig([], { view: of('320Mi'), fromMs: at + 60_000 });
    after.agent.recall(Buffer.concat([...before.agent.learned()]), at + 60_000);
    expect(read(after, 12, [constant('memory.share', 0.95)], [guard('memory.share')], at).at(-1)).toBe('harmed');
  });

  it('is no harm while there is room, nor when the share is what it was when containers were killed', () => {
    const rig = aRig([constant('memory.share', 0.6)]);
    const killed: Series = { signal: 'memory.share', level: (ms) => ((ms / 60_000) % 5 === 0 ? 0.99 : 0.5) };
    rig.run(10, [killed]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('memory.share', 0.8)], [guard('memory.share')], at).at(-1)).toBe('fine');
    expect(read(rig, 8, [constant('memory.share', 0.97)], [guard('memory.share')], at).at(-1)).toBe('fine');
  });
});

describe('requests that are lost', () => {
  it('are harm when they were there at the write', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 60)]);
    const at = rig.nowMs();
    read(rig, 8, [constant('sli.rps', 30)], [guard('sli.rps')], at);
    expect(rig.agent.harmed([guard('sli.rps')], at, at - rateMs)).toMatchObject({
      word: 'harmed',
      sentence: 'requests 30/s, usual 60/s',
    });
  });

  it('are no harm when callers stop repeating what failed', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 150)]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('sli.rps', 60)], [guard('sli.rps')], at).at(-1)).toBe('fine');
  });

  it('are no harm on a day that was quiet before', () => {
    const rig = aRig([constant('sli.rps', 60)]);
    rig.run(10, [constant('sli.rps', 42)]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('sli.rps', 38)], [guard('sli.rps')], at).at(-1)).toBe('fine');
  });

  it('are not known to be harm where nothing is known of the usual traffic', () => {
    const rig = aRig([]);
    rig.run(10, [constant('sli.rps', 150)]);
    const at = rig.nowMs();
    expect(read(rig, 8, [constant('sli.rps', 60)], [guard('sli.rps')], at).at(-1)).toBe('fine');
  });
});

describe('a budget that burns', () => {
  const writtenAtMs = Date.UTC(2026, 5, 9, 14, 0);
  const minute = 60_000;
  const burn = {
    slo: 'checkout',
    objective: 0.999,
    longMs: 60 * minute,
    shortMs: 5 * minute,
    long: 20,
    short: 30,
    bad: 90,
    total: 900,
  };
  const burning = (onsetMin: number) =>
    aSignalFinding({
      id: 'slo:checkout@shop/Deployment/cart',
      of: deployment(),
      signal: 'sli.err',
      level: 'impact',
      sentence: 'the budget burns 20 times too fast',
      onsetMs: writtenAtMs + onsetMin * minute,
      firstSeenMs: writtenAtMs + (onsetMin + 2) * minute,
      burn,
    });
  const wordAt = (minutes: number, impacts: readonly SignalFinding[], guards = [guard('sli.rps')]): string => {
    const windows = windowsOf(paceOf(1));
    const table = aTable();
    for (let at = -5; at <= minutes; at += 1)
      table.note(observationOf(writtenAtMs + at * minute, [constant('sli.rps', 40)]));
    const write = { writtenAtMs, settledAtMs: writtenAtMs + minute };
    return createHarmWatch(windows).harmed(guards, write, table, null, impacts).word;
  };

  it('is harm when it began after the write and its short window lies after the change', () => {
    expect(wordAt(12, [burning(4)])).toBe('harmed');
  });

  it('is no harm of the write when it burned before', () => {
    expect(wordAt(12, [burning(-4)])).toBe('fine');
  });

  it('waits until its short window no longer counts what was before', () => {
    expect(wordAt(5, [burning(1)])).toBe('fine');
  });

  it('is nobody else’s harm', () => {
    expect(wordAt(12, [{ ...burning(4), of: deployment('search') }])).toBe('fine');
  });
});
