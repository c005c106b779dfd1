// What a source of measurements must answer: rows of raw measures by namespace, pod and container, now or over a range of the past.
import type { ClusterView } from '../../model/view.ts';
import type { Measure } from './catalogue.ts';

/** Labels of a row; a label that does not apply is ''. `workload` and `workloadType` are set when the server joined owners. */
export type RowLabels = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly node: string;
  readonly code: string;
  readonly le: string;
  readonly workload: string;
  readonly workloadType: string;
};

/** A value in the base unit of its measure; counters arrive as rates per second. */
export type Row = { readonly labels: RowLabels; readonly value: number };

/** Values of one row over time, oldest first. */
export type RangeRow = {
  readonly labels: RowLabels;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
};

export type Missing = { readonly capability: string; readonly reason: string; readonly cost: string };

/** The rows of one measure, or why there are none. `note` says that the answer is not whole. */
export type Answer<Found> =
  { readonly rows: readonly Found[]; readonly note?: string } | { readonly unreadable: string };

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

export function rowLabels(some: Partial<RowLabels>): RowLabels {
  return { namespace: '', pod: '', container: '', node: '', code: '', le: '', workload: '', workloadType: '', ...some };
}
