import { describe, expect, it } from 'vitest';
import { aDecision, anAnswer, anEvent, anIntent, asked, eventsOf, stateAfter } from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { foldAll } from './fold.ts';
import { openIntents } from './lookup.ts';
import { type State } from './state.ts';

const incidentOf = (state: State, id = 'inc-1') => {
  const incident = state.incidents.get(id);
  if (incident === undefined) throw new Error(`no ${id}`);
  return incident;
};
const acted: readonly EventBody[] = [...asked, aDecision(), anIntent()];

describe('writes', () => {
  const lost = anAnswer({ result: 'unknown', status: null });
  const fence = anIntent({ permit: '2.F', purpose: 'fence', fenceOf: '1.A' });

  it('lists intents whose end is not known, and no fences', () => {
    expect(openIntents(stateAfter(...acted)).map((one) => one.permit)).toEqual(['1.A']);
    expect(openIntents(stateAfter(...acted, lost, fence)).map((one) => one.permit)).toEqual(['1.A']);
    expect(openIntents(stateAfter(...acted, anAnswer()))).toEqual([]);
    expect(openIntents(stateAfter(...acted, anAnswer({ result: 'refused', status: 422 })))).toEqual([]);
  });

  it('settles a write by its fence, whether named by the write or by the fence', () => {
    for (const permit of ['1.A', '2.F']) {
      const settled: EventBody = { kind: 'fence.settled', permit, result: 'landed', reason: 'mark found' };
      const state = stateAfter(...acted, lost, fence, settled);
      expect(openIntents(state)).toEqual([]);
      expect(state.intents.get('1.A')?.fence).toEqual({ result: 'landed' });
      expect(incidentOf(state).state).toBe('verifying');
      expect(state.writes.map((one) => one.permit)).toEqual(['1.A']);
    }
  });

  it('keeps acting on an unknown answer, and plans again when nothing was written', () => {
    expect(incidentOf(stateAfter(...acted, lost)).state).toBe('acting');
    const nothing: EventBody = { kind: 'fence.settled', permit: '1.A', result: 'void', reason: 'mark absent' };
    expect(incidentOf(stateAfter(...acted, lost, nothing)).state).toBe('planned');
    expect(incidentOf(stateAfter(...acted, anAnswer({ result: 'refused', status: 422 }))).state).toBe('planned');
  });

  it('does not move an incident by a fence or a hand back', () => {
    const state = stateAfter(
      ...acted,
      anAnswer(),
      anIntent({ permit: '1.H', purpose: 'hand back' }),
      anAnswer({ permit: '1.H' }),
    );
    expect(incidentOf(state).state).toBe('verifying');
  });

  it('forgets writes of more than a day ago', () => {
    const first = foldAll(eventsOf([...acted, anAnswer()]));
    const later = 8_000 + 25 * 3_600_000;
    const again = [anIntent({ permit: '1.B' }), anAnswer({ permit: '1.B' })].map((body, index) =>
      anEvent(body, 20 + index, later),
    );
    expect(foldAll(again, first).writes.map((one) => one.permit)).toEqual(['1.B']);
  });
});
