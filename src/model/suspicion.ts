// Suspicions: claims of a leader about signals of one workload that no detector raised; worth nothing until the anomaly agent has tested them.
import type { SignalId } from './signal.ts';
import type { ObjectRef } from './target.ts';

/** What is claimed: that these signals of this object moved together, for the worse. */
export type Suspicion = {
  readonly of: ObjectRef;
  /** Two to eight. */
  readonly signals: readonly SignalId[];
  readonly why: string;
};

export type SuspicionResult = 'confirmed' | 'refuted' | 'not testable';

/** A suspicion after its test, with what the test said in one sentence. */
export type TestedSuspicion = {
  readonly suspicion: Suspicion;
  readonly result: SuspicionResult;
  readonly sentence: string;
};

/** A deviation that stayed below what opens a finding: material for a suspicion, no finding. */
export type NearMiss = {
  readonly of: Suspicion['of'];
  readonly signal: Suspicion['signals'][number];
  readonly value: number;
  readonly usual: readonly [number, number];
  /** How many least effects away from the usual level; below one it is too small to matter by itself. */
  readonly effects: number;
  readonly sentence: string;
};

/** `shop/Deployment/web cpu.usage sli.latency`: the same claim in other words is the same claim. */
export function claimOf({ of, signals }: Pick<Suspicion, 'of' | 'signals'>): string {
  return `${of.namespace}/${of.kind}/${of.name} ${[...new Set(signals)].toSorted().join(' ')}`;
}
