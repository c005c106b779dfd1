// What a rule for hard facts of the API looks like: from a workload and its pods to a sign that holds now, or null.
import type { FactName, Severity } from '../../../model/finding.ts';
import type { Pace } from '../../../model/pace.ts';
import type { ObjectRef } from '../../../model/target.ts';
import type { ClusterView, Workload } from '../../../model/view.ts';
import type { Pod } from '../../../model/kube.ts';

export type FactSign = {
  readonly fact: FactName;
  readonly of: ObjectRef;
  readonly severity: Severity;
  /** When it began by the cluster's own times; null when no object tells. */
  readonly onsetMs: number | null;
  readonly sentence: string;
  readonly objects: readonly ObjectRef[];
  readonly container?: string;
  readonly count: number;
};

export type FactContext = {
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly pace: Pace;
  /** Restarts within ten minutes of a workload or of one of its pods; null when not known. */
  readonly restarts: (of: ObjectRef, pod?: string) => number | null;
  /** Usual requests per second; null when not known. */
  readonly usualRequests: (of: ObjectRef) => number | null;
};

/** `pods` are the live ones: not being deleted and not finished. */
export type FactRule = (workload: Workload, pods: readonly Pod[], context: FactContext) => FactSign | null;

/** Events and ends of containers older than this are the past. */
export const recentMs = 10 * 60_000;
