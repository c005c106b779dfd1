// Remembers for each model of an endpoint the highest rung that works, tries the higher ones again each day, and tells every change with its reason.
import type { Clock } from '../../clock.ts';
import type { RungName } from './question.ts';
import type { Rung } from './rungs.ts';

export type RungChange = {
  readonly model: string;
  readonly from: RungName;
  readonly to: RungName;
  readonly reason: string;
};

export interface Ladder {
  /** The rung to ask on, of those that the model's family may stand on; null when none works: the playbook leads. */
  rung(model: string, allowed: readonly Rung[]): Rung | null;
  /** The rung does not work; the next question stands on the one below. */
  fell(model: string, allowed: readonly Rung[], from: Rung, reason: string): void;
  worked(model: string, allowed: readonly Rung[], on: Rung): void;
}

const retryMs = 24 * 3_600_000;
/** Below the last rung nothing is asked at all, so a model is not left there for a day. */
const floorRetryMs = 3_600_000;

type Memory = { readonly at: number; readonly sinceMs: number };

export function createLadder(clock: Clock, onChange: (change: RungChange) => void): Ladder {
  const memory = new Map<string, Memory>();
  const indexOf = (model: string, allowed: readonly Rung[]): number => {
    const known = memory.get(model);
    if (known === undefined) return 0;
    const forMs = known.at >= allowed.length ? floorRetryMs : retryMs;
    return clock.monotonic() - known.sinceMs < forMs ? known.at : 0;
  };
  const nameAt = (allowed: readonly Rung[], at: number): RungName => allowed[at]?.name ?? 'playbook';
  return {
    rung: (model, allowed) => allowed[indexOf(model, allowed)] ?? null,
    fell(model, allowed, from, reason) {
      const at = allowed.indexOf(from);
      // Another question may have fallen from it already.
      if (at < 0 || at < indexOf(model, allowed)) return;
      memory.set(model, { at: at + 1, sinceMs: clock.monotonic() });
      onChange({ model, from: from.name, to: nameAt(allowed, at + 1), reason });
    },
    worked(model, allowed, on) {
      const known = memory.get(model);
      const at = allowed.indexOf(on);
      if (known === undefined || at < 0 || at >= known.at) return;
      memory.set(model, { at, sinceMs: clock.monotonic() });
      onChange({ model, from: nameAt(allowed, known.at), to: on.name, reason: 'it works again' });
    },
  };
}
