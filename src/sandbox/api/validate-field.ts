// Checks of a single field that the kinds share: a choice, a number, a port, a share.
import { type Cause, invalidValue, unsupportedValue } from './failure.ts';
import { wrongWithPortName } from './names.ts';
import { numberAt, textAt, type Tree, type Value } from './tree.ts';

/** A text field that knows few values; an absent one is left to its default. */
export function oneOf(tree: Tree, field: string, values: readonly string[], path: string): Cause[] {
  const value = textAt(tree, field);
  return value === '' || values.includes(value) ? [] : [unsupportedValue(`${path}.${field}`, value, values)];
}

/** A number that must not be negative; an absent one is left to its default. */
export function notNegative(tree: Tree, field: string, path: string): Cause[] {
  const value = numberAt(tree, field) ?? 0;
  return value >= 0 ? [] : [invalidValue(`${path}.${field}`, String(value), 'must be greater than or equal to 0')];
}

/** A port by number, or by the name of a port of the pods. */
export function portCauses(port: Value | undefined, field: string): Cause[] {
  if (typeof port === 'string') {
    const wrong = wrongWithPortName(port);
    return wrong === null ? [] : [invalidValue(field, JSON.stringify(port), wrong)];
  }
  const number = typeof port === 'number' ? port : 0;
  return number >= 1 && number <= 65_535
    ? []
    : [invalidValue(field, String(number), 'must be between 1 and 65535, inclusive')];
}

const percentText =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A number of pods, or a share of them that may be limited to all. */
export function shareCauses(share: Value | undefined, field: string, most = Number.POSITIVE_INFINITY): Cause[] {
  if (typeof share === 'number')
    return share >= 0 ? [] : [invalidValue(field, String(share), 'must be greater than or equal to 0')];
  if (typeof share !== 'string') return [];
  if (!/^\d+%$/.test(share)) return [invalidValue(field, JSON.stringify(share), percentText)];
  return Number.parseInt(share, 10) <= most
    ? []
    : [invalidValue(field, JSON.stringify(share), `must not be greater than ${most}%`)];
}
