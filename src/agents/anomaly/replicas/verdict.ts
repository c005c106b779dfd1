// The word for a group of replicas: one is odd, some are, all moved together, or two differ and nobody can say which is wrong.

export type ReplicaVerdict = 'one' | 'some' | 'all' | 'they differ' | 'none';

export type GroupSight = {
  /** Pods outside their start-up grace with a value. */
  readonly pods: number;
  /** Pods whose distance from their siblings left its own past. */
  readonly odd: number;
  /** The workload's own level deviates. */
  readonly isWorkloadOpen: boolean;
};

/**
 * detection.md 12. When more than half are odd the median of the siblings is the odd level itself: then nobody can tell by peers, and the
 * workload's own test decides.
 */
export function verdictOf({ pods, odd, isWorkloadOpen }: GroupSight): ReplicaVerdict {
  if (pods < 2) return 'none';
  if (odd > 0 && pods === 2) return 'they differ';
  if (odd > 0 && odd <= pods / 2) return odd === 1 ? 'one' : 'some';
  return isWorkloadOpen ? 'all' : 'none';
}
