import { describe, expect, it } from 'vitest';
import { signalIds } from '../../model/signal.ts';
import { signalFamilies } from '../../model/signal-traits.ts';
import { countedSignals } from '../../model/slo.ts';
import { catalogue } from './catalogue.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import { needsOf } from './signal-definition.ts';

const all: readonly Measure[] = measures;

describe('the catalogue', () => {
  it('has each built-in signal once', () => {
    expect(catalogue.map((one) => one.id).toSorted((left, right) => left.localeCompare(right))).toEqual(
      [...signalIds].toSorted((left, right) => left.localeCompare(right)),
    );
  });

  it('has a measure for all that a signal needs, and a signal for each measure', () => {
    const given = new Set(all.map((one) => one.gives));
    const needed = new Set(catalogue.flatMap(needsOf));
    expect([...needed].filter((one) => !given.has(one))).toEqual([]);
    expect([...given].filter((one) => !needed.has(one))).toEqual([]);
  });

  it('uses each family, and no floor that lets everything through', () => {
    const used = new Set(catalogue.map((one) => one.family));
    expect(signalFamilies.filter((one) => !used.has(one))).toEqual([]);
    expect(catalogue.filter(({ floor }) => !(floor.absolute > 0) || floor.relative < 1)).toEqual([]);
  });

  it('counts events behind each share of a workload that an objective may promise', () => {
    const shares = catalogue.filter((one) => one.of === 'workload' && ['share', 'failures'].includes(one.reading.from));
    const ids = [...shares.map((one) => one.id), 'sli.latency'];
    expect(ids.toSorted()).toEqual(countedSignals.toSorted());
  });

  it('asks for enough events behind each quantile: n times one minus q is at least ten', () => {
    const quantiles = catalogue.flatMap(({ id, reading, leastRequests = 0 }) =>
      reading.from === 'quantile' ? [[id, Math.round(leastRequests * (1 - reading.quantile))]] : [],
    );
    expect(quantiles).toEqual([
      ['sli.latency', 10],
      ['sli.latency_p50', 10],
      ['apiserver.latency', 10],
    ]);
  });

  it('says what each measure costs when it is not there', () => {
    expect(all.filter((one) => one.cost === '' || one.capability === '')).toEqual([]);
  });

  it('never lets the first name of what applications serve rest', () => {
    const firstOf = (gives: string) => all.find((one) => one.gives === gives);
    expect([firstOf('requests')?.optional, firstOf('buckets')?.optional]).toEqual([undefined, undefined]);
  });
});
