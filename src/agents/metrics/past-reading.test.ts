import { describe, expect, it } from 'vitest';
import { aDeployment, aPod, atMs, aView, replicaSetOf } from '../../../test/builders/view.ts';
import type { PartOfPast } from '../../model/signal.ts';
import { catalogue } from './catalogue.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import { type Answer, type MetricsSource, type RangeRow, rowLabels } from './metrics-source.ts';
import { readPast } from './past-reading.ts';

const stepMs = 300_000;
const cart = aDeployment();
const view = aView({
  Deployment: [cart],
  ReplicaSet: [replicaSetOf(cart)],
  Pod: [aPod({ owner: replicaSetOf(cart), name: 'cart-1' })],
});
const row = (code: string, value: number): RangeRow => ({
  labels: rowLabels({ namespace: 'shop', pod: 'cart-1', code }),
  points: [0, 1, 2].map((at) => ({ atMs: atMs - at * stepMs, value })),
});
const fine: Answer<RangeRow> = { rows: [row('200', 9), row('500', 1)] };
const away: Answer<RangeRow> = { unreadable: 'it answers 503: says away' };

/** Reads the past of a source that answers so for each measure. */
async function reading(answerFor: (id: string) => Answer<RangeRow>, stop = new AbortController()) {
  const asked: string[][] = [];
  const range: NonNullable<MetricsSource['range']> = async (some) => {
    asked.push(some.map(({ id }) => id));
    const answers = new Map(some.map(({ id }) => [id, answerFor(id)]));
    stop.signal.throwIfAborted();
    return await Promise.resolve(answers);
  };
  const parts: PartOfPast[] = [];
  const context = { view, fromMs: atMs - 2 * stepMs, toMs: atMs, stepMs, signal: stop.signal };
  const all: readonly Measure[] = measures;
  for await (const part of readPast(range, { signals: catalogue, measures: all, windowMs: 120_000 }, context))
    parts.push(part);
  return {
    asked,
    parts,
    known: new Set(parts.flatMap((one) => one.histories.map(({ key }) => key.signal))),
    unread: new Map(parts.flatMap((one) => [...one.unread])),
  };
}

describe('a long past', () => {
  it('comes with the requests behind each ratio, as a live sample has them', async () => {
    const { parts, unread } = await reading(() => fine);
    const errors = parts.flatMap((one) => one.histories).find(({ key }) => key.signal === 'sli.err');
    expect(errors?.points).toHaveLength(3);
    expect(errors?.points[0]).toEqual({ atMs: atMs - 2 * stepMs, value: 0.1, weight: 10 * 120 });
    expect(unread.size).toBe(0);
  });

  it('names the signals of which a measure could not be read, and brings the others', async () => {
    const { known, unread } = await reading((id) => (id === 'cpu' ? away : fine));
    expect([...unread]).toEqual([['cpu.usage', 'it answers 503: says away']]);
    expect(known).toContain('sli.rps');
    expect(known).not.toContain('cpu.usage');
  });

  it('brings what another name measures of a signal that is named', async () => {
    const { known, unread } = await reading((id) => (id === 'requests, Istio' ? away : fine));
    expect([...unread.keys()]).toEqual(['sli.rps', 'sli.err']);
    expect(known).toContain('sli.err');
  });

  it('is not asked for to the end of a source that could read nothing of its beginning', async () => {
    const { asked, parts, unread } = await reading(() => away);
    expect(asked).toHaveLength(1);
    expect(unread.size).toBe(parts.flatMap((one) => one.signals).length);
    expect(new Set(unread.values())).toEqual(new Set(['it answers 503: says away']));
  });

  it.each(['its answer has more than the 50000 series that are read', 'it answers 422: says too many samples'])(
    'is asked for to the end though its beginning is refused for what it is: %s',
    async (unreadable) => {
      const { asked, parts, known, unread } = await reading((id) => (id === 'requests' ? fine : { unreadable }));
      expect(asked[0]).not.toContain('requests');
      expect(asked).toHaveLength(parts.length);
      expect(known).toContain('sli.rps');
      expect(unread.get('cpu.usage')).toBe(unreadable);
    },
  );

  it('keeps what had come when the time is over, and says what was not read', async () => {
    const stop = new AbortController();
    const answer = (id: string): Answer<RangeRow> => {
      if (id === 'requests') stop.abort(new Error('no answer within 120000 ms'));
      return fine;
    };
    const { asked, parts, known, unread } = await reading(answer, stop);
    expect(known).toContain('cpu.usage');
    expect(known).not.toContain('sli.rps');
    expect(unread.get('sli.latency')).toBe('there was no time left to read it');
    expect(unread.has('cpu.usage')).toBe(false);
    expect(asked.length).toBeLessThan(parts.length);
  });

  it('does not hide a fault of the program as something that could not be read', async () => {
    const broken = (): Answer<RangeRow> => {
      throw new TypeError('of ours');
    };
    await expect(reading(broken)).rejects.toThrow('of ours');
  });
});
