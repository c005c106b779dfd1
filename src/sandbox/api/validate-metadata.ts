// What the API server refuses in the metadata of any object.
import { type Cause, invalidValue, requiredValue } from './failure.ts';
import { wrongWithKey, wrongWithLabel, wrongWithLabelValue, wrongWithSubdomain } from './names.ts';
import type { Definition } from './resources.ts';
import { isList, textAt, textMapAt, type Tree, treeAt, treesAt } from './tree.ts';

const mostAnnotationBytes = 256 * 1024;
const shortNames = new Set(['Namespace', 'Service']);
const freeNames = new Set(['serviceaccounts', 'events']);
const plainFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

export function metadataCauses(definition: Definition, before: Tree | null, after: Tree): Cause[] {
  return [
    ...(before === null ? nameCauses(definition, textAt(after, 'metadata', 'name')) : uidCauses(before, after)),
    ...labelCauses(textMapAt(after, 'metadata', 'labels'), 'metadata.labels'),
    ...annotationCauses(textMapAt(after, 'metadata', 'annotations')),
    ...ownerCauses(after),
    ...finalizerCauses(after),
  ];
}

export function uidCauses(before: Tree, after: Tree): Cause[] {
  const uid = textAt(after, 'metadata', 'uid');
  if (uid === textAt(before, 'metadata', 'uid')) return [];
  return [invalidValue('metadata.uid', JSON.stringify(uid), 'field is immutable')];
}

/** Keys and values of labels, and of selectors that are made of such. */
export function labelCauses(labels: Readonly<Record<string, string>>, field: string): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...refused(field, key, wrongWithKey(key)),
    ...refused(field, value, wrongWithLabelValue(value)),
  ]);
}

function refused(field: string, value: string, why: string | null): Cause[] {
  return why === null ? [] : [invalidValue(field, JSON.stringify(value), why)];
}

function nameCauses(definition: Definition, name: string): Cause[] {
  if (name === '') return [requiredValue('metadata.name', 'name or generateName is required')];
  if (freeNames.has(definition.plural)) return [];
  if (!shortNames.has(definition.kind)) return refused('metadata.name', name, wrongWithSubdomain(name));
  return refused('metadata.name', name, name.includes('.') ? 'must not contain dots' : wrongWithLabel(name));
}

function annotationCauses(annotations: Readonly<Record<string, string>>): Cause[] {
  const field = 'metadata.annotations';
  const causes = Object.keys(annotations).flatMap((key) => refused(field, key, wrongWithKey(key.toLowerCase())));
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > mostAnnotationBytes)
    causes.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${mostAnnotationBytes} bytes`,
      field,
    });
  return causes;
}

function ownerCauses(object: Tree): Cause[] {
  return treesAt(object, 'metadata', 'ownerReferences').flatMap((owner, index) =>
    ['apiVersion', 'kind', 'name', 'uid']
      .filter((part) => textAt(owner, part) === '')
      .map((part) => requiredValue(`metadata.ownerReferences[${index}].${part}`, 'must not be empty')),
  );
}

function finalizerCauses(object: Tree): Cause[] {
  const { finalizers } = treeAt(object, 'metadata');
  return (isList(finalizers) ? finalizers : []).flatMap((one, index) => {
    const name = typeof one === 'string' ? one : '';
    if (plainFinalizers.has(name)) return [];
    const why = name.includes('/')
      ? wrongWithKey(name)
      : 'name is neither a standard finalizer name nor is it fully qualified';
    return refused(`metadata.finalizers[${index}]`, name, why);
  });
}
