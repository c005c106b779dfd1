import { describe, expect, it } from 'vitest';
import { catalogue } from './catalogue.ts';
import type { Measure } from './measure.ts';
import { measures } from './measures.ts';
import { partsOfPast } from './past-parts.ts';
import { needsOf } from './signal-definition.ts';

const all: readonly Measure[] = measures;
const parts = partsOfPast(catalogue, all);

describe('what is read together of a long past', () => {
  it('asks for each measure once', () => {
    const ids = parts.flatMap((one) => one.measures.map(({ id }) => id));
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    expect(ids).toContain('requests, Istio');
  });

  it('is every signal that is measured, with all that it needs', () => {
    const measured = catalogue.filter((one) => needsOf(one).length > 0).map((one) => one.id);
    expect(parts.flatMap((one) => one.signals.map(({ id }) => id)).toSorted()).toEqual(measured.toSorted());
    const lacking = parts.flatMap((part) =>
      part.signals.flatMap(needsOf).filter((need) => !part.measures.some((one) => one.gives === need)),
    );
    expect(lacking).toEqual([]);
  });

  it('is a few measures at a time, in the order in which one name goes before another', () => {
    const counts = parts.map((one) => one.measures.length);
    expect(parts.length).toBeGreaterThan(4);
    expect(Math.min(...counts.slice(0, -1))).toBeGreaterThanOrEqual(4);
    const places = parts.map((part) => part.measures.map((one) => all.indexOf(one)));
    expect(places).toEqual(places.map((some) => some.toSorted((left, right) => left - right)));
  });

  it('keeps together what shares a measure by way of another', () => {
    const errors = catalogue.filter((one) => one.id === 'network.errors' || one.id === 'network.drops');
    const [part, ...more] = partsOfPast(errors, all);
    expect(part?.measures.map((one) => one.gives).toSorted()).toEqual(['packet drops', 'packet errors', 'packets']);
    expect(more).toEqual([]);
  });

  it('is nothing of signals that the API tells', () => {
    expect(
      partsOfPast(
        catalogue.filter((one) => one.id === 'restarts'),
        all,
      ),
    ).toEqual([]);
  });
});
