// Counts the answers of an incident that did not hold: after two of them the playbook leads it, whatever the model would say next.

export interface Strikes {
  add(incident: string): void;
  /** Why the model is not asked about this incident any more, or null. */
  refusal(incident: string | null): string | null;
}

const most = 2;
const mostIncidents = 1_000;

export function createStrikes(): Strikes {
  const counts = new Map<string, number>();
  return {
    add(incident) {
      const times = (counts.get(incident) ?? 0) + 1;
      counts.delete(incident);
      counts.set(incident, times);
      const [oldest] = counts.keys();
      if (counts.size > mostIncidents && oldest !== undefined) counts.delete(oldest);
    },
    refusal(incident) {
      const times = incident === null ? 0 : (counts.get(incident) ?? 0);
      return times < most ? null : `${times} answers about this incident did not hold`;
    },
  };
}
