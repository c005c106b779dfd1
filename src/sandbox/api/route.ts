// Reads a URL of the Kubernetes API into what it is aimed at.
import { type Definition, definitionOf } from './resources.ts';

export type Route = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** Undefined for a resource that this server does not serve. */
  readonly definition: Definition | undefined;
};

/** Null when the path is not that of a resource. */
export function routeOf(path: string): Route | null {
  const segments = path.split('/').slice(1).map(decoded);
  let group = '';
  let version = '';
  let rest: string[];
  if (segments[0] === 'api') [version = '', ...rest] = segments.slice(1);
  else if (segments[0] === 'apis') [group = '', version = '', ...rest] = segments.slice(1);
  else return null;
  if (rest.length === 0 || rest.length > 5) return null;
  let namespace = '';
  const [first, second, third] = rest;
  if (first === 'namespaces' && second !== undefined && third !== undefined && !namespaceParts.has(third)) {
    namespace = second;
    rest = rest.slice(2);
  }
  const [plural = '', name = '', subresource = '', ...more] = rest;
  if (more.length > 0) return null;
  return { group, version, plural, namespace, name, subresource, definition: definitionOf({ group, version, plural }) };
}

/** Subresources of a namespace itself, which look like resources in it. */
const namespaceParts = new Set(['status', 'finalize']);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
