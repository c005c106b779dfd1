import { describe, expect, it } from 'vitest';
import { aView } from '../diagnosis/testing/view.ts';
import { steppedClock } from '../clock.ts';
import type { History, PartOfPast, SeriesKey, SignalId } from '../model/signal.ts';
import { askBack, nothingReadBack, type ReadBackPorts, takeBack } from './read-back.ts';

const nowMs = Date.UTC(2026, 0, 9);
const keyOf = (signal: SignalId, name = 'cart'): SeriesKey => ({
  signal,
  of: { kind: 'Deployment', namespace: 'shop', name },
});
const cpu = keyOf('cpu.usage');
const errors = keyOf('sli.err');
const past = (key: SeriesKey): History => ({ key, stepMs: 300_000, points: [{ atMs: nowMs - 300_000, value: 1 }] });
const read = (...keys: readonly SeriesKey[]): PartOfPast => ({
  signals: keys.map(({ signal }) => signal),
  histories: keys.map(past),
  unread: new Map(),
});
const refused = (key: SeriesKey): PartOfPast => ({
  signals: [key.signal],
  histories: [past(key)],
  unread: new Map([[key.signal, 'it answers 503']]),
});

type Parts = (signal: AbortSignal) => AsyncIterable<PartOfPast>;
async function* inParts(...parts: readonly PartOfPast[]): AsyncGenerator<PartOfPast> {
  yield* await Promise.resolve(parts);
}

function aWorld(wanted: readonly SeriesKey[], parts: Parts = () => inParts(read(...wanted))) {
  const wall = steppedClock(0);
  const asked: Readonly<Record<'fromMs' | 'toMs' | 'stepMs' | 'only', unknown>>[] = [];
  const given: unknown[] = [];
  const faults: unknown[] = [];
  const ports: ReadBackPorts = {
    cluster: steppedClock(nowMs),
    wall,
    view: () => aView({}),
    fault: (error) => faults.push(error),
    metrics: {
      observe: () => Promise.reject(new Error('not in this test')),
      past: (_view, fromMs, toMs, stepMs, signal, only) => {
        asked.push({ fromMs, toMs, stepMs, only });
        return parts(signal);
      },
    },
    anomaly: { pastsWanted: (most) => wanted.slice(0, most), readBack: (...all) => void given.push(all) },
  };
  const memory = nothingReadBack();
  return { ports, wall, asked, given, faults, ask: () => askBack(ports, memory), take: () => takeBack(ports, memory) };
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
};

describe('the past of suspects', () => {
  it('is asked for eight days back, for those that lack it alone, and handed over by the next cycle', async () => {
    const { asked, given, wall, ask, take } = aWorld([cpu]);
    ask();
    await settled();
    expect(asked).toEqual([{ fromMs: nowMs - 8 * 86_400_000, toMs: nowMs, stepMs: 300_000, only: [cpu] }]);
    expect(given).toEqual([]);
    take();
    take();
    expect(given).toEqual([[[cpu], [past(cpu)]]]);
    expect(wall.pending()).toBe(0);
  });

  it('is not asked for while none lacks it, nor from a source that is not told of', () => {
    const { asked, ask } = aWorld([]);
    ask();
    const { metrics, ...rest } = aWorld([cpu]).ports;
    askBack({ ...rest, metrics: { observe: metrics.observe } }, nothingReadBack());
    expect(asked).toEqual([]);
  });

  it('is asked for a few at a time', () => {
    const many = Array.from({ length: 500 }, (_one, at) => keyOf('cpu.usage', `w-${at}`));
    const { asked, ask } = aWorld(many);
    ask();
    expect(asked.map((one) => one.only)).toEqual([many.slice(0, 200)]);
  });

  it('is wanted again where the source refuses it, and handed over where it does not', async () => {
    const { given, ask, take } = aWorld([cpu, errors], () => inParts(refused(cpu), read(errors)));
    ask();
    await settled();
    take();
    expect(given).toEqual([[[errors], [past(errors)]]]);
  });

  it('is none where no source has one, and is not wanted for ever', async () => {
    const { given, ask, take } = aWorld([cpu, errors], () => inParts(read(cpu)));
    ask();
    await settled();
    take();
    expect(given).toEqual([
      [[cpu], [past(cpu)]],
      [[errors], []],
    ]);
  });

  it('holds no cycle up: what came within a minute is handed over, and nobody asks twice meanwhile', async () => {
    const slowly = async function* (signal: AbortSignal): AsyncGenerator<PartOfPast> {
      yield read(cpu);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      yield refused(errors);
    };
    const { asked, given, wall, ask, take } = aWorld([cpu, errors], slowly);
    ask();
    await settled();
    ask();
    take();
    expect([asked.length, given]).toEqual([1, [[[cpu], [past(cpu)]]]]);
    wall.advance(60_000);
    await settled();
    take();
    ask();
    expect([asked.length, given.length]).toEqual([2, 1]);
  });

  it('tells a fault of the program, and asks again', async () => {
    const fault = new Error('a fault of the program');
    const { asked, faults, ask } = aWorld([cpu], () => {
      throw fault;
    });
    ask();
    await settled();
    ask();
    expect([faults[0], asked.length]).toEqual([fault, 2]);
  });
});
