// What the orchestrator needs of the other rooms; app.ts hands it in, so that a cycle can be replayed on fakes.
import type { AnomalyAgent } from '../agents/anomaly/anomaly-agent-port.ts';
import type { MetricsAgent } from '../agents/metrics/metrics-agent-port.ts';
import type { Clock } from '../clock.ts';
import type { Approval, Incident, State } from '../folds/state.ts';
import type { ActionDefinition, ActionName, Live } from '../model/action.ts';
import type { Journal } from '../model/journal.ts';
import type { Mode } from '../model/mode.ts';
import type { Pace } from '../model/pace.ts';
import type { Plan, PlannedAction } from '../model/plan.ts';
import type { Verdict } from '../model/ruling.ts';
import type { ObjectRef } from '../model/target.ts';
import type { ClusterView, Freshness } from '../model/view.ts';
import type { Reasoner } from './reasoner.ts';

export type Circumstances = {
  readonly incident: Incident;
  readonly state: State;
  readonly view: ClusterView;
  readonly freshness: Freshness;
  /** Age of the newest observation on the cluster's clock; null when metrics were never read. */
  readonly metricsAgeMs: number | null;
};

export type Judgement = {
  readonly verdicts: readonly Verdict[];
  readonly mode: Mode;
  readonly because: string;
  readonly binding: string;
};

/** Leave for one action: a permit over a recorded intent. Only the guardian makes it, only the k8s-api agent reads it. */
export interface Leave {
  readonly intentSeq: number;
}

export type PermitAnswer<Granted extends Leave> =
  { readonly granted: Granted } | { readonly refused: Verdict } | { readonly held: string };

export interface GuardianPort<Granted extends Leave> {
  judge(request: Circumstances & { readonly plan: Plan }): Promise<Judgement>;
  permit(
    request: Circumstances & {
      readonly plan: Plan;
      readonly action: PlannedAction;
      readonly approval: Approval | null;
    },
  ): Promise<PermitAnswer<Granted>>;
  permitUndo(
    request: Circumstances & {
      readonly plan: Plan;
      readonly action: PlannedAction;
      readonly approval: Approval | null;
    },
  ): Promise<PermitAnswer<Granted>>;
}

export type WriteWord = { readonly result: 'landed' | 'refused' | 'unknown'; readonly reason: string };

export interface K8sApiPort<Granted extends Leave> {
  execute(granted: Granted): Promise<WriteWord>;
  /** Fences every intent that has no known end. */
  settleOpenIntents(state: State): Promise<void>;
}

/** Guardian and writer belong together: what one grants only the other can spend. */
export type Hands = {
  judge(request: Circumstances & { readonly plan: Plan }): Promise<Judgement>;
  /** Draws the permit and spends it. */
  act(
    request: Circumstances & {
      readonly plan: Plan;
      readonly action: PlannedAction;
      readonly approval: Approval | null;
    },
  ): Promise<WriteWord | { readonly refused: Verdict } | { readonly held: string }>;
  settleOpenIntents(state: State): Promise<void>;
};

export function handsOf<Granted extends Leave>(guardian: GuardianPort<Granted>, k8sApi: K8sApiPort<Granted>): Hands {
  return {
    judge: async (request) => await guardian.judge(request),
    async act(request) {
      const answer =
        request.plan.undoOf === undefined ? await guardian.permit(request) : await guardian.permitUndo(request);
      return 'granted' in answer ? await k8sApi.execute(answer.granted) : answer;
    },
    settleOpenIntents: async (state) => await k8sApi.settleOpenIntents(state),
  };
}

export interface EvidenceReader {
  /** Newest lines of a container's log, oldest first; null when it cannot be read. */
  tail(
    of: { readonly namespace: string; readonly pod: string; readonly container: string; readonly previous: boolean },
    lines: number,
    signal: AbortSignal,
  ): Promise<readonly string[] | null>;
  /** The target as a fresh GET shows it, with revisions and pods; null when it is gone. Rejects when it cannot be read. */
  live(target: ObjectRef, signal: AbortSignal): Promise<Live | null>;
}

export type CyclePorts = {
  readonly cluster: Clock;
  readonly wall: Clock;
  readonly pace: Pace;
  readonly journal: Pick<Journal, 'append' | 'writable'>;
  state(): State;
  view(): ClusterView;
  freshness(): Freshness;
  readonly metrics: Pick<MetricsAgent, 'observe'> & Partial<Pick<MetricsAgent, 'past'>>;
  readonly anomaly: AnomalyAgent;
  readonly hands: Hands;
  readonly reader: EvidenceReader;
  readonly actions: ReadonlyMap<ActionName, ActionDefinition>;
  reasonerFor(incident: Incident): Reasoner;
  /** Who may raise suspicions about a cycle; null where nobody does. */
  suspector(): Reasoner | null;
  /** Whether the last lines of a failing container may be read as untrusted evidence. */
  readonly logsAllowed: boolean;
  /** How long a question to a person stays open, wall milliseconds. */
  readonly approvalMs: number;
  /** Asks for another cycle soon: something moved, or a leader has answered. */
  wake(): void;
  /** A fault of one incident's step: the other incidents go on. */
  fault(error: unknown, incident: string | null): void;
};
