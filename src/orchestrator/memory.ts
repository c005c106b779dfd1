// What a cycle remembers between runs and may lose at a restart: clock-marks, answers under way, what was already said.
import type { Harm } from '../agents/anomaly/anomaly-agent-port.ts';
import type { EvidenceDraft } from '../model/evidence.ts';
import type { Assessment } from '../model/finding.ts';
import type { Observation } from '../model/signal.ts';
import type { ObjectRef } from '../model/target.ts';
import { keyOf } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import type { Spent } from './investigation/investigate.ts';
import { nothingReadBack, type ReadBackMemory } from './read-back.ts';
import type { LeaderAnswer } from './reasoner.ts';
import { noRecord, type SuspicionRecord } from './suspicion/record.ts';
import type { Marks } from './verify.ts';

type Consultation = {
  readonly key: string;
  readonly startedWallMs: number;
  /** Null while the leader thinks. */
  answer: LeaderAnswer | null;
  abort(): void;
};

export type Memory = {
  observation: Observation | null;
  assessment: Assessment | null;
  readonly marks: Map<string, Marks>;
  readonly consultations: Map<string, Consultation>;
  /** Since when no sign of an incident holds, and since when its root shows none of its own. */
  readonly goneSinceMs: Map<string, number>;
  readonly rootCleanSinceMs: Map<string, number>;
  /** What the leader of an incident has asked to see since it was opened, or since a start. */
  readonly investigations: Map<string, Spent>;
  /** What was read for the leader of an incident; null while it is read. */
  readonly readings: Map<string, readonly EvidenceDraft[] | null>;
  /** When an incident was last looked at for a retry of a judgement. */
  readonly retriedAtMs: Map<string, number>;
  /** Epoch of the lease in which its plan was last judged; null without the lease. */
  readonly judgedInEpoch: Map<string, number | null>;
  readonly dismissed: Map<string, number>;
  readonly replicas: Map<string, { readonly atMs: number; readonly replicas: number }[]>;
  lastHarmReadMs: number;
  readonly pasts: ReadBackMemory;
  readonly suspicions: {
    leader: string;
    askedMs: number;
    /** True while the leader thinks. */
    isAsked: boolean;
    /** Of the digest that was asked about last. */
    shape: string;
    record: SuspicionRecord;
  };
  /** Harm as last asked for each action, with the time of the observation behind it. */
  readonly harms: Map<string, { readonly atMs: number; readonly harm: Harm }>;
};

export function newMemory(): Memory {
  return {
    observation: null,
    assessment: null,
    marks: new Map(),
    consultations: new Map(),
    goneSinceMs: new Map(),
    rootCleanSinceMs: new Map(),
    investigations: new Map(),
    readings: new Map(),
    retriedAtMs: new Map(),
    judgedInEpoch: new Map(),
    dismissed: new Map(),
    replicas: new Map(),
    lastHarmReadMs: Number.NEGATIVE_INFINITY,
    pasts: nothingReadBack(),
    suspicions: { leader: '', askedMs: Number.NEGATIVE_INFINITY, isAsked: false, shape: '', record: noRecord },
    harms: new Map(),
  };
}

const countsKept = 20;

/** Remembers replica counts as they change, for a workload that is later found at zero; of one that is gone nothing. */
export function noteReplicas(memory: Memory, view: ClusterView): void {
  const known = new Set(view.workloads.map((one) => keyOf(one.ref)));
  for (const key of memory.replicas.keys()) if (!known.has(key)) memory.replicas.delete(key);
  for (const workload of view.workloads) {
    const key = keyOf(workload.ref);
    const seen = memory.replicas.get(key) ?? [];
    if (seen.at(-1)?.replicas === workload.replicas) continue;
    memory.replicas.set(key, [...seen.slice(1 - countsKept), { atMs: view.asOfMs, replicas: workload.replicas }]);
  }
}

export function replicasSeen(
  memory: Memory,
): (of: ObjectRef) => readonly { readonly atMs: number; readonly replicas: number }[] {
  return (of) => memory.replicas.get(keyOf(of)) ?? [];
}

export function spentOn(memory: Memory, incident: string): Spent {
  return memory.investigations.get(incident) ?? { rounds: 0, reads: 0 };
}

/** Forgets incidents that are closed, so that the maps stay as small as what is open. */
export function forget(memory: Memory, isOpen: (incident: string) => boolean): void {
  for (const map of [
    memory.goneSinceMs,
    memory.rootCleanSinceMs,
    memory.investigations,
    memory.readings,
    memory.retriedAtMs,
    memory.judgedInEpoch,
  ]) {
    for (const id of map.keys()) if (!isOpen(id)) map.delete(id);
  }
  for (const [id, one] of memory.consultations)
    if (!isOpen(id)) {
      one.abort();
      memory.consultations.delete(id);
    }
  for (const map of [memory.marks, memory.harms])
    for (const id of map.keys()) if (!isOpen(id.split('/', 1)[0] ?? id)) map.delete(id);
}
