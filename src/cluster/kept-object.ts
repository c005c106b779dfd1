// What is kept of an object of the API: the fields that the product reads, without what only grows (managedFields) or may hold data (last-applied of a ConfigMap).
import { isJsonObject } from '../model/json.ts';
import type { ViewKind } from '../model/view.ts';
import { type ObjectOf, schemaOf } from './resources.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** The diagnosis of zero replicas reads what was last applied to these. */
const keepsLastApplied: ReadonlySet<ViewKind> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Null when the value is no object of this kind that can be read; a missing status or UID is fine. */
export function keptObject<Kind extends ViewKind>(kind: Kind, value: unknown): ObjectOf<Kind> | null {
  const parsed = schemaOf(kind).safeParse(trimmed(kind, value));
  return parsed.success ? parsed.data : null;
}

/** `namespace/name`, the key under which an object is kept; a cluster-scoped object has the namespace ''. */
export function placeKey(object: {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

function trimmed(kind: ViewKind, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const { metadata } = value;
  if (!isJsonObject(metadata)) return value;
  const { managedFields: _, annotations, ...rest } = metadata;
  if (!isJsonObject(annotations)) return { ...value, metadata: { ...rest, ...(annotations && { annotations }) } };
  const { [lastApplied]: applied, ...others } = annotations;
  const kept = keepsLastApplied.has(kind) && applied !== undefined ? { ...others, [lastApplied]: applied } : others;
  return { ...value, metadata: { ...rest, annotations: kept } };
}
