// When findings began, how late they were found and whether they keep coming back: how long a repair must be watched before it counts.
import type { Finding } from '../../model/finding.ts';
import { type Pace, scaled } from '../../model/pace.ts';

type Appearance = { readonly onsets: number[]; delayMs: number };

export interface Appearances {
  /** Takes in what holds in a cycle. */
  note(findings: readonly Finding[]): void;
  /** The least time after a write for a verdict on this finding. */
  observationMs(id: string): number;
}

const minute = 60_000;
const leastMs = 15 * minute;
/** A container's back-off reaches five minutes: quiet for less says nothing of a restart loop. */
const restartsMs = 20 * minute;
/** With more a slow ramp could never be called fixed before the verdict is due (60 min). */
const mostForDelayMs = 45 * minute;
const timesDelay = 3;
const timesPeriod = 2;
const keptIds = 2_000;
const keptOnsets = 4;
/** Two gaps are a period when the longer is at most this many times the shorter. */
const alike = 1.5;

/** detection.md 16: the most of 15 min, three detection delays and two periods; 20 min for restarts. */
export function createAppearances(pace: Pace): Appearances {
  const known = new Map<string, Appearance>();
  return {
    note(findings) {
      for (const { id, onsetMs, firstSeenMs } of findings) {
        const one = known.get(id) ?? { onsets: [], delayMs: 0 };
        // Newest last, so that what was not seen for longest is forgotten first.
        known.delete(id);
        known.set(id, one);
        one.delayMs = Math.max(0, firstSeenMs - onsetMs);
        if (onsetMs > (one.onsets.at(-1) ?? Number.NEGATIVE_INFINITY)) one.onsets.push(onsetMs);
        if (one.onsets.length > keptOnsets) one.onsets.shift();
      }
      for (const id of known.keys()) {
        if (known.size <= keptIds) break;
        known.delete(id);
      }
    },
    observationMs(id) {
      const one = known.get(id);
      const least = scaled(pace, isOfRestarts(id) ? restartsMs : leastMs);
      if (one === undefined) return least;
      const forDelay = Math.min(timesDelay * one.delayMs, scaled(pace, mostForDelayMs));
      return Math.max(least, forDelay, timesPeriod * (periodOf(one.onsets) ?? 0));
    },
  };
}

/** Three beginnings at like distances; null when it does not keep time. */
function periodOf(onsets: readonly number[]): number | null {
  const gaps = onsets.slice(1).map((onset, at) => onset - (onsets[at] ?? onset));
  if (gaps.length < 2) return null;
  const [shortest, longest] = [Math.min(...gaps), Math.max(...gaps)];
  return longest <= alike * shortest ? longest : null;
}

function isOfRestarts(id: string): boolean {
  return /^\w+:restarts@/.test(id);
}
