// What a fault is: how it is brought about through the Kubernetes API and the workloads, what it hits, and how it should end.
import type { Clock } from '../../clock.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterPort } from '../cluster-port.ts';
import type { PhysicsVerbs } from '../workload/physics.ts';

export type FaultContext = {
  readonly port: ClusterPort;
  readonly physics: PhysicsVerbs;
  readonly clock: Clock;
  /** Periods of a fault are divided by it. */
  readonly timeScale: number;
};

/** How the product should end. `left alone`: no incident, or a deviation that is dismissed. */
type Ending = 'effective' | 'harmful' | 'escalated' | 'left alone';

export type Fault = {
  /** Code of the fault catalogue, `noise` for what is no fault. */
  readonly code: string;
  /** Name of this injection; `inject` takes it or, where it is the only one, the code. */
  readonly name: string;
  readonly target: ObjectRef;
  readonly expected: {
    /** Root cause to be found: catalogue code and cause name; null when nothing should be found. */
    readonly cause: { readonly code: string; readonly name: string } | null;
    /** Where the root lies; the target unless another workload is named. */
    readonly root: ObjectRef;
    /** The action that should run, or null for restraint. */
    readonly action: string | null;
    readonly ending: Ending;
    /** Workloads that suffer and must not be touched. */
    readonly victims: readonly ObjectRef[];
  };
  inject(context: FaultContext): Promise<void>;
  /** Takes the injection back: what it put on workloads, the objects it created, the template it replaced. */
  heal(context: FaultContext): Promise<void>;
};

export function deployment(namespace: string, name: string): ObjectRef {
  return { kind: 'Deployment', namespace, name };
}

export function keyOf(target: ObjectRef): string {
  return `${target.namespace}/${target.name}`;
}

/** Settles without doing anything; for faults that leave nothing behind. */
export async function nothing(): Promise<void> {}
