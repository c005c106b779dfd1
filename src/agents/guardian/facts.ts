// Everything that the rules may know of one action, gathered once: what could not be learned is a missing fact, never a guess.
import type { Held } from '../../cluster/lease.ts';
import type { Approval, State } from '../../folds/state.ts';
import type { ActionDefinition, Irreversible, Live, Preview, Refusal, Risk } from '../../model/action.ts';
import type { JsonObject } from '../../model/json.ts';
import type { HorizontalPodAutoscaler, LimitRange, PodDisruptionBudget, ResourceQuota } from '../../model/kube.ts';
import type { Pace } from '../../model/pace.ts';
import type { Plan, PlannedAction } from '../../model/plan.ts';
import type { Verdict } from '../../model/ruling.ts';
import type { ClusterView, Freshness } from '../../model/view.ts';
import type { WriteReply, WriteRequest } from '../../model/write.ts';
import type { EffectiveMode } from './effective-mode.ts';
import type { FieldOwner } from './field-owners.ts';
import type { Allow } from './policy-file.ts';

export type Fact<T> = { readonly known: T } | { readonly missing: string };

/** The change as it would be sent, with all that follows from it. */
export type Change = {
  readonly preview: Preview;
  readonly request: WriteRequest;
  /** The target as it would be, by our own reckoning: changes and mark applied to what was read. */
  readonly after: JsonObject;
  readonly risk: Risk;
  readonly undo: Preview | Irreversible;
  readonly summary: string;
  readonly byHand: string;
};

export type DryRunFact = { readonly reply: WriteReply } | { readonly pending: string };

export type Owners = {
  /** Live entries of managedFields on the fields that change, our own left out. */
  readonly live: readonly FieldOwner[];
  /** Who an apply would conflict with; null when the server cannot say. */
  readonly detector: readonly { readonly field: string; readonly manager: string }[] | null;
  /** For fields that are ours now: who held them before our first write. `unknown` are fields whose former owner the journal cannot tell. */
  readonly former: readonly FieldOwner[];
  readonly unknown: readonly string[];
};

/** What an undo rests on: the verdict and approval of the action that it takes back (design decision 8). */
export type Cover = {
  readonly action: string;
  readonly permit: string;
  readonly verdict: Verdict | null;
  /** People who approved the action. */
  readonly people: readonly string[];
  /** Who asked for the undo; null when harm did. */
  readonly requestedBy: string | null;
};

export type Facts = {
  readonly plan: Plan;
  readonly action: PlannedAction;
  readonly nowMs: number;
  readonly wallMs: number;
  readonly pace: Pace;
  readonly mode: EffectiveMode;
  readonly stopped: boolean;
  readonly journalWritable: boolean;
  readonly lease: Held | null;
  readonly freshness: Freshness;
  readonly metricsAgeMs: number | null;
  readonly state: State;
  readonly view: ClusterView;
  readonly allows: readonly Allow[];
  /** Why no `allow` counts for now, or null. */
  readonly allowsSuspended: string | null;
  readonly advisorNamespace: string;
  readonly volatilePaths: readonly string[];
  readonly definition: ActionDefinition | null;
  readonly live: Fact<Live>;
  readonly namespace: Fact<JsonObject>;
  readonly budgets: Fact<readonly PodDisruptionBudget[]>;
  readonly quotas: Fact<readonly ResourceQuota[]>;
  readonly limitRanges: Fact<readonly LimitRange[]>;
  readonly autoscalers: Fact<readonly HorizontalPodAutoscaler[]>;
  readonly change: Fact<Change | Refusal>;
  readonly dryRun: Fact<DryRunFact>;
  readonly owners: Fact<Owners>;
  /** The approval under which it is about to be written, with what that approval must still bind; null when none was asked for yet. */
  readonly approval: { readonly given: Approval; readonly bindingWith: (fresh: string) => string } | null;
  /** Null for an action, set for an undo. */
  readonly cover: Cover | null;
};

/** Thrown by a rule that lacks a fact; the runner makes a denial of it. */
export class MissingFact extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'MissingFact';
  }
}

export function known<T>(value: T): Fact<T> {
  return { known: value };
}

export function missing<T>(why: string): Fact<T> {
  return { missing: why };
}

export function need<T>(fact: Fact<T>): T {
  if ('known' in fact) return fact.known;
  throw new MissingFact(fact.missing);
}

/** The change, where one could be built; a refusal of the preview is for G04 to tell. */
export function needChange(facts: Pick<Facts, 'change'>): Change {
  const change = need(facts.change);
  if ('refused' in change) throw new MissingFact(`there is no change to judge: ${change.refused}`);
  return change;
}
