// The status of a pod as its kubelet writes it, made from the lives of its containers.
import type { Condition, Pod } from '../../model/kube.ts';
import { qosClass } from '../qos-class.ts';
import type { ContainerLife, ContainerState, Terminated } from './container-life.ts';
import { timeText } from './resources.ts';

export type PodStatusInput = {
  readonly pod: Pod;
  readonly containers: readonly ContainerLife[];
  readonly podIp: string | null;
  readonly hostIp: string;
  readonly startTimeMs: number;
  readonly ending: boolean;
  /** When each of the kubelet's conditions last changed; updated here. */
  readonly since: Map<string, { status: string; atMs: number }>;
  readonly nowMs: number;
};

const own = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady']);

export function isPodServing(input: Pick<PodStatusInput, 'containers' | 'podIp' | 'ending'>): boolean {
  return !input.ending && input.podIp !== null && input.containers.every((one) => one.ready);
}

/** The whole status, for a merge patch: conditions of others are carried over. */
export function podStatus(input: PodStatusInput): Record<string, unknown> {
  const { pod, containers, podIp } = input;
  const finished = input.ending && containers.every((one) => one.state.kind === 'terminated');
  const generation = generationOf(pod);
  const foreign = (pod.status?.conditions ?? []).filter((one) => !own.has(one.type));
  return {
    phase: finished ? 'Succeeded' : containers.some((one) => one.containerId !== '') ? 'Running' : 'Pending',
    ...generation,
    conditions: [...ownConditions(input, finished).map((one) => ({ ...one, ...generation })), ...foreign],
    hostIP: input.hostIp,
    hostIPs: [{ ip: input.hostIp }],
    ...(podIp === null ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime: timeText(input.startTimeMs),
    containerStatuses: containers.map(containerStatus),
    qosClass: qosClass(pod.spec?.containers ?? []),
  };
}

function ownConditions(input: PodStatusInput, finished: boolean): Condition[] {
  const unready = input.containers.filter((one) => !one.ready).map((one) => one.spec.name);
  const isReady = isPodServing(input);
  const why = finished
    ? { reason: 'PodCompleted' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const at = (type: string, status: boolean, more: { reason?: string; message?: string } = {}): Condition => {
    const text = status ? 'True' : 'False';
    const before = input.since.get(type);
    const sinceMs = before?.status === text ? before.atMs : input.nowMs;
    input.since.set(type, { status: text, atMs: sinceMs });
    return { type, status: text, ...more, lastTransitionTime: timeText(sinceMs) };
  };
  return [
    at('PodReadyToStartContainers', input.podIp !== null && !finished),
    at('Initialized', true),
    at('Ready', isReady, isReady ? {} : why),
    at('ContainersReady', isReady, isReady ? {} : why),
  ];
}

function containerStatus(life: ContainerLife): Record<string, unknown> {
  const { requests, limits } = life.spec.resources ?? {};
  const isRunning = life.state.kind === 'running';
  return {
    name: life.spec.name,
    image: life.image,
    imageID: life.containerId === '' ? '' : `${life.image.replace(/:[^/:]*$/, '')}@sha256:${digest(life.image)}`,
    ...(life.containerId === '' ? {} : { containerID: life.containerId }),
    ready: life.ready,
    started: isRunning && life.started,
    restartCount: life.restartCount,
    state: stateOf(life.state),
    lastState: life.last === null || life.state === life.last ? {} : stateOf(life.last),
    ...(isRunning
      ? {
          resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
          ...(requests ? { allocatedResources: requests } : {}),
        }
      : {}),
  };
}

function stateOf(state: ContainerState): Record<string, unknown> {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) } };
    case 'running':
      return { running: { startedAt: timeText(state.startedAtMs) } };
    case 'terminated':
      return { terminated: terminated(state) };
    default:
      return state satisfies never;
  }
}

function terminated(state: Terminated): Record<string, unknown> {
  return {
    exitCode: state.exitCode,
    reason: state.reason,
    startedAt: timeText(state.startedAtMs),
    finishedAt: timeText(state.finishedAtMs),
    ...(state.containerId === '' ? {} : { containerID: state.containerId }),
  };
}

function generationOf(pod: Pod): { observedGeneration?: number } {
  const { generation } = pod.metadata;
  return generation === undefined ? {} : { observedGeneration: generation };
}

/** 64 hex characters that stand for the digest of an image. */
function digest(image: string): string {
  let text = '';
  for (let part = 0; text.length < 64; part += 1) {
    let hash = 0x811c9dc5 ^ part;
    for (const character of image) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    text += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return text;
}
