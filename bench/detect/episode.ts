// Alarms against labels: stretches of alarm, merged when close, are hits, echoes of another incident, or false.
import type { Incident, IncidentKind } from './incident.ts';

/** One stretch of alarm in minutes, with the onset that the detector named. */
export type Episode = {
  readonly from: number;
  readonly to: number;
  readonly onset: number | null;
  /** What was seen when it began, for `--list`. */
  readonly about: string;
};

export type Scored = {
  readonly family: string;
  readonly kind: IncidentKind | null;
  /** Null without an incident. */
  readonly isFound: boolean | null;
  /** Minutes from the onset to the alarm. */
  readonly delay: number | null;
  /** Minutes by which the named onset is late. */
  readonly onsetError: number | null;
  readonly floors: number;
  readonly falseAlarms: readonly Episode[];
  readonly days: number;
};

const mergeMinutes = 30;
const lateMinutes = 10;

export interface Alarms {
  /** Call once per minute, in order. */
  note(minute: number, isOn: boolean, onset: number | null, about?: () => string): void;
  episodes(): readonly Episode[];
}

export function createAlarms(): Alarms {
  const found: { from: number; to: number; onset: number | null; about: string }[] = [];
  return {
    note(minute, isOn, onset, about) {
      if (!isOn) return;
      const last = found.at(-1);
      if (last !== undefined && minute - last.to <= mergeMinutes) last.to = minute;
      else found.push({ from: minute, to: minute, onset, about: about?.() ?? '' });
    },
    episodes: () => found,
  };
}

/** A detection counts from the onset to ten minutes after the end; alarms while another incident moves the series count as nothing. */
export function scored(
  about: { readonly family: string; readonly incident: Incident | null; readonly follows: Incident | null },
  episodes: readonly Episode[],
  days: number,
): Scored {
  const { family, incident, follows } = about;
  const isIn = (one: Episode, other: Incident | null): boolean =>
    other !== null && one.from >= other.onset && one.from <= other.end + lateMinutes;
  const hit = episodes.find((one) => isIn(one, incident));
  return {
    family,
    kind: incident?.kind ?? null,
    isFound: incident === null ? null : hit !== undefined,
    delay: hit === undefined || incident === null ? null : hit.from - incident.onset,
    onsetError: hit === undefined || incident === null || hit.onset === null ? null : hit.onset - incident.onset,
    floors: incident?.floors ?? 0,
    falseAlarms: episodes.filter((one) => !isIn(one, incident) && !isIn(one, follows)),
    days,
  };
}
