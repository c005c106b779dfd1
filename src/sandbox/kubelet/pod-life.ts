// The life of one pod on its node: volumes, sandbox, containers, status, and a graceful end.
import type { Cancel, Clock } from '../../clock.ts';
import type { Container, Pod } from '../../model/kube.ts';
import type { ClusterPort } from '../cluster-port.ts';
import type { Physics } from '../workload/physics.ts';
import { ContainerLife } from './container-life.ts';
import { type ConfigMapLookup, unmountable } from './environment.ts';
import type { EventRecorder } from './event-recorder.ts';
import { isPodServing, podStatus } from './pod-status.ts';
import { resources } from './resources.ts';
import type { WriteQueue } from './write-queue.ts';

export type PodContext = {
  readonly port: ClusterPort;
  readonly writes: WriteQueue;
  readonly clock: Clock;
  readonly timeScale: number;
  readonly physics: Physics;
  readonly events: EventRecorder;
  readonly configMap: (namespace: string) => ConfigMapLookup;
  readonly pulled: Set<string>;
  readonly hostIp: string;
  readonly newIp: () => string;
  readonly newId: () => string;
};

const sandboxMs = 900;
const stopMs = 1_500;

export class PodLife {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string;
  readonly containers: readonly ContainerLife[];
  #pod: Pod;
  readonly #context: PodContext;
  readonly #startTimeMs: number;
  readonly #since = new Map<string, { status: string; atMs: number }>();
  readonly #timers = new Set<Cancel>();
  #podIp: string | null = null;
  #ending = false;
  #serving = false;
  #mountBackoffMs = 500;

  constructor(context: PodContext, pod: Pod) {
    this.#context = context;
    this.#pod = pod;
    this.uid = pod.metadata.uid ?? '';
    this.namespace = pod.metadata.namespace ?? '';
    this.name = pod.metadata.name;
    this.node = pod.spec?.nodeName ?? '';
    this.#startTimeMs = context.clock.now();
    this.containers = (pod.spec?.containers ?? []).map(
      (spec) =>
        new ContainerLife(
          {
            clock: context.clock,
            timeScale: context.timeScale,
            physics: context.physics,
            pod: {
              uid: this.uid,
              namespace: this.namespace,
              name: this.name,
              node: this.node,
              labels: pod.metadata.labels ?? {},
            },
            podIp: () => this.#podIp ?? '',
            configMap: context.configMap(this.namespace),
            pulled: context.pulled,
            event: (type, reason, message, container) => this.#event(type, reason, message, container),
            changed: () => this.#changed(),
            newId: context.newId,
          },
          spec,
          pod.status?.containerStatuses?.find((one) => one.name === spec.name)?.restartCount ?? 0,
        ),
    );
  }

  begin(): void {
    this.#write();
    this.#after(sandboxMs, () => this.#mount());
  }

  /** The newest object of the API server. */
  seen(pod: Pod): void {
    const before = this.#pod;
    this.#pod = pod;
    if ((pod.metadata.deletionTimestamp ?? null) !== null) {
      this.#end();
      return;
    }
    for (const life of this.containers) {
      const spec = pod.spec?.containers.find((one) => one.name === life.spec.name);
      const old = before.spec?.containers.find((one) => one.name === life.spec.name);
      if (spec !== undefined && !sameResources(spec, old)) {
        life.resized(spec);
        this.#write();
      }
    }
  }

  /** The object is gone. */
  gone(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const life of this.containers) life.drop();
    this.#context.physics.forgotten(this.uid);
    this.#context.events.forget(this.uid);
  }

  #mount(): void {
    const problem = unmountable(this.#pod.spec ?? { containers: [] }, this.#context.configMap(this.namespace));
    if (problem !== null) {
      this.#event('Warning', 'FailedMount', problem.message);
      const backoffMs = this.#mountBackoffMs;
      this.#mountBackoffMs = Math.min(122_000, backoffMs * 2);
      this.#after(backoffMs, () => this.#mount());
      return;
    }
    this.#podIp = this.#context.newIp();
    this.#write();
    for (const life of this.containers) life.begin();
  }

  #end(): void {
    if (this.#ending) return;
    this.#ending = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#tellPhysics();
    const running = this.containers.filter((life) => life.state.kind === 'running');
    for (const life of running)
      this.#event('Normal', 'Killing', `Stopping container ${life.spec.name}`, life.spec.name);
    this.#write();
    const graceMs = (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000;
    this.#after(running.length === 0 ? 0 : Math.min(stopMs, graceMs), () => {
      for (const life of this.containers) life.end(0);
      this.#write();
      this.#context.writes.push(`pod/${this.uid}`, async () => {
        await this.#context.port.delete(resources.pods, this.namespace, this.name, { graceSeconds: 0, uid: this.uid });
      });
    });
  }

  #changed(): void {
    this.#tellPhysics();
    this.#write();
  }

  #tellPhysics(): void {
    const serving = isPodServing({ containers: this.containers, podIp: this.#podIp, ending: this.#ending });
    if (serving === this.#serving) return;
    this.#serving = serving;
    this.#context.physics.setReady(this.uid, serving);
  }

  #write(): void {
    this.#context.writes.latest(`pod/${this.uid}`, async () => {
      const status = podStatus({
        pod: this.#pod,
        containers: this.containers,
        podIp: this.#podIp,
        hostIp: this.#context.hostIp,
        startTimeMs: this.#startTimeMs,
        ending: this.#ending,
        since: this.#since,
        nowMs: this.#context.clock.now(),
      });
      const body = { metadata: { uid: this.uid }, status };
      await this.#context.port.patch(resources.pods, this.namespace, this.name, 'merge', body, {
        subresource: 'status',
      });
    });
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    const subject = { kind: 'Pod', apiVersion: 'v1', namespace: this.namespace, name: this.name, uid: this.uid };
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
    this.#context.events.record({ ...subject, ...fieldPath }, type, reason, message);
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#context.clock.after(delayMs / this.#context.timeScale, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}

function sameResources(left: Container, right: Container | undefined): boolean {
  return JSON.stringify(left.resources ?? {}) === JSON.stringify(right?.resources ?? {});
}
