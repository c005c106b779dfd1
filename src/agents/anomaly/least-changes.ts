// What matters on one workload: its own word first, then what its objectives allow, then the catalogue.
import { leastChangeAnnotation, parseLeastChanges, type ParsedLeastChanges } from '../../model/least-change.ts';
import { type SignalId, seriesId } from '../../model/signal.ts';
import type { SignalTraits } from '../../model/signal-traits.ts';
import type { DeclaredSlo } from '../../model/slo.ts';
import { keyOf, type ObjectRef, shownRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { LaneProblem } from './lanes/lane.ts';
import { createSloDeclarations } from './lanes/slo-declarations.ts';
import type { SeriesTable } from './series-table.ts';
import { keepFloor, type SeriesState } from './series-state.ts';
import type { Windows } from './settings.ts';

type Floor = SignalTraits['floor'];

/** Fewer bad requests than this in the five samples of a test are chance, however little an objective allows. */
const leastBad = 5;
const shareOfThreshold = 0.2;

export interface LeastChanges {
  /** Sets the floors of every workload that declares something, and takes back those that are declared no more. */
  follow(table: SeriesTable, view: ClusterView): void;
}

export function createLeastChanges(
  signals: readonly SignalTraits[],
  declared: (signal: SignalId) => SignalTraits | undefined,
  slos: readonly DeclaredSlo[],
  windows: Windows,
  tell: (problem: LaneProblem) => void,
): LeastChanges {
  const traits = new Map(signals.map((one) => [one.id, one]));
  const read = new Map<string, { readonly text: string; readonly parsed: ParsedLeastChanges }>();
  // The lane of objectives tells what is wrong with them.
  const objectives = createSloDeclarations(slos, () => undefined);
  let changed = new Set<string>();
  /** Windows of rates overlap: so much of the requests behind a sample came since the one before. */
  const share = Math.min(1, windows.cycleMs / windows.rateMs);

  const unitOf = (signal: SignalId) =>
    /^(node|apiserver)\./.test(signal) ? undefined : (traits.get(signal) ?? declared(signal))?.unit;

  const ownOf = (of: ObjectRef, text: string): ParsedLeastChanges => {
    const key = keyOf(of);
    const known = read.get(key);
    if (known?.text === text) return known.parsed;
    const parsed = parseLeastChanges(text, unitOf);
    read.set(key, { text, parsed });
    if ('problem' in parsed) tell(wrongText(of, parsed.problem));
    return parsed;
  };

  return {
    follow(table, view) {
      const wanted = new Map<string, Floor>();
      for (const { of, signal, objective, thresholdS, name } of objectives.current(view))
        for (const id of signal === 'sli.latency' ? (['sli.latency', 'sli.latency_p50'] as const) : [signal]) {
          const state = table.get(seriesId({ signal: id, of }));
          if (state === undefined) continue;
          const floor = wanted.get(state.id) ?? state.shipped.floor;
          const promised =
            thresholdS === null
              ? ofBudget(state, floor, 1 - objective, name, share)
              : ofThreshold(floor, thresholdS, wanted.has(state.id));
          if (promised !== floor) wanted.set(state.id, promised);
        }
      const present = new Set<string>();
      for (const { ref, object } of view.workloads) {
        const text = object?.metadata.annotations?.[leastChangeAnnotation];
        if (text === undefined) continue;
        present.add(keyOf(ref));
        const parsed = ownOf(ref, text);
        if ('problem' in parsed) continue;
        for (const [signal, { absolute, relative }] of parsed.changes) {
          const state = table.get(seriesId({ signal, of: ref }));
          if (state === undefined) continue;
          const own = 'its annotation';
          const from = { absolute: own, ...(relative === null ? {} : { relative: own }) };
          wanted.set(state.id, { absolute, relative: relative ?? state.shipped.floor.relative, from });
        }
      }
      for (const key of read.keys()) if (!present.has(key)) read.delete(key);
      for (const [id, floor] of wanted) put(table.get(id), floor);
      for (const id of changed) if (!wanted.has(id)) put(table.get(id), null);
      changed = new Set(wanted.keys());
    },
  };
}

/** Half of what may fail, where that is less than what matters anyway; and never less than a handful of requests. */
function ofBudget(state: SeriesState, floor: Floor, budget: number, name: string, share: number): Floor {
  if (state.traits.unit !== 'ratio') return floor;
  const absolute = Math.max(budget / 2, leastBad / requestsOf(state, share));
  return absolute < floor.absolute
    ? { ...floor, absolute, from: { absolute: `half of what ${name} may lose` } }
    : floor;
}

/** A fifth of the promised time; of several promises the shortest. */
function ofThreshold(floor: Floor, thresholdS: number, isPromised: boolean): Floor {
  const absolute = shareOfThreshold * thresholdS;
  if (isPromised && absolute >= floor.absolute) return floor;
  const shown = thresholdS < 1 ? `${Number((thresholdS * 1000).toPrecision(3))} ms` : `${thresholdS} s`;
  return { ...floor, absolute, from: { absolute: `a fifth of the ${shown} of its objective` } };
}

/** Requests behind the newest samples, by powers of two, so that the floor does not move with each of them. */
function requestsOf({ window }: SeriesState, share: number): number {
  const requests = window.reduce((sum, one) => sum + (one.weight ?? 0) * share, 0);
  return requests > 0 ? 2 ** Math.floor(Math.log2(requests)) : 0;
}

function put(state: SeriesState | undefined, floor: Floor | null): void {
  if (state !== undefined) keepFloor(state, floor);
}

function wrongText(of: ObjectRef, problem: string): LaneProblem {
  return {
    what: `the least changes of ${shownRef(of)} are those of the catalogue`,
    why: `its annotation ${leastChangeAnnotation}: ${problem}`,
    next: 'correct the annotation; docs/guide/signals.md shows the form',
  };
}
