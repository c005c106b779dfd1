// Keeps what the anomaly agent has learned over a restart: read back at the start, written now and then and at the end.
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import { type Pace, scaled } from './model/pace.ts';
import { restoreBaselines, type BaselineStore } from './store/baselines.ts';

export interface Baselines {
  /** Reads back what was kept, and says in a sentence what came of it. */
  recall(nowMs: number): Promise<{ readonly isRestored: boolean; readonly said: string }>;
  keepWhenDue(nowMs: number): Promise<void>;
  /** A baseline that cannot be written costs a warm-up, never the run. */
  keep(): Promise<void>;
}

/** Half an hour at pace 1. */
const everyMs = 30 * 60_000;

export function keepBaselines(
  store: BaselineStore,
  anomaly: Pick<AnomalyAgent, 'learned' | 'recall'>,
  pace: Pace,
  tell: (why: string) => void,
): Baselines {
  let keptMs: number | null = null;
  const keep = async (): Promise<void> => {
    const kept = await store.keep(anomaly.learned());
    if (!kept.kept) tell(kept.why);
  };
  return {
    async recall(nowMs) {
      let isRestored = false;
      const said = await restoreBaselines(store, (bytes) => {
        const answer = anomaly.recall(bytes, nowMs);
        isRestored = answer.restored;
        return answer;
      });
      return { isRestored, said };
    },
    async keepWhenDue(nowMs) {
      keptMs ??= nowMs;
      if (nowMs - keptMs < scaled(pace, everyMs)) return;
      keptMs = nowMs;
      await keep();
    },
    keep,
  };
}
