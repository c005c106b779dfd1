// What the guardian needs of the other rooms; app.ts hands it in, so that every judgement can be replayed on fakes.
import type { Clock } from '../../clock.ts';
import type { Held } from '../../cluster/lease.ts';
import type { AccessQuestion } from '../../cluster/own.ts';
import type { Reader } from '../../cluster/read.ts';
import type { Intent, State } from '../../folds/state.ts';
import type { ActionDefinition, ActionName } from '../../model/action.ts';
import type { Journal } from '../../model/journal.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Mode } from '../../model/mode.ts';
import type { Pace } from '../../model/pace.ts';
import type { Granted, Permit, PermitBody } from '../../model/permit.ts';
import type { WriteReply, WriteRequest } from '../../model/write.ts';
import type { GuardianPort } from '../../orchestrator/ports.ts';
import type { Policy } from './policy.ts';

export interface DryRunPort {
  send(request: WriteRequest, signal?: AbortSignal): Promise<WriteReply>;
  /** Owners that an apply of just these fields would conflict with; null when the server cannot say. */
  owners(
    request: Pick<WriteRequest, 'resource' | 'namespace' | 'name'>,
    kind: { readonly apiVersion: string; readonly kind: string },
    fields: JsonObject,
    signal?: AbortSignal,
  ): Promise<readonly { readonly field: string; readonly manager: string }[] | null>;
}

export type GuardianPorts = {
  readonly reader: Pick<Reader, 'get' | 'list'>;
  readonly dryRun: DryRunPort;
  /** Asks the API server about one right of our own. */
  mayI(question: AccessQuestion, signal?: AbortSignal): Promise<boolean>;
  readonly journal: Pick<Journal, 'append' | 'keep' | 'payload' | 'writable'>;
  /** The newest fold of the journal, read again after each append. */
  state(): State;
  readonly cluster: Clock;
  readonly wall: Clock;
  readonly pace: Pace;
  /** A ULID; with the epoch before it the id of a permit. */
  newId(): string;
  mint(body: PermitBody): Permit;
  readonly clusterId: string;
  /** Null when the lease is not held. */
  lease(): Held | null;
  /** False from the moment the lease is gained until every intent that was open before has been looked after (G19). */
  isSettled(): boolean;
  /** The switch of this process and the stop ConfigMap as last seen; synchronous. */
  isStopped(): boolean;
  /** The mode of the configuration, and where it was set. */
  readonly configured: { readonly mode: Mode; readonly source: string };
  readonly advisorNamespace: string;
  hasAdvisorNamespace(): boolean;
  readonly actions: ReadonlyMap<ActionName, ActionDefinition>;
  policy(): Policy;
  /** JSON pointers that a webhook of this cluster sets to something new each time; they may differ in a dry run. */
  readonly volatilePaths: readonly string[];
};

export type Leave = { readonly granted: Granted } | { readonly held: string };

/** The guardian as the orchestrator and the k8s-api agent meet it. */
export type Guardian = GuardianPort<Granted> & {
  /**
   * Leave to void an open intent: touches the mark alone, valid under stop (G01, G02, G05, G19). `current` is the target as
   * just read. Held when the lease or the journal is missing, or when there is nothing to fence.
   */
  permitFence(intent: Intent, current: JsonObject): Promise<Leave>;
  /**
   * Leave to give ownership back after an undo that landed: touches managedFields alone. `current` is the target as read back,
   * `managedFields` the list to write.
   */
  permitHandBack(undo: Intent, current: JsonObject, managedFields: readonly Json[]): Promise<Leave>;
};
