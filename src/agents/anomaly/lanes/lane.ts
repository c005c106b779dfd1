// What a lane is: a detector beside the window test, with a test record and a life of its own.
import type { Finding, SignalFinding } from '../../../model/finding.ts';
import type { Pace } from '../../../model/pace.ts';
import type { ClusterView } from '../../../model/view.ts';
import type { SeriesTable } from '../series-table.ts';
import type { Windows } from '../settings.ts';

export type LaneCycle = {
  readonly table: SeriesTable;
  readonly view: ClusterView;
  readonly nowMs: number;
  /** What was open when the cycle began, so that a finding outlives the process. */
  readonly openFindings: readonly Finding[];
};

export interface Lane {
  /** Called once per cycle; answers every finding of this lane that holds now. Ids begin with a word of the lane's own, such as `slo:`. */
  cycle(input: LaneCycle): readonly SignalFinding[];
  /** Whether the finding with this id held in the newest cycle. */
  holds(id: string): boolean;
}

export type CreateLane = (about: { readonly pace: Pace; readonly windows: Windows }) => Lane;
