// The anomaly agent as other rooms see it: it learns the past, says what is significant now, and judges whether a write helped or harmed.
import type { Assessment, Finding } from '../../model/finding.ts';
import type { History, Observation, SeriesKey, SignalBook } from '../../model/signal.ts';
import type { NearMiss, Suspicion, TestedSuspicion } from '../../model/suspicion.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';

export type Recovery = {
  readonly word: 'recovered' | 'not fixed' | 'undecided';
  readonly sentence: string;
};

export type Harm = {
  readonly word: 'harmed' | 'fine' | 'not known';
  readonly sentence: string;
  /** Series ids of the guards that were harmed, or that cannot be seen. */
  readonly series: readonly string[];
};

/** Something that was declared and is not watched. */
export type Unwatched = { readonly what: string; readonly why: string; readonly next: string };

/** Declared objectives: how many are counted, and which are not. */
export type Objectives = { readonly counted: number; readonly unwatched: readonly Unwatched[] };

export interface AnomalyAgent {
  /** Everything learned, in pieces to keep over a restart; nothing else may be asked of the agent while they are taken. */
  learned(): Iterable<Uint8Array>;
  /**
   * Takes what was kept, or says why not and stays as it was; call it before `learn`, which then adds only what was not kept. What is of
   * a time after `nowMs` is not taken: each cycle until then would be one that was seen already.
   */
  recall(
    bytes: Uint8Array,
    nowMs: number,
  ): { readonly restored: true } | { readonly restored: false; readonly why: string };
  learn(histories: readonly History[]): void;
  /** The weekends before that past, in quarters of an hour: what a weekend is compared with, and nothing else. */
  learnWeekends(histories: readonly History[]): void;
  /**
   * The pass over all series of this observation, on worker threads where there are series enough for them. `assess` of the same
   * observation finds it done; without, it does it itself and says the same. Until it resolves the agent must be left alone.
   */
  prepare?(observation: Observation): Promise<void>;
  /** One cycle. `openFindings` are taken over once after a start, so that a finding outlives the process. */
  assess(
    observation: Observation,
    view: ClusterView,
    state?: { readonly openFindings: readonly Finding[] },
  ): Assessment;
  /**
   * A cycle of the past, for a process that starts or only looks once: signals are tested as they were then, facts of the API are of now
   * and wait. `openFindings` as for `assess`. Cycles up to the newest that was tested, or kept over a restart, are left out.
   */
  replay(observation: Observation, view: ClusterView, openFindings?: readonly Finding[]): void;
  /** A read between cycles (guard reads): its samples serve `harmed`, `recovered` and the book, never the cycle's test. */
  note(observation: Observation): void;
  book(): SignalBook;
  /** `ids` are ids of findings or of series; all of them must have recovered since `sinceMs` (the write, or when it settled). */
  recovered(ids: readonly string[], sinceMs: number): Recovery;
  /**
   * Call once per guard read, after `note` or `assess`; two of three reads must agree. Only values count whose whole window lies
   * after the change has settled, or after the time that a change is given to settle (`settledAtMs` null).
   */
  harmed(guards: readonly SeriesKey[], writtenAtMs: number, settledAtMs: number | null): Harm;
  /** Claims of the leader: each is tested in the coming cycles, and becomes a finding only when it is significant. */
  suspect(claims: readonly Suspicion[]): void;
  /** Tests of claims that ended since the last call. */
  suspicionsEnded(): readonly TestedSuspicion[];
  /** What moved and stayed below every bar, furthest first. */
  nearMisses(most: number): readonly NearMiss[];
  /** Objectives as the newest cycle left them. */
  objectives(): Objectives;
  /**
   * Series that the newest cycle tested without the past that they once had, because there was no room for it: to be asked from
   * the source and handed to `readBack`. They are told again by the cycles that test them, others first, until it has come.
   */
  pastsWanted?(most: number): readonly SeriesKey[];
  /** The past of series that were wanted, as far as the source has one; they learn again in any case. */
  readBack?(wanted: readonly SeriesKey[], histories: readonly History[]): void;
  /** A write changed this object: its start-up is no news, and the level before it is kept. */
  markWrite(of: ObjectRef, atMs: number): void;
  /** Ends its threads. */
  close?(): Promise<void>;
}
