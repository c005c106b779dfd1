// What a dry run changed besides what was meant: server defaults and volatile fields are expected, everything else is shown (safety.md G17, writes.md A.5).
import { isJsonObject, pointer, type Json, type JsonObject } from '../../model/json.ts';
import { sameQuantity } from '../../model/quantity.ts';
import { changedLeaves, isWithin, type Leaf } from './changed-leaves.ts';

const volatile: readonly string[] = [
  '/status',
  '/metadata/generation',
  '/metadata/resourceVersion',
  '/metadata/managedFields',
  pointer('metadata', 'annotations', 'deployment.kubernetes.io/revision'),
];

/** `meant` is the target as we reckon it after the change, `got` the reply; differences that nobody has to see are left out. */
export function unexpected(
  meant: JsonObject,
  got: JsonObject,
  touches: readonly string[],
  alsoVolatile: readonly string[] = [],
): readonly Leaf[] {
  return changedLeaves(meant, got).filter(
    (leaf) =>
      ![...volatile, ...alsoVolatile].some((path) => isWithin(leaf.path, path)) &&
      !(touches.some((path) => isWithin(leaf.path, path)) && isCanonical(leaf)),
  );
}

/** Inside the touched subtree the server writes amounts its own way, fills in what is absent, and drops what is empty. */
function isCanonical({ before: meant, after: got }: Leaf): boolean {
  if (meant === undefined) return !Array.isArray(got) || got.length === 0;
  if (got === undefined) return isEmpty(meant);
  return typeof meant === 'string' && typeof got === 'string' && sameQuantity(meant, got);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
