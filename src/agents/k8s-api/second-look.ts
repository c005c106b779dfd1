// Decides at the last moment whether a permitted write may still leave: journal, stop, mode and lease as they are now (G02, G03, G19).
import type { Intent } from '../../folds/state.ts';
import { modes, type Mode } from '../../model/mode.ts';
import type { Granted } from '../../model/permit.ts';

export type Sight = {
  /** The intent as the journal holds it. */
  readonly intent: Intent | undefined;
  readonly isJournalWritable: boolean;
  readonly isStopped: boolean;
  readonly mode: Mode;
  readonly lease: { readonly epoch: number; readonly remainingMs: number } | null;
  /** How long the server may take to apply the write, milliseconds. */
  readonly serverTimeoutMs: number;
};

/** For what lies between our clock and the server's: pauses of this process, and the way there. */
const marginMs = 2_000;

/** Null when it may leave, else why not. Stop and mode do not hold a fence: it undoes nothing and only closes what is open. */
export function secondLook({ permit, needsMode, intentSeq }: Granted, sight: Sight): string | null {
  const { intent, lease } = sight;
  if (intent === undefined || intent.seq !== intentSeq || permit.intentSeq !== intentSeq)
    return 'its intent is not in the journal';
  if (intent.answer !== null || intent.fence !== null) return 'its intent was settled before';
  if (!sight.isJournalWritable) return 'the journal cannot be written';
  if (permit.purpose !== 'fence') {
    if (sight.isStopped) return 'actions are stopped';
    if (modes.indexOf(sight.mode) < modes.indexOf(needsMode))
      return `the mode is ${sight.mode} now, and it was judged under ${needsMode}`;
  }
  if (lease === null) return 'the lease is not held';
  if (lease.epoch !== permit.epoch) return `the lease is in epoch ${lease.epoch}, not in ${permit.epoch} any more`;
  if (lease.remainingMs <= sight.serverTimeoutMs + marginMs)
    return `only ${Math.floor(lease.remainingMs)} ms of the lease are left, less than the write may take`;
  return null;
}
