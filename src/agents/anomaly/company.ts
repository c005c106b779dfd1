// Whether an open signal has a second witness: something else about the same workload that is independent of it (detection.md 9).
import type { FactFinding, SignalFinding } from '../../model/finding.ts';
import { seriesId } from '../../model/signal.ts';
import { keyOf } from '../../model/target.ts';
import { replicaFamily, replicaFindingId } from './replicas/replica-finding.ts';
import type { SeriesState } from './series-state.ts';

export type Witnesses = {
  readonly facts: readonly FactFinding[];
  /** Series that are open. */
  readonly open: readonly SeriesState[];
  readonly fromLanes: readonly SignalFinding[];
};

/**
 * A fact, another family that is open, harm that was counted, or an odd pod by another family. What was counted or compared on
 * the same measurements is the same signal once more. The witness need not be as sure as what it stands beside, but one that has no three days of past is a
 * candidate itself.
 */
export function hasCompany(state: SeriesState, { facts, open, fromLanes }: Witnesses): boolean {
  const key = keyOf(state.key.of);
  return (
    facts.some((one) => keyOf(one.of) === key) ||
    fromLanes.some((one) => isWitness(one, state, key)) ||
    open.some((one) => keyOf(one.key.of) === key && one.traits.family !== state.traits.family && hasPast(one))
  );
}

function isWitness(one: SignalFinding, { key: { signal, of }, traits }: SeriesState, key: string): boolean {
  if (one.level === 'impact') return one.signal !== signal && keyOf(one.of) === key;
  const isOdd = one.id === replicaFindingId({ id: seriesId({ signal: one.signal, of }) });
  return isOdd && one.confidence !== 'candidate' && one.test.family !== replicaFamily(traits);
}

function hasPast({ open }: SeriesState): boolean {
  return open?.last != null && open.last.level.weaker < 2;
}
