// When the API first said each hard fact about a pod: the moment from which a cycle may be counted.
import { z } from 'zod';
import type { KubeObject } from '../../src/sandbox/cluster-port.ts';

export const hardFacts = [
  'oom-killed',
  'crash-looping',
  'image-pull-failed',
  'config-missing',
  'unschedulable',
  'not-ready',
] as const;
export type HardFact = (typeof hardFacts)[number];

/** What a fact must last before it is one, at the pace of a cluster (the rule's own grace); nothing for the others. */
export const graceOfFact: Readonly<Partial<Record<HardFact, number>>> = { unschedulable: 30_000, 'not-ready': 60_000 };

const end = z.looseObject({ reason: z.string().default('') }).optional();
const side = z.looseObject({ terminated: end, waiting: end }).default({ terminated: undefined, waiting: undefined });
const status = z.looseObject({
  status: z
    .looseObject({
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), reason: z.string().default('') }))
        .default([]),
      containerStatuses: z.array(z.looseObject({ state: side, lastState: side })).default([]),
    })
    .default({ conditions: [], containerStatuses: [] }),
});

const waiting: Readonly<Record<string, HardFact>> = {
  CrashLoopBackOff: 'crash-looping',
  ErrImagePull: 'image-pull-failed',
  ImagePullBackOff: 'image-pull-failed',
  InvalidImageName: 'image-pull-failed',
  CreateContainerConfigError: 'config-missing',
};

/** Facts that this state of a pod shows. */
export function factsOf(pod: KubeObject): HardFact[] {
  const { conditions, containerStatuses } = status.parse(pod).status;
  const facts: HardFact[] = [];
  for (const { state, lastState } of containerStatuses) {
    if ([state, lastState].some((one) => one.terminated?.reason === 'OOMKilled')) facts.push('oom-killed');
    const known = waiting[state.waiting?.reason ?? ''];
    if (known !== undefined) facts.push(known);
  }
  const isScheduled = conditions.find((one) => one.type === 'PodScheduled');
  if (isScheduled?.status === 'False' && isScheduled.reason === 'Unschedulable') facts.push('unschedulable');
  return facts;
}

export interface FactTimes {
  see(pod: KubeObject, atMs: number): void;
  /**
   * First time of each fact on pods of the namespace at or after `sinceMs`. `leastMs` is how long it must have lasted: a pod that
   * is ready again before that was never not ready.
   */
  since(namespace: string, sinceMs: number, leastMs: (fact: HardFact) => number): ReadonlyMap<HardFact, number>;
}

type Seen = { readonly namespace: string; readonly fact: HardFact; readonly atMs: number; endMs: number };

export function createFactTimes(): FactTimes {
  const seen: Seen[] = [];
  const open = new Map<string, Seen>();
  const ready = new Set<string>();
  return {
    see(pod, atMs) {
      const namespace = pod.metadata.namespace ?? '';
      const key = `${namespace}/${pod.metadata.name}`;
      const facts = new Set(factsOf(pod));
      const isLeaving = pod.metadata.deletionTimestamp !== undefined;
      // A pod that starts is not ready either; one that was and is not any more is news, unless another fact explains it.
      if (isReady(pod)) ready.add(key);
      else if (ready.has(key) && facts.size === 0 && !isLeaving) facts.add('not-ready');
      for (const fact of hardFacts) {
        const id = `${key} ${fact}`;
        const known = open.get(id);
        if (facts.has(fact) && known === undefined) {
          const one = { namespace, fact, atMs, endMs: Number.POSITIVE_INFINITY };
          seen.push(one);
          open.set(id, one);
        } else if (!facts.has(fact) && known !== undefined) {
          known.endMs = atMs;
          open.delete(id);
        }
      }
    },
    since(namespace, sinceMs, leastMs) {
      const first = new Map<HardFact, number>();
      for (const one of seen) {
        const isLong = one.endMs - one.atMs >= leastMs(one.fact);
        if (one.namespace === namespace && one.atMs >= sinceMs && isLong && !first.has(one.fact))
          first.set(one.fact, one.atMs);
      }
      return first;
    },
  };
}

function isReady(pod: KubeObject): boolean {
  return status.parse(pod).status.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
}
