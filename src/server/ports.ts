// What the server needs of the rest of the product; app.ts hands it in, so that the server itself decides nothing about the cluster.
import type { Clock } from '../clock.ts';
import type { Approval, State } from '../folds/state.ts';
import type { AskAnswer, ModeEntry } from '../model/api.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Problem } from '../model/failure.ts';
import type { Journal } from '../model/journal.ts';
import type { Json } from '../model/json.ts';
import type { Mode } from '../model/mode.ts';

export type Door = 'cli' | 'dashboard' | 'link' | 'api';

export type Order = { readonly by: string; readonly door: Door };

/** What the process knows of itself right now; cheap, asked for on every answer. */
export type Health = {
  readonly version: string;
  readonly leader: string;
  readonly mode: Mode;
  readonly modeSource: string;
  readonly clusterId: string;
  readonly clusterName: string;
  /** Age of the cluster picture, milliseconds; null when it was never read. */
  readonly clusterLagMs: number | null;
  /** Missing capabilities that the state does not know: rights, sources that were never there. */
  readonly blind: readonly { readonly capability: string; readonly cost: string }[];
};

export type ServerPorts = {
  readonly wall: Clock;
  readonly cluster: Clock;
  state(): State;
  /** The state as it was after this position; only asked for positions up to the head. */
  at(seq: number): Promise<State>;
  readonly journal: Pick<Journal, 'append' | 'read' | 'head' | 'writable'> & {
    lines(afterSeq: number, limit: number): Promise<readonly string[]>;
  };
  health(): Health;
  modes(): readonly ModeEntry[];
  /** The switch in memory, which holds even when the journal could not say so. */
  isStopped(): boolean;
  /** Takes effect in memory before it resolves anything else; `warnings` say what could not be written. */
  stop(order: Order & { readonly reason?: string }): Promise<{ readonly warnings: readonly string[] }>;
  /** Rejects with a Failure when actions stay stopped. */
  resume(order: Order & { readonly reason: string }): Promise<{ readonly warnings: readonly string[] }>;
  /** Makes the undo plan and has it reviewed; rejects with a Failure when it is irreversible or denied. Answers the plan's id and a state that holds it, which a dry run leaves unrecorded. */
  requestUndo(
    order: Order & {
      readonly plan: string;
      readonly action?: string;
      readonly reason?: string;
      readonly dryRun: boolean;
    },
  ): Promise<{ readonly plan: string; readonly state: State }>;
  /** A question of a person, answered out of facts; reads and never acts. */
  ask?(request: { readonly question: string; readonly incident?: string }): Promise<AskAnswer>;
  /** Reads the target fresh before an approval is recorded; null when what was shown still holds. */
  recheck?(approval: Approval): Promise<Problem | null>;
  /** Told after a decision is in the journal, to wake the cycle. */
  decided?(approval: string): void;
  /** Samples behind a piece of evidence, when there are any. */
  series?(incident: string, evidence: Evidence): Promise<Json | null>;
  agents?(): Promise<Json>;
  doctor?(): Promise<Json>;
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> };
  /** Told of faults that were answered with a plain problem. */
  fault?(error: unknown, requestId: string): void;
};
