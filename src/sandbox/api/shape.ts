// What fields an API type has, told once: decoding, unknown fields, quantities, merge keys and field ownership all read it.

export type Leaf =
  | 'text'
  | 'int'
  | 'bool'
  | 'intOrText'
  | 'quantity'
  | 'time'
  | 'microTime'
  /** Kept when zero or false, because the Go field is a pointer or always written. */
  | 'keptInt'
  | 'keptBool'
  | 'keptText'
  | 'any';

export type Shape =
  | { readonly kind: 'leaf'; readonly type: Leaf }
  | { readonly kind: 'map'; readonly of: Shape; readonly atomic: boolean }
  | { readonly kind: 'object'; readonly fields: Fields; readonly atomic: boolean; readonly empty: 'kept' | 'dropped' }
  | {
      readonly kind: 'list';
      readonly of: Shape;
      /** Fields that identify an item for ownership; none: the list is one value. */
      readonly keys: readonly string[];
      /** Field by which a strategic merge patch finds an item. */
      readonly mergeKey: string | null;
      /** A set of plain values that a strategic merge patch adds to. */
      readonly set: boolean;
    };
export type Fields = { readonly [field: string]: Shape };

const leaf = (type: Leaf): Shape => ({ kind: 'leaf', type });
export const text = leaf('text');
export const int = leaf('int');
export const bool = leaf('bool');
export const intOrText = leaf('intOrText');
export const quantity = leaf('quantity');
export const time = leaf('time');
export const microTime = leaf('microTime');
export const keptInt = leaf('keptInt');
export const keptBool = leaf('keptBool');
export const keptText = leaf('keptText');
export const any = leaf('any');

export const mapOf = (of: Shape): Shape => ({ kind: 'map', of, atomic: false });
export const atomicMapOf = (of: Shape): Shape => ({ kind: 'map', of, atomic: true });
/** A Go struct behind a pointer: kept when it is empty. */
export const object = (fields: Fields): Shape => ({ kind: 'object', fields, atomic: false, empty: 'kept' });
const atomicObject = (fields: Fields): Shape => ({ kind: 'object', fields, atomic: true, empty: 'kept' });
export const listOf = (of: Shape): Shape => ({ kind: 'list', of, keys: [], mergeKey: null, set: false });
export const setOf = (of: Shape): Shape => ({ kind: 'list', of, keys: [], mergeKey: null, set: true });
export const keyed = (of: Shape, ...keys: readonly string[]): Shape => ({
  kind: 'list',
  of,
  keys,
  mergeKey: keys[0] ?? null,
  set: false,
});

/** Structs that the server always holds, empty or not, so that nobody owns their mere presence. */
export const alwaysThere: ReadonlySet<string> = new Set([
  'metadata',
  'spec',
  'status',
  'strategy',
  'updateStrategy',
  'template',
  'daemonEndpoints',
  'kubeletEndpoint',
  'nodeInfo',
]);

const labels = mapOf(keptText);

export const objectMeta = object({
  name: text,
  generateName: text,
  namespace: text,
  selfLink: text,
  uid: text,
  resourceVersion: text,
  generation: int,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: keptInt,
  labels,
  annotations: labels,
  ownerReferences: keyed(
    atomicObject({
      apiVersion: keptText,
      kind: keptText,
      name: keptText,
      uid: keptText,
      controller: keptBool,
      blockOwnerDeletion: keptBool,
    }),
    'uid',
  ),
  finalizers: setOf(text),
  managedFields: any,
});

export const labelSelector = atomicObject({
  matchLabels: labels,
  matchExpressions: listOf(object({ key: keptText, operator: keptText, values: listOf(keptText) })),
});

/** Conditions of any kind: one item per type. */
export const conditions = keyed(
  object({
    type: keptText,
    status: keptText,
    observedGeneration: int,
    reason: text,
    message: text,
    lastProbeTime: any,
    lastHeartbeatTime: time,
    lastUpdateTime: time,
    lastTransitionTime: time,
  }),
  'type',
);

export function apiObject(fields: Fields): Shape {
  return object({ apiVersion: text, kind: text, metadata: objectMeta, ...fields });
}
