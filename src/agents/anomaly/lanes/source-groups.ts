// Which signals come from one place, so that they fall silent together: the application's own metrics, and what the kubelets tell of containers.
import type { SignalId } from '../../../model/signal.ts';
import type { SignalFamily } from '../../../model/signal-traits.ts';

export type SourceGroup = {
  readonly name: 'application' | 'containers';
  /** In a sentence: "requests", "CPU, memory and network". */
  readonly tells: string;
  /** The signal that stands for the group in a finding. */
  readonly signal: SignalId;
  readonly families: ReadonlySet<SignalFamily>;
  /** Families whose level of a workload is a sum over its pods: one pod less is no lower level. */
  readonly sums: ReadonlySet<SignalFamily>;
};

/** Ratios and quantiles are left out of presence: without requests there are none, and nothing is silent. */
export const sourceGroups: readonly SourceGroup[] = [
  {
    name: 'application',
    tells: 'requests',
    signal: 'sli.rps',
    families: new Set<SignalFamily>(['traffic', 'errors', 'latency']),
    sums: new Set<SignalFamily>(['traffic']),
  },
  {
    name: 'containers',
    tells: 'CPU, memory and network',
    signal: 'cpu.usage',
    families: new Set<SignalFamily>(['cpu', 'throttling', 'memory', 'network', 'network errors']),
    sums: new Set<SignalFamily>(['cpu', 'network', 'network errors']),
  },
];

/** Signals that are there whenever their source is. */
const alwaysThere: ReadonlyMap<SignalId, SourceGroup['name']> = new Map<SignalId, SourceGroup['name']>([
  ['sli.rps', 'application'],
  ['cpu.usage', 'containers'],
  ['memory.working_set', 'containers'],
]);

export function groupOfSample(signal: SignalId): SourceGroup['name'] | null {
  return alwaysThere.get(signal) ?? null;
}

export function groupOfFamily(family: SignalFamily): SourceGroup | null {
  return sourceGroups.find((one) => one.families.has(family)) ?? null;
}
