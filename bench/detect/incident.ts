// What goes wrong in the simulated cluster: kinds of incidents by family, where they lie, how large they are and how they come on.
import type { SignalFamily, SignalTraits } from '../../src/model/signal-traits.ts';
import type { Chance } from './chance.ts';

export type IncidentKind = 'step' | 'ramp' | 'drop' | 'stuck' | 'variance' | 'leak' | 'odd pod' | 'crash loop';

export type Incident = {
  readonly kind: IncidentKind;
  /** First and last minute. */
  readonly onset: number;
  readonly end: number;
  readonly side: 'up' | 'down';
  /** In minimum effects at the usual level. */
  readonly floors: number;
  /** Minutes to full size. */
  readonly rise: number;
  /** Minutes that it is there and away, for what comes and goes. */
  readonly turn: number;
};

const kinds: { readonly [Family in SignalFamily]?: readonly [IncidentKind, ...IncidentKind[]] } = {
  cpu: ['step', 'ramp', 'stuck', 'variance', 'odd pod'],
  throttling: ['step', 'ramp', 'variance'],
  memory: ['step', 'leak', 'odd pod'],
  restarts: ['crash loop'],
  ready: ['drop', 'odd pod'],
  network: ['step', 'drop', 'stuck', 'variance'],
  'network errors': ['step', 'ramp', 'variance'],
  traffic: ['step', 'drop', 'stuck', 'ramp'],
  errors: ['step', 'ramp', 'variance', 'odd pod'],
  latency: ['step', 'ramp', 'variance', 'odd pod'],
};

const leastFloors = 1.5;
const mostFloors = 4;
const shareOfSeries = 0.42;
const shortestMinutes = 30;
const longestMinutes = 240;

/** At most one incident of a series in the minutes [from, to); `deepest` bounds how far down its level can go, in minimum effects. */
export function incidentOf(
  traits: SignalTraits,
  from: number,
  to: number,
  deepest: number,
  chance: Chance,
): Incident | null {
  const kind = chance.pick<IncidentKind>(kinds[traits.family] ?? ['step']);
  const onset = Math.floor(chance.between(from + 60, to - longestMinutes - 60));
  const lasts = Math.round(chance.scale(shortestMinutes, longestMinutes));
  const isDown =
    traits.direction === 'down' ||
    kind === 'drop' ||
    (traits.direction === 'both' && kind !== 'step' && chance.is(0.5));
  const floors = chance.between(leastFloors, mostFloors);
  const rise = kind === 'ramp' ? Math.min(chance.scale(8, 40), lasts / 2) : kind === 'leak' ? lasts * 0.6 : 0;
  const turn = chance.between(6, 14);
  if (!chance.is(shareOfSeries)) return null;
  return {
    kind,
    onset,
    end: onset + lasts,
    side: isDown ? 'down' : 'up',
    floors: isDown ? Math.min(floors, Math.max(leastFloors, deepest)) : floors,
    rise,
    turn,
  };
}

/** Share of the full size at a minute: 0 outside. */
export function strengthAt(incident: Incident, minute: number): number {
  const since = minute - incident.onset;
  if (since < 0 || minute > incident.end) return 0;
  if (incident.kind === 'variance') return Math.floor(since / incident.turn) % 2 === 0 ? 1 : 0;
  return incident.rise === 0 ? 1 : Math.min(1, (since + 1) / incident.rise);
}
