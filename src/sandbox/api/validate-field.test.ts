import { describe, expect, it } from 'vitest';
import { notNegative, oneOf, portCauses, shareCauses } from './validate-field.ts';

describe('checks of a field', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    ['0%', 0],
    ['100%', 0],
    ['101%', 1],
    ['-1%', 1],
    ['1.5%', 1],
    ['5', 1],
    [-1, 1],
  ])('a share of %s has %i faults', (share, faults) => {
    expect(shareCauses(share, 'spec.maxUnavailable', 100)).toHaveLength(faults);
  });

  it.each([
    [1, 0],
    [65_535, 0],
    ['http', 0],
    [0, 1],
    [65_536, 1],
    ['a_b', 1],
    [undefined, 1],
  ])('a port of %s has %i faults', (port, faults) => {
    expect(portCauses(port, 'port')).toHaveLength(faults);
  });

  it('name field, value and what is supported', () => {
    expect(oneOf({ type: 'Odd' }, 'type', ['A', 'B'], 'spec')).toEqual([
      {
        reason: 'FieldValueNotSupported',
        message: 'Unsupported value: "Odd": supported values: "A", "B"',
        field: 'spec.type',
      },
    ]);
    expect(oneOf({}, 'type', ['A'], 'spec')).toEqual([]);
    expect(notNegative({ replicas: -2 }, 'replicas', 'spec')).toEqual([
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: -2: must be greater than or equal to 0',
        field: 'spec.replicas',
      },
    ]);
  });
});
