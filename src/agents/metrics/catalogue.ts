// The signals of the product as data: unit, the bad side, the change that matters (detection.md 10), and what each is computed from.
import { machineSignals } from './machine-signals.ts';
import type { SignalDefinition } from './signal-definition.ts';
import { workloadSignals } from './workload-signals.ts';

export const catalogue: readonly SignalDefinition[] = [...workloadSignals, ...machineSignals];
