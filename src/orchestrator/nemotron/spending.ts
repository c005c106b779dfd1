// Counts the tokens that models cost, for each incident, the last hour and the last day, and says no before a question would break a cap.
import type { Clock } from '../../clock.ts';

export type Caps = { readonly incident: number; readonly hour: number; readonly day: number };

export interface Spending {
  count(incident: string | null, tokens: number): void;
  /** Why a question that may cost so many tokens is not asked, or null. */
  refusal(incident: string | null, tokens: number): string | null;
  spent(): { readonly hour: number; readonly day: number };
}

export const usualCaps: Caps = { incident: 30_000, hour: 300_000, day: 2_000_000 };
const mostIncidents = 1_000;
const minuteMs = 60_000;
const minutesOfHour = 60;
const minutesOfDay = 1_440;

export function createSpending(clock: Clock, caps: Caps = usualCaps): Spending {
  const byIncident = new Map<string, number>();
  /** Tokens by minute of the monotonic clock, the newest last; never more than a day of them. */
  const byMinute = new Map<number, number>();
  const minuteNow = (): number => Math.floor(clock.monotonic() / minuteMs);
  const inLast = (minutes: number): number => {
    const from = minuteNow() - minutes;
    let total = 0;
    for (const [minute, tokens] of byMinute) if (minute > from) total += tokens;
    return total;
  };
  return {
    count(incident, tokens) {
      const minute = minuteNow();
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + tokens);
      for (const old of byMinute.keys()) if (old <= minute - minutesOfDay) byMinute.delete(old);
      if (incident === null) return;
      const total = (byIncident.get(incident) ?? 0) + tokens;
      // Re-set, so that the incident asked least recently is the first to be forgotten.
      byIncident.delete(incident);
      byIncident.set(incident, total);
      const [oldest] = byIncident.keys();
      if (byIncident.size > mostIncidents && oldest !== undefined) byIncident.delete(oldest);
    },
    refusal(incident, tokens) {
      const known = incident === null ? 0 : (byIncident.get(incident) ?? 0);
      if (incident !== null && known + tokens > caps.incident)
        return `this incident has cost ${known} tokens, at most ${caps.incident} are spent on one`;
      const hour = inLast(minutesOfHour);
      if (hour + tokens > caps.hour) return `${hour} tokens were spent in the last hour, at most ${caps.hour} are`;
      const day = inLast(minutesOfDay);
      return day + tokens > caps.day ? `${day} tokens were spent in the last day, at most ${caps.day} are` : null;
    },
    spent: () => ({ hour: inLast(minutesOfHour), day: inLast(minutesOfDay) }),
  };
}
