// A simulated past and present of signals, fed to the anomaly agent minute by minute; deterministic by seed.
import { createAnomalyAgent } from '../../src/agents/anomaly/anomaly-agent.ts';
import type { AnomalyAgent } from '../../src/agents/anomaly/anomaly-agent-port.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import type { Assessment, Finding } from '../../src/model/finding.ts';
import { type Pace, paceOf } from '../../src/model/pace.ts';
import type { History, Observation, Sample, SignalId } from '../../src/model/signal.ts';
import type { SignalTraits } from '../../src/model/signal-traits.ts';
import type { ObjectRef } from '../../src/model/target.ts';
import type { ClusterView } from '../../src/model/view.ts';
import { seeded } from '../../src/sandbox/api/context.ts';
import { aDeployment, aView } from './view.ts';

/** The signals as they ship, for rooms that may not know the metrics agent. */
export const shippedSignals: readonly SignalTraits[] = catalogue;

export const minuteMs = 60_000;
export const dayMs = 86_400_000;
/** Tuesday, 14:00 UTC. */
export const startMs = Date.UTC(2026, 5, 9, 14, 0);

/** Standard normal numbers. */
export function normal(seed: number): () => number {
  const next = seeded(seed).next;
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** Autocorrelated noise with standard deviation 1. */
export function autocorrelated(seed: number, memory: number): () => number {
  const next = normal(seed);
  let value = next();
  return () => (value = memory * value + Math.sqrt(1 - memory * memory) * next());
}

export function deployment(name = 'cart', namespace = 'shop'): ObjectRef {
  return { kind: 'Deployment', namespace, name };
}

export type Level = (atMs: number) => number;
export type Series = {
  readonly signal: SignalId;
  readonly of?: ObjectRef;
  readonly level: Level;
  readonly weight?: number;
};

export type Rig = {
  readonly agent: AnomalyAgent;
  readonly view: ClusterView;
  nowMs(): number;
  /** Runs cycles; `series` may change between runs. Null levels (NaN) are gaps. */
  run(cycles: number, series: readonly Series[]): Assessment[];
  /** A read between cycles. */
  note(afterMs: number, series: readonly Series[]): void;
};

/** Learns eight days of these series up to the start, as range queries would bring them. */
export function aRig(
  past: readonly Series[],
  options: {
    readonly pace?: Pace;
    readonly days?: number;
    readonly view?: ClusterView;
    readonly fromMs?: number;
    /** How far apart the points of the past lie; a quarter of an hour by default. */
    readonly stepMs?: number;
    readonly openFindings?: readonly Finding[];
  } = {},
): Rig {
  const pace = options.pace ?? paceOf(1);
  const agent = createAnomalyAgent({ pace, signals: catalogue });
  const fromMs = options.fromMs ?? startMs;
  const names = new Map(past.map((one) => [(one.of ?? deployment()).name, one.of ?? deployment()]));
  const view =
    options.view ??
    aView({ Deployment: [...names.values()].map(({ name, namespace }) => aDeployment({ name, namespace })) });
  agent.learn(past.map((one) => historyOf(one, fromMs, options.days ?? 8, options.stepMs)));
  let nowMs = fromMs;
  return {
    agent,
    view,
    nowMs: () => nowMs,
    run(cycles, series) {
      return Array.from({ length: cycles }, () => {
        nowMs += pace.cycleMs;
        const state = options.openFindings === undefined ? undefined : { openFindings: options.openFindings };
        return agent.assess(observationOf(nowMs, series), view, state);
      });
    },
    note(afterMs, series) {
      nowMs += afterMs;
      agent.note(observationOf(nowMs, series));
    },
  };
}

export function historyOf(series: Series, toMs: number, days: number, stepMs = 15 * minuteMs): History {
  const points: { atMs: number; value: number }[] = [];
  for (let atMs = toMs - days * dayMs; atMs <= toMs; atMs += stepMs) {
    const value = series.level(atMs);
    if (Number.isFinite(value)) points.push({ atMs, value });
  }
  return { key: { signal: series.signal, of: series.of ?? deployment() }, stepMs, points };
}

export function observationOf(atMs: number, series: readonly Series[]): Observation {
  const samples = series.flatMap((one): Sample[] => {
    const value = one.level(atMs);
    if (Number.isNaN(value)) return [];
    return [{ key: { signal: one.signal, of: one.of ?? deployment() }, atMs, value, weight: one.weight ?? 100_000 }];
  });
  return { atMs, samples, sources: [{ source: 'prometheus', newestMs: atMs }], missing: [] };
}

/** Findings of signals in any of these assessments, by id. */
export function raised(assessments: readonly Assessment[]): string[] {
  return [...new Set(assessments.flatMap((one) => one.findings.map((finding) => finding.id)))].toSorted();
}
