// Which objectives count now: those of the operator's file, and those that workloads declare by annotation; a mistake is told once and watches nothing.
import { type DeclaredSlo, type ParsedSlos, parseSlos, sloAnnotation } from '../../../model/slo.ts';
import { keyOf, shownRef } from '../../../model/target.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { LaneProblem } from './lane.ts';

export interface SloDeclarations {
  /** Objectives of workloads that the view holds, ordered by workload and name. The file's word counts where both declare the same. */
  current(view: ClusterView): readonly DeclaredSlo[];
}

export function createSloDeclarations(
  file: readonly DeclaredSlo[],
  tell: (problem: LaneProblem) => void,
): SloDeclarations {
  const byFile = Map.groupBy(file, (one) => keyOf(one.of));
  const read = new Map<string, { readonly text: string; readonly parsed: ParsedSlos }>();
  const absent = new Set<string>();
  return {
    current(view) {
      const found: DeclaredSlo[] = [];
      for (const { ref, object } of view.workloads) {
        const key = keyOf(ref);
        const own = byFile.get(key) ?? [];
        found.push(...own);
        const text = object?.metadata.annotations?.[sloAnnotation];
        if (text === undefined) {
          read.delete(key);
          continue;
        }
        const known = read.get(key);
        const parsed = known?.text === text ? known.parsed : parseSlos(text);
        if (known?.text !== text) {
          read.set(key, { text, parsed });
          if ('problem' in parsed)
            tell({
              what: `the objectives of ${shownRef(ref)} are not watched`,
              why: `its annotation ${sloAnnotation}: ${parsed.problem}`,
              next: 'correct the annotation; docs/guide/slo.md shows the form',
            });
        }
        if ('problem' in parsed) continue;
        const added = parsed.slos.filter((one) => !own.some((other) => other.name === one.name));
        found.push(...added.map((one) => ({ ...one, of: ref, from: `annotation ${sloAnnotation}` })));
      }
      for (const [key, own] of byFile) {
        const [first] = own;
        if (first === undefined || absent.has(key) || !view.complete.has(kindOf(first))) continue;
        if (view.workload(first.of) !== undefined) continue;
        absent.add(key);
        tell({
          what: `the objectives of ${shownRef(first.of)} are not watched`,
          why: `${first.from} names it, and the cluster has no such workload`,
          next: 'correct the name or remove the entry; it counts as soon as the workload exists',
        });
      }
      const present = new Set(view.workloads.map((one) => keyOf(one.ref)));
      for (const key of read.keys()) if (!present.has(key)) read.delete(key);
      return found.toSorted(
        (left, right) => compare(keyOf(left.of), keyOf(right.of)) || compare(left.name, right.name),
      );
    },
  };
}

function kindOf({ of }: DeclaredSlo): 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'Pod' {
  switch (of.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return of.kind;
    default:
      return 'Pod';
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
