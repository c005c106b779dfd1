// What a running advisor cannot see right now, and what that costs: kinds of the API, measurements, objectives, and the past.
import type { Unwatched } from './agents/anomaly/anomaly-agent-port.ts';
import type { Observation } from './model/signal.ts';
import { type Unread, unreadPast } from './past-lessons.ts';

type BlindSpot = { readonly capability: string; readonly cost: string };

export type Unseen = {
  readonly kinds: readonly {
    readonly verb: string;
    readonly resource: string;
    readonly reason: string;
    readonly cost: string;
  }[];
  readonly measurements: Observation['missing'];
  readonly objectives: readonly Unwatched[];
  readonly past: readonly Unread[];
};

export function blindSpots({ kinds, measurements, objectives, past }: Unseen): readonly BlindSpot[] {
  return [
    ...kinds.map((one) => ({ capability: `${one.verb} ${one.resource}: ${one.reason}`, cost: one.cost })),
    ...measurements.map((one) => ({ capability: `${one.capability}: ${one.reason}`, cost: one.cost })),
    ...objectives.map((one) => ({ capability: `${one.what}: ${one.why}`, cost: one.next })),
    ...past.map(unreadPast),
  ];
}
