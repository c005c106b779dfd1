// What a lane is: a detector beside the window test, with a test record and a life of its own.
import type { Finding, SignalFinding } from '../../../model/finding.ts';
import type { Pace } from '../../../model/pace.ts';
import type { History, Observation, Sample } from '../../../model/signal.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import type { DeclaredSlo } from '../../../model/slo.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { Objectives, Recovery, Unwatched } from '../anomaly-agent-port.ts';
import type { SeriesTable } from '../series-table.ts';
import type { Windows } from '../settings.ts';

export type LaneCycle = {
  readonly table: SeriesTable;
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly observation: Observation;
  /** Workload and node samples of this cycle that the window test takes, by series id. */
  readonly fresh: ReadonlyMap<string, Sample>;
  /** What was open when the cycle began, so that a finding outlives the process. */
  readonly openFindings: readonly Finding[];
};

export interface Lane {
  /** The past as the sources tell it. What several calls bring adds up: a long past comes in parts. */
  learn?(histories: readonly History[]): void;
  /** Called before the window test of the same cycle, so that it can keep series out of it. */
  prepare?(input: LaneCycle): void;
  /** Whether the window test must leave this series alone in this cycle: what it shows is not whole. */
  isFrozen?(id: string): boolean;
  /** Called once per cycle; answers every finding of this lane that holds now. Ids begin with a word of the lane's own, such as `slo:`. */
  cycle(input: LaneCycle): readonly SignalFinding[];
  /** Whether the finding with this id held in the newest cycle. */
  holds(id: string): boolean;
  /** Declared objectives as they stand; a lane without any has none. */
  objectives?(): Objectives;
  /** What it keeps over a restart, in pieces that are as they were when they come back; `name` is the lane's own. */
  readonly keeps?: {
    readonly name: string;
    pieces(): Iterable<Uint8Array>;
    /** Called before the first cycle. What cannot be read is left out. */
    recall(pieces: readonly Uint8Array[]): void;
  };
  /** What became of a finding of this lane since a write; null for ids of others. */
  recovered?(id: string, sinceMs: number): Recovery | null;
}

/** Something that was declared and cannot be watched; told once. */
export type LaneProblem = Unwatched;

type LaneAbout = {
  readonly pace: Pace;
  readonly windows: Windows;
  readonly signals: readonly SignalTraits[];
  /** Objectives that the operator's file declares. */
  readonly slos: readonly DeclaredSlo[];
  readonly tell: (problem: LaneProblem) => void;
};

export type CreateLane = (about: LaneAbout) => Lane;
