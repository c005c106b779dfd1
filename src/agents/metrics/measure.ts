// What a raw series is: its name in Prometheus and in the text format, what its labels tell apart, and how it adds up.

/** What a row can be told apart by; each is read from the labels that `labelNames` lists, the first that is there. */
export type RowLabel =
  'namespace' | 'pod' | 'container' | 'node' | 'code' | 'le' | 'claim' | 'service' | 'workload' | 'workloadType';

export type LabelMatch = {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
};

export type Measure = {
  /** Unique. */
  readonly id: string;
  /** What it measures. Of several that give the same to one owner, the first in the list counts, and it alone. */
  readonly gives: string;
  /** Name of the metric in the text format and in Prometheus. */
  readonly metric: string;
  /** A second metric whose value is added: the other direction of a connection. */
  readonly plus?: string;
  /** The metric of the capacity, with the same labels: the measure is the share of it that is used. */
  readonly over?: string;
  /** The metric tells what is free, not what is used. */
  readonly isFree?: true;
  readonly where?: readonly LabelMatch[];
  /** What holds for all series of the cluster; the configuration says it. */
  readonly everywhere?: readonly LabelMatch[];
  readonly kind: 'counter' | 'gauge';
  /** Aggregation over what the labels do not tell apart. */
  readonly aggregate: 'sum' | 'max';
  /** How the rows of one owner make one value; as `aggregate` when absent. */
  readonly combine?: 'sum' | 'max';
  readonly by: readonly RowLabel[];
  /** Names of labels where this metric has others than `labelNames`. */
  readonly labels?: Partial<Readonly<Record<RowLabel, readonly string[]>>>;
  /** Upper bounds of buckets are in milliseconds. */
  readonly inMilliseconds?: true;
  /** Page that exposes it: of the kubelet, of a pod itself, or of an exporter that only Prometheus reads. */
  readonly from: 'resource' | 'cadvisor' | 'kubelet' | 'pod' | 'exporter';
  /** Many clusters lack it: it is asked for again only now and then while nothing has it. */
  readonly optional?: true;
  /** Whole PromQL of a user, in place of metric, where and aggregate. */
  readonly query?: string;
  /** What cannot be seen without it. */
  readonly capability: string;
  /** What that costs. */
  readonly cost: string;
};

const usual: Readonly<Record<RowLabel, readonly string[]>> = {
  namespace: ['namespace'],
  pod: ['pod'],
  container: ['container'],
  node: ['node', 'kubernetes_node', 'nodename', 'instance'],
  code: ['code', 'status', 'status_code'],
  le: ['le'],
  claim: ['persistentvolumeclaim'],
  service: ['service'],
  workload: ['workload'],
  workloadType: ['workload_type'],
};

/** Labels of the stored series that may hold this one, the first that is not empty counts. */
export function labelNames(measure: Measure, label: RowLabel): readonly string[] {
  return measure.labels?.[label] ?? usual[label];
}

/** Labels that the rows of a measure may carry, with where each is read; those of an owner that the server joined are among them. */
export function labelPlan(measure: Measure): ReadonlyMap<RowLabel, readonly string[]> {
  const joined: readonly RowLabel[] = measure.query === undefined ? ['workload', 'workloadType'] : [];
  const plan = new Map(joined.map((label) => [label, usual[label]]));
  for (const label of measure.by) plan.set(label, labelNames(measure, label));
  return plan;
}

/** Where labels are read when no measure says otherwise. */
export const usualLabels: ReadonlyMap<RowLabel, readonly string[]> = new Map(
  (['namespace', 'pod', 'container', 'node', 'code', 'le', 'claim', 'workload', 'workloadType'] as const).map(
    (label) => [label, usual[label]],
  ),
);

export function combineOf(measure: Measure): 'sum' | 'max' {
  return measure.combine ?? measure.aggregate;
}

/** Whether a series of the text format is one of the measure's; an absent label is ''. */
export function isMatch(where: readonly LabelMatch[], label: (name: string) => string): boolean {
  return where.every(({ label: name, op, value }) => {
    const found = label(name);
    switch (op) {
      case '=':
        return found === value;
      case '!=':
        return found !== value;
      case '=~':
        return new RegExp(`^(?:${value})$`).test(found);
      case '!~':
        return !new RegExp(`^(?:${value})$`).test(found);
      default:
        return op satisfies never;
    }
  });
}
