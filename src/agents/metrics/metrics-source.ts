// What a source of measurements must answer: rows of raw measures by namespace, pod and container, now or over a range of the past.
import type { ClusterView } from '../../model/view.ts';
import type { Measure, RowLabel } from './measure.ts';

/** Labels of a row; a label that does not apply is ''. `workload` is set when the server knows the owner, `workloadType` when it says which kind. */
export type RowLabels = { readonly [Label in RowLabel]: string };

/** A value in the base unit of its measure; counters arrive as rates per second. */
export type Row = { readonly labels: RowLabels; readonly value: number };

/** Values of one row over time, oldest first. */
export type RangeRow = {
  readonly labels: RowLabels;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
};

export type Missing = { readonly capability: string; readonly reason: string; readonly cost: string };

/**
 * The rows of one measure, or why there are none. `note` says that the answer is not whole, `isPartial` that rows may
 * lack, `isWarming` that series are there and have no rate yet.
 */
export type Answer<Found> =
  | { readonly rows: readonly Found[]; readonly note?: string; readonly isPartial?: true; readonly isWarming?: true }
  | { readonly unreadable: string };

/** Measures with their rows. */
export type Answered<Found> = readonly (readonly [measure: Measure, rows: readonly Found[]])[];

/** The measures that could be read, in their order. */
export function answeredOf<Found>(
  asked: readonly Measure[],
  answers: ReadonlyMap<string, Answer<Found>>,
): Answered<Found> {
  return asked.flatMap((measure) => {
    const answer = answers.get(measure.id);
    return answer !== undefined && 'rows' in answer ? [[measure, answer.rows] as const] : [];
  });
}

type ReadContext = {
  readonly view: ClusterView;
  readonly atMs: number;
  /** Window of rates. */
  readonly windowMs: number;
  readonly signal: AbortSignal;
};

export type RangeContext = {
  readonly view: ClusterView;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly signal: AbortSignal;
  /** Only these workloads, by namespace; all when absent. More rows than these may be answered, never fewer. */
  readonly only?: ReadonlyMap<string, readonly string[]>;
  /** Rows by pod even where the server could add them up by workload. */
  readonly byPod?: true;
};

export interface MetricsSource {
  readonly name: 'prometheus' | 'kubelet';
  read(measures: readonly Measure[], context: ReadContext): Promise<ReadonlyMap<string, Answer<Row>>>;
  /** Absent when the source keeps no past. */
  readonly range?: (
    measures: readonly Measure[],
    context: RangeContext,
  ) => Promise<ReadonlyMap<string, Answer<RangeRow>>>;
}

const none: RowLabels = {
  namespace: '',
  pod: '',
  container: '',
  node: '',
  code: '',
  le: '',
  claim: '',
  service: '',
  workload: '',
  workloadType: '',
};

export function rowLabels(some: Partial<RowLabels>): RowLabels {
  return { ...none, ...some };
}

/** Labels of a stored series as the measure reads them; `label` answers '' for one that is absent. */
export function labelsThrough(
  names: ReadonlyMap<RowLabel, readonly string[]>,
  label: (name: string) => string,
): RowLabels {
  const labels: { -readonly [Label in RowLabel]: string } = { ...none };
  for (const [kept, from] of names)
    for (const name of from) {
      const value = label(name);
      if (value === '') continue;
      labels[kept] = value;
      break;
    }
  return labels;
}
