import { describe, expect, it } from 'vitest';
import { aDiagnosis, anOpening, eventsOf } from '../../test/builders/events.ts';
import { foldAll } from '../folds/fold.ts';
import type { Incident, State } from '../folds/state.ts';
import type { Severity } from '../model/finding.ts';
import { mostAtOnce, stormRefusal } from './storm.ts';

function stateOf(many: number, severityOf: (at: number) => Severity = () => 'warning'): State {
  return foldAll(
    eventsOf(
      Array.from({ length: many }, (_, at) => [
        anOpening({ incident: `inc-${at + 1}`, severity: severityOf(at + 1) }),
        aDiagnosis({ incident: `inc-${at + 1}` }),
      ]).flat(),
    ),
  );
}
const incident = (state: State, id: string): Incident => {
  const found = state.incidents.get(id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const asking = (state: State, thinking: readonly string[] = []): string[] =>
  [...state.incidents.values()]
    .filter((one) => stormRefusal(one, state, new Set(thinking)) === null)
    .map((one) => one.id);

describe('a storm', () => {
  it('is none while few incidents wait', () => {
    expect(asking(stateOf(mostAtOnce))).toHaveLength(mostAtOnce);
  });

  it('lets the gravest ask, and says to the others why not', () => {
    const state = stateOf(100, (at) => (at % 20 === 0 ? 'critical' : 'warning'));
    const first = asking(state);
    expect(first).toHaveLength(mostAtOnce);
    expect(first).toEqual(expect.arrayContaining(['inc-20', 'inc-40', 'inc-60', 'inc-80', 'inc-100']));
    expect(stormRefusal(incident(state, 'inc-99'), state, new Set())).toBe(
      '100 incidents at once, the gravest 12 go first',
    );
  });

  it('keeps the places of those that the model thinks about', () => {
    const state = stateOf(100);
    const thinking = ['inc-70', 'inc-71', 'inc-72'];
    expect(asking(state, thinking)).toEqual([...Array.from({ length: 9 }, (_, at) => `inc-${at + 1}`), ...thinking]);
  });

  it('lets nobody new ask while all places are taken', () => {
    const thinking = Array.from({ length: mostAtOnce }, (_, at) => `inc-${at + 50}`);
    expect(asking(stateOf(100), thinking)).toEqual(thinking);
  });
});
