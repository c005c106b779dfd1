// Replicas of one StatefulSet with a value each, fed to the lane of replicas minute by minute; deterministic by seed.
import { createReplicaLane } from '../../src/agents/anomaly/replicas/replica-lane.ts';
import type { Lane } from '../../src/agents/anomaly/lanes/lane.ts';
import { createSeriesTable, type SeriesTable } from '../../src/agents/anomaly/series-table.ts';
import { windowsOf } from '../../src/agents/anomaly/settings.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import type { Finding, SignalFinding } from '../../src/model/finding.ts';
import { paceOf } from '../../src/model/pace.ts';
import { type History, type Observation, type Sample, seriesId, type SignalId } from '../../src/model/signal.ts';
import type { ObjectRef } from '../../src/model/target.ts';
import type { ClusterView } from '../../src/model/view.ts';
import { autocorrelated, minuteMs, startMs } from './signals.ts';
import { aDeployment, aNode, aPod, aView } from './view.ts';

export const replicated: ObjectRef = { kind: 'StatefulSet', namespace: 'shop', name: 'cart' };

/** Value of the pod with this index at a minute since the start; `noise` is its own, of deviation 1. NaN is a gap. */
export type PodLevel = (pod: number, minute: number, noise: number) => number;

export type PodRig = {
  readonly lane: Lane;
  readonly table: SeriesTable;
  readonly id: string;
  nowMs(): number;
  /** Runs cycles of a minute; the findings of the last one. */
  run(cycles: number, level: PodLevel): readonly SignalFinding[];
  /** A cycle after `afterMs` that brings the same samples as the last one did. */
  wake(afterMs: number): readonly SignalFinding[];
  /** A new process takes over what this one keeps, and what the journal says is open. */
  restart(open: readonly SignalFinding[]): void;
  /** Pods that the API shows from now on. */
  show(pods: readonly number[]): void;
};

export type PodRigOptions = {
  readonly pods: number;
  readonly signal?: SignalId;
  readonly seed?: number;
  readonly most?: number;
  /** Requests behind each sample. */
  readonly weight?: number;
  readonly openFindings?: readonly Finding[];
  readonly histories?: readonly History[];
  readonly nodeOf?: (pod: number) => string;
  readonly bornMs?: (pod: number) => number;
  /** Template of a pod; `new` is the newest one. */
  readonly versionOf?: (pod: number) => 'old' | 'new';
};

export function aPodRig(options: PodRigOptions): PodRig {
  const { signal = 'sli.latency', seed = 1, weight = 100_000 } = options;
  const pace = paceOf(1);
  const windows = windowsOf(pace);
  const table = createSeriesTable(catalogue);
  const aLane = (): Lane =>
    createReplicaLane(options.most ?? 1_000)({ pace, windows, signals: catalogue, slos: [], tell: () => undefined });
  let lane = aLane();
  let openFindings: readonly Finding[] = options.openFindings ?? [];
  lane.learn?.(options.histories ?? []);
  const noises = Array.from({ length: options.pods }, (_, pod) => autocorrelated(seed * 1_000 + pod, 0.5));
  let shown = noises.map((_, pod) => pod);
  let view = viewOf(shown, options);
  let nowMs = startMs;
  let minute = 0;
  let samples: readonly Sample[] = [];
  const cycle = (): readonly SignalFinding[] => {
    const observation: Observation = { atMs: nowMs, samples, sources: [], missing: [] };
    const fresh = table.note(observation);
    return lane.cycle({ table, view, nowMs, observation, fresh, openFindings });
  };
  return {
    get lane() {
      return lane;
    },
    table,
    id: seriesId({ signal, of: replicated }),
    nowMs: () => nowMs,
    run(cycles, level) {
      let findings: readonly SignalFinding[] = [];
      for (let at = 0; at < cycles; at += 1) {
        nowMs += minuteMs;
        minute += 1;
        const values = noises.map((noise, pod) => level(pod, minute, noise()));
        samples = [
          { key: { signal, of: replicated }, atMs: nowMs, value: values[0] ?? 0, weight },
          ...shown.flatMap((pod) => {
            const value = values[pod] ?? Number.NaN;
            return Number.isNaN(value)
              ? []
              : [{ key: { signal, of: replicated, pod: `cart-${pod}` }, atMs: nowMs, value, weight }];
          }),
        ];
        findings = cycle();
      }
      return findings;
    },
    wake(afterMs) {
      nowMs += afterMs;
      return cycle();
    },
    restart(open) {
      openFindings = open;
      const pieces = [...(lane.keeps?.pieces() ?? [])];
      lane = aLane();
      lane.keeps?.recall(pieces);
    },
    show(pods) {
      shown = [...pods];
      view = viewOf(shown, options);
    },
  };
}

function viewOf(pods: readonly number[], { pods: replicas, nodeOf, bornMs, versionOf }: PodRigOptions): ClusterView {
  const owner = aDeployment({ name: replicated.name, replicas });
  const view = aView({
    StatefulSet: [owner],
    Node: [aNode('node-1'), aNode('node-2')],
    Pod: pods.map((pod) => {
      const made = aPod({
        owner,
        name: `cart-${pod}`,
        ...(bornMs === undefined ? {} : { startMs: bornMs(pod) }),
        ...(versionOf === undefined ? {} : { metadata: { labels: { 'controller-revision-hash': versionOf(pod) } } }),
      });
      return nodeOf === undefined ? made : { ...made, spec: { containers: [], ...made.spec, nodeName: nodeOf(pod) } };
    }),
  });
  const revision = { number: 2, name: 'cart-new', uid: 'uid-new', hash: 'new', template: {}, createdAtMs: null };
  const current = { ...revision, replicas: 1, readyReplicas: 1, current: true };
  return versionOf === undefined ? view : { ...view, revisionsOf: () => [current] };
}
