// New pods that differ from the old ones beside them as a finding of their workload: values of both, and which version it is.
import type { SignalFinding } from '../../../model/finding.ts';
import type { SeriesState } from '../series-state.ts';
import { sixDigits } from '../signal-findings.ts';
import { shownValue } from '../sentence/wording.ts';
import type { PodSeries } from './pod-series.ts';
import { replicaFinding } from './replica-finding.ts';

export type OddVersion = {
  readonly state: SeriesState;
  readonly version: string;
  readonly series: PodSeries;
  readonly young: readonly string[];
  readonly old: number;
  /** Whether the old pods were followed for a day. */
  readonly isFull: boolean;
};

const mostNamed = 20;

export function versionFindingId({ id }: Pick<SeriesState, 'id'>): string {
  return `version:${id}`;
}

/** Null while it was taken over from before a start and not tested since. */
export function versionFinding({ state, version, series, young, old, isFull }: OddVersion): SignalFinding | null {
  const pods = young.length + old;
  const shared = `version ${version}`;
  const verdict = young.length === 1 ? 'one' : 'some';
  const found = replicaFinding({ state, verdict, odd: [series], pods, shared });
  const last = series.open?.last ?? null;
  if (found === null || last === null) return null;
  const { title, suffix = '', unit } = state.traits;
  const [value, others] = [last.value, last.others].map((one) => `${shownValue(one, unit)}${suffix}`);
  const { values } = last.level;
  return {
    ...found,
    id: versionFindingId(state),
    of: state.key.of,
    sentence: `${title} of ${count(young.length, 'new')} (${shared}) ${value}, of ${count(old, 'old')} beside ${others}`,
    test: {
      ...found.test,
      name: 'minimum effect between new and old pods',
      windows: values.length,
      family: 'versions',
      stat: sixDigits(last.test.t),
    },
    confidence: isFull ? 'validated' : 'candidate',
    replicas: { verdict, odd: [...young].slice(0, mostNamed), of: pods, shared },
    notes: [
      `compared with ${values.length} distances of old pods from each other`,
      'ends when old and new pods no longer run side by side',
    ],
  };
}

function count(pods: number, word: string): string {
  return `${pods} ${word} ${pods === 1 ? 'pod' : 'pods'}`;
}
