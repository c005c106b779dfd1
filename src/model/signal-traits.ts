// What a detector must know of a signal: which side is bad, how large a change matters, and which signals form one family.
import type { SignalId, SignalUnit } from './signal.ts';

/** Signals that are tested together against false discoveries and that count as one voice for corroboration. */
export type SignalFamily =
  | 'cpu'
  | 'throttling'
  | 'memory'
  | 'restarts'
  | 'ready'
  | 'network'
  | 'network errors'
  | 'traffic'
  | 'errors'
  | 'latency'
  | 'saturation'
  | 'queue'
  | 'pending'
  | 'autoscaler'
  | 'pressure'
  | 'control plane'
  | 'node';

export const signalFamilies = [
  'cpu',
  'throttling',
  'memory',
  'restarts',
  'ready',
  'network',
  'network errors',
  'traffic',
  'errors',
  'latency',
  'saturation',
  'queue',
  'pending',
  'autoscaler',
  'pressure',
  'control plane',
  'node',
] as const satisfies readonly SignalFamily[];

export type SignalTraits = {
  readonly id: SignalId;
  /** As a sentence begins: "p99", "working set", "restarts". */
  readonly title: string;
  /** After a value: " of limit". */
  readonly suffix?: string;
  readonly unit: SignalUnit;
  readonly family: SignalFamily;
  /** The bad side. */
  readonly direction: 'up' | 'down' | 'both';
  /** Both must be exceeded (detection.md 10); `relative` 1 means that only the absolute floor applies. */
  readonly floor: {
    readonly absolute: number;
    readonly relative: number;
    /** Share of the workload's CPU request that the absolute floor is at least. */
    readonly shareOfRequest?: number;
    /** What fills up matters sooner when it is nearly full: a rise beyond `from` matters once it is `absolute`. */
    readonly above?: { readonly from: number; readonly absolute: number };
    /** Whose word the floors are, where they are not those of the catalogue: "its annotation". */
    readonly from?: { readonly absolute: string; readonly relative?: string };
  };
  /** Requests that must lie behind the last five samples before the value means anything: p99 needs n·(1 − q) ≥ 10 (detection.md 4). */
  readonly leastRequests?: number;
  /** Rises with traffic by itself, so that traffic can explain it. */
  readonly follows?: 'traffic';
  /** What a deviation alone is worth: load that rises is worth noting, harm to users is critical. */
  readonly severity: 'critical' | 'warning' | 'info';
  /** Below this value a deviation is only worth noting. */
  readonly harmlessBelow?: number;
  /** The rhythm in which its usual level returns. */
  readonly seasonality: 'none' | 'daily' | 'weekly';
};

/** The least change from `location` toward `side` that matters, in the unit of the signal. */
export function minimumEffect(traits: SignalTraits, location: number, side: 'up' | 'down', cpuRequest = 0): number {
  const { relative, shareOfRequest = 0 } = traits.floor;
  const share = side === 'up' ? relative - 1 : 1 - 1 / relative;
  return Math.max(absoluteFloor(traits.floor, location, side), shareOfRequest * cpuRequest, share * Math.abs(location));
}

/** "10 points, or above 80 %": the way to 80 % is enough, where it is shorter than the floor and longer than what matters beyond. */
function absoluteFloor({ absolute, above }: SignalTraits['floor'], location: number, side: 'up' | 'down'): number {
  if (above === undefined || side === 'down') return absolute;
  return Math.min(absolute, Math.max(above.absolute, above.from - location));
}
