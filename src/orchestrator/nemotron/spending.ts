// Counts the tokens that each incident has cost, and says no more at the cap; only so many incidents are remembered.
import type { Completion } from './client.ts';

export interface Spending {
  count(incident: string, completion: Pick<Completion, 'promptTokens' | 'completionTokens'>): void;
  /** Why this incident gets no further question, or null. */
  refusal(incident: string): string | null;
}

const mostTokens = 30_000;
/** Counted for an answer whose endpoint does not count: a full brief and a full answer. */
const unknownTokens = 4_300;
const mostIncidents = 1_000;

export function createSpending(): Spending {
  const spent = new Map<string, number>();
  return {
    count(incident, { promptTokens, completionTokens }) {
      const isUncounted = promptTokens === undefined && completionTokens === undefined;
      const more = isUncounted ? unknownTokens : (promptTokens ?? 0) + (completionTokens ?? 0);
      const total = (spent.get(incident) ?? 0) + more;
      // Re-set, so that the incident asked least recently is the first to be forgotten.
      spent.delete(incident);
      spent.set(incident, total);
      const [oldest] = spent.keys();
      if (spent.size > mostIncidents && oldest !== undefined) spent.delete(oldest);
    },
    refusal(incident) {
      const total = spent.get(incident) ?? 0;
      return total < mostTokens
        ? null
        : `this incident has cost ${total} tokens, at most ${mostTokens} are spent on one`;
    },
  };
}
