// Reads a body into a kind's shape as the server's Go types do: drops nulls and empty values, canonicalises quantities, names unknown fields and wrong types.
import { canonicalQuantity } from './quantity.ts';
import { type Fields, type Leaf, objectMeta, type Shape } from './shape.ts';
import { isList, isTree, type Tree, type Value } from './tree.ts';

export type Decoded = {
  readonly object: Tree;
  /** Paths that the kind does not have: `spec.replcas`. */
  readonly unknown: readonly string[];
  /** The first value of a wrong type, as the decoder words it. */
  readonly wrong: string | null;
};

type Finds = { unknown: string[]; wrong: string | null };

/** Decodes an object; without a shape only its metadata is looked at. */
export function decode(body: Tree, shape: Shape | null): Decoded {
  const finds: Finds = { unknown: [], wrong: null };
  const fields: Fields =
    shape?.kind === 'object' ? shape.fields : Object.fromEntries(Object.keys(body).map((key) => [key, anything]));
  const object = objectOf(body, { ...fields, metadata: objectMeta }, '', finds);
  object['metadata'] ??= {};
  return { object, unknown: finds.unknown, wrong: finds.wrong };
}

const anything: Shape = { kind: 'leaf', type: 'any' };

function objectOf(body: Tree, fields: Fields, path: string, finds: Finds): Tree {
  const result: Tree = {};
  for (const [key, value] of Object.entries(body)) {
    const at = path === '' ? key : `${path}.${key}`;
    const shape = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (shape === undefined) {
      finds.unknown.push(at);
      continue;
    }
    const decoded = valueOf(value, shape, at, finds);
    if (decoded !== undefined) result[key] = decoded;
  }
  return result;
}

/** Undefined means that the server would not write the field back. */
function valueOf(value: Value, shape: Shape, path: string, finds: Finds): Value | undefined {
  if (value === null) return undefined;
  switch (shape.kind) {
    case 'leaf':
      return leafOf(value, shape.type, path, finds);
    case 'map': {
      if (!isTree(value)) return mismatch(value, 'map[string]string', path, finds);
      const map: Tree = {};
      for (const [key, member] of Object.entries(value)) {
        const decoded = valueOf(member, shape.of, path, finds);
        map[key] = decoded ?? '';
      }
      return Object.keys(map).length === 0 ? undefined : map;
    }
    case 'object': {
      if (!isTree(value)) return mismatch(value, 'struct', path, finds);
      const decoded = objectOf(value, shape.fields, path, finds);
      return shape.empty === 'dropped' && Object.keys(decoded).length === 0 ? undefined : decoded;
    }
    case 'list': {
      if (!isList(value)) return mismatch(value, 'slice', path, finds);
      const items: Value[] = [];
      for (const [index, item] of value.entries()) {
        const decoded = valueOf(item, shape.of, `${path}[${index}]`, finds);
        items.push(decoded ?? (shape.of.kind === 'object' ? {} : ''));
      }
      return items.length === 0 ? undefined : items;
    }
    default:
      return shape satisfies never;
  }
}

function leafOf(value: Value, type: Leaf, path: string, finds: Finds): Value | undefined {
  switch (type) {
    case 'any':
      return value;
    case 'text':
    case 'keptText':
    case 'time':
    case 'microTime':
      if (typeof value !== 'string') return mismatch(value, 'string', path, finds);
      if (type === 'time' && value !== '') checkTime(value, timeForm, '2006-01-02T15:04:05Z07:00', finds);
      if (type === 'microTime' && value !== '')
        checkTime(value, microTimeForm, '2006-01-02T15:04:05.000000Z07:00', finds);
      return value === '' && type !== 'keptText' ? undefined : value;
    case 'int':
    case 'keptInt':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) return mismatch(value, 'int32', path, finds);
      if (Math.abs(value) >= 2 ** 31 && !longFields.test(path)) return mismatch(value, 'int32', path, finds);
      return value === 0 && type === 'int' ? undefined : value;
    case 'bool':
    case 'keptBool':
      if (typeof value !== 'boolean') return mismatch(value, 'bool', path, finds);
      return !value && type === 'bool' ? undefined : value;
    case 'intOrText':
      if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) return value;
      return mismatch(value, 'intstr.IntOrString', path, finds);
    case 'quantity': {
      const canonical =
        typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : null;
      if (canonical !== null) return canonical;
      finds.wrong ??= `quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;
      return undefined;
    }
    default:
      return type satisfies never;
  }
}

/** Whole numbers that Go keeps in 64 bits. */
const longFields = /(^|\.)(generation|observedGeneration|deletionGracePeriodSeconds|revision|\w+Seconds)$/;

const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const microTimeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

function checkTime(value: string, form: RegExp, layout: string, finds: Finds): void {
  if (form.test(value) && !Number.isNaN(Date.parse(value))) return;
  finds.wrong ??= `parsing time "${value}" as "${layout}": cannot parse "${value}" as "${layout}"`;
}

function mismatch(value: Value, wanted: string, path: string, finds: Finds): undefined {
  const given = isList(value) ? 'array' : isTree(value) ? 'object' : typeof value === 'boolean' ? 'bool' : typeof value;
  finds.wrong ??= `json: cannot unmarshal ${given} into Go struct field ${path} of type ${wanted}`;
  return undefined;
}
