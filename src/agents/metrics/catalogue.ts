// The signals of the product as data: unit, the bad side, the change that matters (detection.md 10), and what each is computed from.
import type { SignalId } from '../../model/signal.ts';
import { machineSignals } from './machine-signals.ts';
import type { SignalDefinition } from './signal-definition.ts';
import { workloadSignals } from './workload-signals.ts';

export const catalogue: readonly SignalDefinition[] = [...workloadSignals, ...machineSignals];

const byId = new Map<SignalId, SignalDefinition>(catalogue.map((one) => [one.id, one]));

/** A built-in signal; undefined for one that a user declared. */
export function builtIn(id: SignalId): SignalDefinition | undefined {
  return byId.get(id);
}
