// Where things lie in a snapshot folder; names come from a cluster, so none of them may lead out of it.
import type { LogPlace } from '../evidence-reader.ts';
import { viewKinds } from '../resources.ts';
import type { SeriesKey } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ViewKind } from '../../model/view.ts';

/** The folder of what has no namespace. */
const noNamespace = '_';
const plain = /^[a-z0-9A-Z]([-a-zA-Z0-9._]*[a-zA-Z0-9])?$/;

/** A name as one step of a path: as it is when it is plain, else percent-encoded. */
export function pathStep(name: string): string {
  if (plain.test(name)) return name;
  return encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('*', '%2A').replaceAll("'", '%27') || '%';
}

export function nameOfStep(step: string): string {
  if (step === '%') return '';
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

export function objectsPath(kind: ViewKind): readonly string[] {
  return ['objects', `${kind.toLowerCase()}.json`];
}

export function logPath({ namespace, pod, container, previous }: LogPlace): readonly string[] {
  return ['logs', pathStep(namespace), pathStep(pod), `${pathStep(container)}${previous ? '.previous' : ''}.log`];
}

/** A pod's series of a workload lies under the pod. */
export function seriesPath({ signal, of, pod }: SeriesKey): readonly string[] {
  const owner = pod === undefined ? of : { kind: 'Pod', namespace: of.namespace, name: pod };
  const namespace = owner.namespace === '' ? noNamespace : pathStep(owner.namespace);
  return ['metrics', namespace, owner.kind.toLowerCase(), pathStep(owner.name), `${signal}.csv`];
}

const kindsByFolder: ReadonlyMap<string, string> = new Map(
  [...viewKinds, 'Job', 'CronJob'].map((kind) => [kind.toLowerCase(), kind]),
);

/** Whose series lie in the folder; null when it names no kind. */
export function ownerOfSeries(namespace: string, kind: string, name: string): ObjectRef | null {
  const found = kindsByFolder.get(kind);
  if (found === undefined) return null;
  return { kind: found, namespace: namespace === noNamespace ? '' : nameOfStep(namespace), name: nameOfStep(name) };
}
