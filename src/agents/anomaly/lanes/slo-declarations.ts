// Which objectives count now: those of the operator's file, and those that workloads declare by annotation; a mistake is told once and watches nothing.
import { type DeclaredSlo, type ParsedSlos, parseSlos, sloAnnotation } from '../../../model/slo.ts';
import { keyOf, type ObjectRef, shownRef } from '../../../model/target.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { LaneProblem } from './lane.ts';

export interface SloDeclarations {
  /** Objectives of workloads that the view holds, ordered by workload and name. The file's word counts where both declare the same. */
  current(view: ClusterView): readonly DeclaredSlo[];
  /** What the newest call found declared and cannot follow. */
  problems(): readonly LaneProblem[];
}

export function createSloDeclarations(
  file: readonly DeclaredSlo[],
  tell: (problem: LaneProblem) => void,
): SloDeclarations {
  const byFile = Map.groupBy(file, (one) => keyOf(one.of));
  const read = new Map<string, { readonly text: string; readonly parsed: ParsedSlos }>();
  /** What is declared wrong now: by workload, its annotation and its entry in the file. */
  const wrongTexts = new Map<string, LaneProblem>();
  const absent = new Map<string, LaneProblem>();
  return {
    problems: () => [...wrongTexts.values(), ...absent.values()],
    current(view) {
      const found: DeclaredSlo[] = [];
      for (const { ref, object } of view.workloads) {
        const key = keyOf(ref);
        const own = byFile.get(key) ?? [];
        found.push(...own);
        const text = object?.metadata.annotations?.[sloAnnotation];
        if (text === undefined) {
          forget(key);
          continue;
        }
        const known = read.get(key);
        const parsed = known?.text === text ? known.parsed : parseSlos(text);
        if (known?.text !== text) {
          read.set(key, { text, parsed });
          wrongTexts.delete(key);
          if ('problem' in parsed) note(wrongTexts, key, wrongText(ref, parsed.problem));
        }
        if ('problem' in parsed) continue;
        const added = parsed.slos.filter((one) => !own.some((other) => other.name === one.name));
        found.push(...added.map((one) => ({ ...one, of: ref, from: `annotation ${sloAnnotation}` })));
      }
      for (const [key, [first]] of byFile) {
        if (first === undefined || !view.complete.has(kindOf(first))) continue;
        if (view.workload(first.of) !== undefined) absent.delete(key);
        else if (!absent.has(key)) note(absent, key, noSuchWorkload(first));
      }
      const present = new Set(view.workloads.map((one) => keyOf(one.ref)));
      for (const key of read.keys()) if (!present.has(key)) forget(key);
      return found.toSorted(
        (left, right) => compare(keyOf(left.of), keyOf(right.of)) || compare(left.name, right.name),
      );
    },
  };

  function note(among: Map<string, LaneProblem>, key: string, problem: LaneProblem): void {
    among.set(key, problem);
    tell(problem);
  }

  function forget(key: string): void {
    read.delete(key);
    wrongTexts.delete(key);
  }
}

function wrongText(of: ObjectRef, problem: string): LaneProblem {
  return {
    what: `the objectives of ${shownRef(of)} are not watched`,
    why: `its annotation ${sloAnnotation}: ${problem}`,
    next: 'correct the annotation; docs/guide/slo.md shows the form',
  };
}

function noSuchWorkload({ of, from }: DeclaredSlo): LaneProblem {
  return {
    what: `the objectives of ${shownRef(of)} are not watched`,
    why: `${from} names it, and the cluster has no such workload`,
    next: 'correct the name or remove the entry; it counts as soon as the workload exists',
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
