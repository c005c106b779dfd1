import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shippedSignals } from '../../test/builders/signals.ts';
import { parseLeastChanges, type LeastChange } from './least-change.ts';
import type { SignalId } from './signal.ts';

const unitOf = (signal: SignalId) => shippedSignals.find((one) => one.id === signal)?.unit;
const read = (text: string) => parseLeastChanges(text, unitOf);
const changes = (text: string): Record<string, LeastChange> => {
  const parsed = read(text);
  return 'changes' in parsed ? Object.fromEntries(parsed.changes) : {};
};
const problem = (text: string): string => {
  const parsed = read(text);
  return 'problem' in parsed ? parsed.problem : '';
};

describe('the least changes that a workload declares', () => {
  it.each<[string, string, number]>([
    ['cpu.usage', '50m', 0.05],
    ['memory.working_set', '100Mi', 104_857_600],
    ['sli.latency', '20ms', 0.02],
    ['sli.latency', '1.5s', 1.5],
    ['sli.err', '0.05%', 0.0005],
    ['queue', '5', 5],
    ['sli.rps', '2/s', 2],
    ['network.receive', '200kB/s', 200_000],
  ])('take %s=%s for %d of its unit', (signal, text, absolute) => {
    expect(changes(`${signal}=${text}`)).toEqual({ [signal]: { absolute, relative: null } });
  });

  it('are several, each with a factor where it has one', () => {
    expect(changes('network.receive = 200kB/s x1.2; sli.err=0.2% ×1.5;')).toEqual({
      'network.receive': { absolute: 200_000, relative: 1.2 },
      'sli.err': { absolute: 0.002, relative: 1.5 },
    });
  });

  it.each([
    ['', 'it declares nothing; write network.receive=200kB/s'],
    ['load=5', '"load" is no signal of a workload; docs/reference/signals.md lists them'],
    ['sli.latency=20', '"20" is no change of sli.latency; write sli.latency=20ms'],
    ['sli.latency', '"" is no change of sli.latency; write sli.latency=20ms'],
    ['sli.err=0.2', '"0.2" is no change of sli.err; write sli.err=0.5%'],
    ['sli.err=120%', 'is no change of sli.err'],
    ['sli.err=0%', 'is no change of sli.err'],
    ['queue=-5', 'is no change of queue'],
    ['queue=5 x0.5', 'with a factor from 1 to 10'],
    ['queue=5 x11', 'with a factor from 1 to 10'],
    ['queue=5=6', '"5=6" is no change of queue'],
    ['queue=5; queue=6', 'queue is declared twice; keep one'],
    ['queue=5constructor', 'is no change of queue'],
    [`queue=${'5'.repeat(600)}`, 'it has more than 500 characters'],
    [Array.from({ length: 17 }, () => 'queue=5').join(';'), 'it declares 17 signals; at most 16 are read'],
  ])('refuse %s as a whole and say what to write', (text, told) => {
    expect(problem(text)).toContain(told);
  });

  it('never throw, and are above zero', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 60, unit: 'grapheme' }),
        fc.constantFrom('queue', 'sli.err', 'cpu.usage'),
        (text, name) => {
          expect(Object.values(changes(`${name}=${text}`)).every((one) => one.absolute > 0)).toBe(true);
        },
      ),
    );
  });
});
