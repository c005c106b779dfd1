// What every action on a workload shares: the signals that guard it, the right that it needs, and the kubectl line's form.
import type { RbacRule } from '../model/action.ts';
import type { SignalId } from '../model/signal.ts';
import type { ObjectRef } from '../model/target.ts';

/** detection.md 16: what users feel, what a limit that is too small does, and what a version that nobody reaches loses. */
export const workloadGuards: readonly SignalId[] = [
  'sli.err',
  'sli.latency',
  'restarts',
  'ready',
  'sli.rps',
  'cpu.throttling',
  'memory.share',
];

const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};
const shortNames: Readonly<Record<string, string>> = { Deployment: 'deploy', StatefulSet: 'sts', DaemonSet: 'ds' };

/** writes.md A.8: `patch` on the workload itself, whose reply shows the object. */
export function patchRights(kinds: readonly string[]): readonly RbacRule[] {
  return kinds.flatMap((kind) => {
    const resource = plurals[kind];
    return resource === undefined ? [] : [{ group: 'apps', resource, verb: 'patch' }];
  });
}

/** `kubectl -n shop scale deploy/checkout --replicas=6`. */
export function kubectl(target: ObjectRef, verb: string, ...rest: readonly string[]): string {
  const type = shortNames[target.kind] ?? target.kind.toLowerCase();
  return ['kubectl', '-n', shellWord(target.namespace), verb, `${type}/${shellWord(target.name)}`, ...rest].join(' ');
}

/** A word that a shell hands on unchanged. */
export function shellWord(text: string): string {
  return /^[\w.,:=/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
