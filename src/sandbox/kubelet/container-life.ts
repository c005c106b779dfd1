// The life of one container: pull, configuration, start, probes, exit, back-off and restart, driven by the clock alone.
import type { Cancel, Clock } from '../../clock.ts';
import type { Container } from '../../model/kube.ts';
import { parseQuantity } from '../../model/quantity.ts';
import type { Physics } from '../workload/physics.ts';
import { ContainerLog } from './container-log.ts';
import { type ConfigMapLookup, environmentOf } from './environment.ts';
import { evaluateProbe, ProbeCounter, type ProbeKind, unhealthyMessage } from './probe.ts';

export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAtMs: number }
  | Terminated;
export type Terminated = {
  readonly kind: 'terminated';
  readonly exitCode: number;
  readonly reason: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly containerId: string;
};

/** What a container's life needs from its pod. */
export type ContainerContext = {
  readonly clock: Clock;
  readonly timeScale: number;
  readonly physics: Physics;
  readonly pod: {
    readonly uid: string;
    readonly namespace: string;
    readonly name: string;
    readonly node: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly podIp: () => string;
  readonly configMap: ConfigMapLookup;
  /** Images that are on the node already. */
  readonly pulled: Set<string>;
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string, container: string) => void;
  readonly changed: () => void;
  readonly newId: () => string;
};

const firstBackoffMs = 10_000;
const longestBackoffMs = 300_000;
const calmMs = 600_000;
const syncMs = 10_000;
const pullMs = 1_200;

export class ContainerLife {
  spec: Container;
  state: ContainerState = { kind: 'waiting', reason: 'ContainerCreating' };
  last: Terminated | null = null;
  restartCount: number;
  ready = false;
  started = false;
  containerId = '';
  readonly log = new ContainerLog();
  readonly #context: ContainerContext;
  readonly #timers = new Set<Cancel>();
  #crashBackoffMs = 0;
  #pullBackoffMs = 0;
  #runs = 0;
  #ended = false;

  constructor(context: ContainerContext, spec: Container, restartCount: number) {
    this.#context = context;
    this.spec = spec;
    this.restartCount = restartCount;
  }

  get image(): string {
    return this.spec.image ?? '';
  }

  /** Pulls and starts; called once by the pod and then again by each back-off. */
  begin(): void {
    if (this.#ended) return;
    const { physics, pulled } = this.#context;
    if (physics.profileOf(this.image) === undefined) this.#pullFails();
    else if (pulled.has(this.image)) {
      this.#event(
        'Normal',
        'Pulled',
        `Container image "${this.image}" already present on machine and can be accessed by the pod`,
      );
      this.#configure();
    } else {
      this.#event('Normal', 'Pulling', `Pulling image "${this.image}"`);
      this.#after(pullMs, () => {
        pulled.add(this.image);
        this.#event(
          'Normal',
          'Pulled',
          `Successfully pulled image "${this.image}" in 1.2s (1.2s including waiting). Image size: 41236214 bytes.`,
        );
        this.#configure();
      });
    }
  }

  /** Ends the process by the kubelet's or the kernel's will; it is restarted by back-off. */
  exit(exitCode: number, reason: string): void {
    if (this.state.kind !== 'running') return;
    const { physics, pod, clock, timeScale } = this.#context;
    this.#cancelTimers();
    physics.stopped(pod.uid, this.spec.name);
    const now = clock.now();
    const { startedAtMs } = this.state;
    this.last = { kind: 'terminated', exitCode, reason, startedAtMs, finishedAtMs: now, containerId: this.containerId };
    this.state = this.last;
    this.ready = false;
    this.started = false;
    if (now - startedAtMs >= calmMs / timeScale) this.#crashBackoffMs = 0;
    this.#context.changed();
    if (this.#ended) return;
    if (this.#crashBackoffMs === 0) {
      this.#crashBackoffMs = firstBackoffMs;
      this.#after(1_000, () => this.begin());
      return;
    }
    const backoffMs = this.#crashBackoffMs;
    this.#crashBackoffMs = Math.min(longestBackoffMs, backoffMs * 2);
    const where = `${pod.name}_${pod.namespace}(${pod.uid})`;
    this.#after(1_000, () => {
      this.#wait(
        'CrashLoopBackOff',
        `back-off ${durationText(backoffMs)} restarting failed container=${this.spec.name} pod=${where}`,
      );
      this.#event('Warning', 'BackOff', `Back-off restarting failed container ${this.spec.name} in pod ${where}`);
      this.#after(backoffMs, () => this.begin());
    });
  }

  /** Stops for good: the pod is being deleted. */
  end(exitCode: number): void {
    this.#ended = true;
    this.#cancelTimers();
    if (this.state.kind === 'running') this.exit(exitCode, exitCode === 0 ? 'Completed' : 'Error');
    else if (this.state.kind === 'waiting') {
      const now = this.#context.clock.now();
      this.state = {
        kind: 'terminated',
        exitCode: 137,
        reason: 'ContainerStatusUnknown',
        startedAtMs: now,
        finishedAtMs: now,
        containerId: '',
      };
    }
  }

  /** Forgets timers without a word: the pod is gone. */
  drop(): void {
    this.#ended = true;
    this.#cancelTimers();
    this.#context.physics.stopped(this.#context.pod.uid, this.spec.name);
  }

  /** A referenced ConfigMap appeared or the pod's resources changed. */
  resized(spec: Container): void {
    this.spec = { ...this.spec, resources: spec.resources };
    this.#context.physics.resized(this.#context.pod.uid, spec.name, limitsOf(spec));
  }

  #pullFails(): void {
    const inner = `failed to resolve reference "${this.image}": ${this.image}: not found`;
    this.#event('Normal', 'Pulling', `Pulling image "${this.image}"`);
    this.#after(800, () => {
      this.#event('Warning', 'Failed', `Failed to pull image "${this.image}": ${inner}`);
      this.#event('Warning', 'Failed', 'Error: ErrImagePull');
      this.#wait('ErrImagePull', inner);
      this.#pullBackoffMs = Math.min(longestBackoffMs, Math.max(firstBackoffMs, this.#pullBackoffMs * 2));
      const backoffMs = this.#pullBackoffMs;
      this.#after(2_000, () => {
        this.#event('Normal', 'BackOff', `Back-off pulling image "${this.image}"`);
        this.#event('Warning', 'Failed', 'Error: ImagePullBackOff');
        this.#wait('ImagePullBackOff', `Back-off pulling image "${this.image}": ErrImagePull: ${inner}`);
        this.#after(backoffMs - 2_000, () => this.begin());
      });
    });
  }

  #configure(): void {
    const environment = environmentOf(this.spec, this.#context.pod.namespace, this.#context.configMap);
    if ('missing' in environment) {
      this.#event('Warning', 'Failed', `Error: ${environment.missing}`);
      this.#wait('CreateContainerConfigError', environment.missing);
      this.#after(syncMs, () => this.begin());
      return;
    }
    this.#run(environment.values);
  }

  #run(env: ReadonlyMap<string, string>): void {
    const { physics, pod, clock, newId } = this.#context;
    const now = clock.now();
    if (this.#runs > 0) {
      this.restartCount += 1;
      this.log.rotate();
    }
    this.#runs += 1;
    this.containerId = `containerd://${newId()}`;
    this.#event('Normal', 'Created', 'Container created');
    this.#event('Normal', 'Started', 'Container started');
    const namedPorts = new Map(
      (this.spec.ports ?? []).flatMap((port) =>
        port.name === undefined ? [] : [[port.name, port.containerPort] as const],
      ),
    );
    const { profile } = physics.started(
      {
        podUid: pod.uid,
        namespace: pod.namespace,
        pod: pod.name,
        node: pod.node,
        container: this.spec.name,
        image: this.image,
        labels: pod.labels,
        env,
        namedPorts,
        ...limitsOf(this.spec),
      },
      now,
    );
    this.state = { kind: 'running', startedAtMs: now };
    for (const line of profile.startLines) this.log.write(now, line);
    const { exits } = profile;
    if (exits !== undefined)
      this.#after(exits.afterMs, () => {
        this.log.write(clock.now(), exits.line);
        this.exit(exits.code, exits.code === 0 ? 'Completed' : 'Error');
      });
    this.started = (this.spec.startupProbe ?? null) === null;
    this.ready = this.started && (this.spec.readinessProbe ?? null) === null;
    if (this.started) this.#probeService();
    else this.#probe('startup');
    this.#context.changed();
  }

  #probeService(): void {
    this.#probe('readiness');
    this.#probe('liveness');
  }

  #probe(kind: ProbeKind): void {
    const probe = this.spec[`${kind}Probe`];
    if (probe === null || probe === undefined) return;
    const { physics, pod, clock } = this.#context;
    const counter = new ProbeCounter(probe);
    const periodMs = (probe.periodSeconds ?? 10) * 1000;
    const run = this.#runs;
    const turn = (): void => {
      if (this.#runs !== run || this.state.kind !== 'running') return;
      const result = evaluateProbe(probe, this.spec, this.#context.podIp(), (port) =>
        physics.answer(pod.uid, this.spec.name, port, clock.now()),
      );
      if (result.word !== 'success') this.#event('Warning', 'Unhealthy', unhealthyMessage(kind, result));
      const verdict = counter.count(result);
      if (verdict !== null && !this.#obey(kind, verdict)) return;
      this.#after(periodMs, turn);
    };
    this.#after((probe.initialDelaySeconds ?? 0) * 1000, turn);
  }

  /** False when this probe is over. */
  #obey(kind: ProbeKind, verdict: 'passed' | 'failed'): boolean {
    if (kind === 'readiness') {
      const ready = verdict === 'passed';
      if (this.ready !== ready) {
        this.ready = ready;
        this.#context.changed();
      }
      return true;
    }
    if (verdict === 'passed') {
      if (kind === 'liveness') return true;
      this.started = true;
      this.ready = (this.spec.readinessProbe ?? null) === null;
      this.#context.changed();
      this.#probeService();
      return false;
    }
    this.#event('Normal', 'Killing', `Container ${this.spec.name} failed ${kind} probe, will be restarted`);
    this.exit(137, 'Error');
    return false;
  }

  #wait(reason: string, message: string): void {
    this.state = { kind: 'waiting', reason, message };
    this.#context.changed();
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#context.event(type, reason, message, this.spec.name);
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#context.clock.after(delayMs / this.#context.timeScale, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}

function limitsOf(spec: Container): { cpuLimitCores: number | null; memoryLimitBytes: number | null } {
  const limits = spec.resources?.limits ?? {};
  const number = (text: string | undefined): number | null => (text === undefined ? null : parseQuantity(text));
  return { cpuLimitCores: number(limits['cpu']), memoryLimitBytes: number(limits['memory']) };
}

/** As Go prints a duration: `10s`, `1m20s`, `5m0s`. */
function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
