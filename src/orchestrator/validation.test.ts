import { describe, expect, it } from 'vitest';
import { aBriefInput, aMenuEntry } from './nemotron/testing/incident.ts';
import type { JsonObject } from '../model/json.ts';
import type { Choice } from './reasoner.ts';
import { actionsFor } from './testing/rig.ts';
import { validate } from './validation.ts';

const actions = actionsFor({ settlement: { state: 'settled', why: '' } });
const input = aBriefInput({
  menu: [
    aMenuEntry('M1', { action: 'scale', params: { replicas: 4 }, bounds: { replicas: { min: 3, max: 6 } } }),
    aMenuEntry('M2'),
  ],
});
const picking = (candidate: string, params: JsonObject, cites: readonly string[] = ['E1']): Choice => ({
  picks: [{ candidate, params, cites, why: 'as seen' }],
  order: ['H1'],
});

describe('the look at a choice', () => {
  it('takes an entry as the menu states it, or with a number moved inside its range', () => {
    expect(validate(picking('M2', { revision: 1 }), input, actions)).toMatchObject({
      accepted: [{ params: { revision: 1 } }],
    });
    expect(validate(picking('M1', { replicas: 6 }), input, actions)).toMatchObject({
      accepted: [{ params: { replicas: 6 } }],
    });
  });

  it.each([
    ['M1', { replicas: 7 }, 'replicas of M1 must lie between 3 and 6, 7 does not'],
    ['M1', { replicas: 4.5 }, 'replicas of M1 must lie between 3 and 6, 4.5 does not'],
    ['M1', { replicas: '6' }, 'replicas of M1 must lie between 3 and 6, "6" does not'],
    ['M2', { revision: 2 }, 'revision of M2 may not be changed'],
    ['M2', { namespace: 'pay' }, 'namespace of M2 may not be changed'],
    ['M2', { constructor: 1 }, 'constructor of M2 may not be changed'],
    ['M2', { ['__proto__']: 1 }, '__proto__ of M2 may not be changed'],
    ['M3', {}, '"M3" is not in the menu (E1)'],
  ])('refuses %s with %j', (candidate, params, refused) => {
    expect(validate(picking(candidate, params), input, actions)).toEqual({ refused });
  });

  it('refuses a pick without evidence, with evidence that does not exist, and the same entry twice', () => {
    expect(validate(picking('M2', {}, []), input, actions)).toEqual({ refused: 'M2 was chosen without evidence' });
    expect(validate(picking('M2', {}, ['E77']), input, actions)).toEqual({
      refused: '"E77" is no evidence of this incident',
    });
    const twice = picking('M2', {}).picks;
    expect(validate({ picks: [...twice, ...twice], order: [] }, input, actions)).toEqual({
      refused: 'M2 was chosen twice',
    });
  });

  it('refuses an order that names no hypothesis of the incident', () => {
    expect(validate({ picks: [], order: ['H9'] }, input, actions)).toEqual({
      refused: '"H9" is no hypothesis of this incident',
    });
  });
});
