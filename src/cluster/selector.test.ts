import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelTest } from '../sandbox/api/selectors.ts';
import { selectorText } from './label-query.ts';
import { selects } from './selector.ts';

const key = fc.constantFrom('app', 'tier', 'zone');
const value = fc.constantFrom('a', 'b', 'c');
const labels = fc.dictionary(key, value);
const expression = fc.record({
  key,
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.uniqueArray(value, { minLength: 1 }),
});
const selector = fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 3 }) });
const isEmpty = (one: { matchLabels: object; matchExpressions: readonly unknown[] }): boolean =>
  Object.keys(one.matchLabels).length === 0 && one.matchExpressions.length === 0;

describe('a label selector', () => {
  it.each([{}, { matchLabels: {} }, { matchLabels: null, matchExpressions: null }, { matchExpressions: [] }])(
    'that is empty selects nothing: %j',
    (empty) => {
      expect(selects(empty, { app: 'cart' })).toBe(false);
      expect(selectorText(empty)).toBeNull();
    },
  );

  it('needs every label and every expression', () => {
    const both = { matchLabels: { app: 'cart' }, matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] };

    expect(selects(both, { app: 'cart', tier: 'web' })).toBe(true);
    expect(selects(both, { app: 'cart', canary: '1' })).toBe(false);
    expect(selects(both, { app: 'other' })).toBe(false);
  });

  it.each([{ key: 'app', operator: 'Near', values: ['cart'] }, { operator: 'Exists' }, 'app=cart', null])(
    'with an expression that cannot be read selects nothing: %j',
    (odd) => {
      const broken = { matchLabels: { app: 'cart' }, matchExpressions: [odd] };

      expect(selects(broken, { app: 'cart' })).toBe(false);
      expect(selectorText(broken)).toBeNull();
    },
  );

  it('selects fewer objects, never more, with each further requirement', () => {
    fc.assert(
      fc.property(selector, expression, labels, (one, more, on) => {
        fc.pre(!isEmpty(one));
        const narrower = { ...one, matchExpressions: [...one.matchExpressions, more] };
        expect(!selects(narrower, on) || selects(one, on)).toBe(true);
      }),
    );
  });

  it('is split by an expression and its contrary', () => {
    const contrary = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const;
    fc.assert(
      fc.property(expression, labels, (one, on) => {
        const other = { ...one, operator: contrary[one.operator] };
        expect(selects({ matchExpressions: [one] }, on)).not.toBe(selects({ matchExpressions: [other] }, on));
      }),
    );
  });

  it('selects what the API server selects with the same selector as a query', () => {
    fc.assert(
      fc.property(selector, labels, (one, on) => {
        fc.pre(!isEmpty(one));
        const test = labelTest(selectorText(one) ?? '');
        expect(selects(one, on)).toBe(test({ metadata: { labels: on } }));
      }),
    );
  });

  it('is written as kubectl writes it', () => {
    const one = {
      matchLabels: { app: 'cart' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web', 'api'] },
        { key: 'zone', operator: 'NotIn', values: ['x'] },
        { key: 'blue', operator: 'Exists' },
        { key: 'green', operator: 'DoesNotExist' },
      ],
    };

    expect(selectorText(one)).toBe('app=cart,tier in (web,api),zone notin (x),blue,!green');
  });
});
