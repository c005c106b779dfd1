// Narrows a picture to one namespace and to what belongs to none, for a snapshot that is given away without its neighbours.
import { ofEachKind, type ObjectOf, type ObjectsByKind } from '../resources.ts';
import type { ViewKind } from '../../model/view.ts';

/** The objects of the namespace, and those of the cluster as a whole: their keys begin with `/`. */
export function objectsOfNamespace(objects: ObjectsByKind, namespace: string): ObjectsByKind {
  const isKept = (key: string): boolean => key.startsWith('/') || key.startsWith(`${namespace}/`);
  return ofEachKind(<Kind extends ViewKind>(kind: Kind): ReadonlyMap<string, ObjectOf<Kind>> => {
    const byKey: ReadonlyMap<string, ObjectOf<Kind>> = objects[kind];
    return new Map([...byKey].filter(([key]) => isKept(key)));
  });
}
