// Suspicions: claims of a leader about signals of one workload that no detector raised; worth nothing until the anomaly agent has tested them.
import { z } from 'zod';
import { signalId } from './signal.ts';
import { objectRef } from './target.ts';

/** What is claimed: that these signals of this object moved together, for the worse. */
export const suspicion = z.object({
  of: objectRef,
  signals: z.array(signalId).min(1).max(8),
  why: z.string().max(400),
});
export type Suspicion = Readonly<z.infer<typeof suspicion>>;

export const suspicionResult = z.enum(['confirmed', 'refuted', 'not testable']);
export type SuspicionResult = z.infer<typeof suspicionResult>;

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
