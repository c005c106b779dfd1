// The interface that every leader meets, model or playbook: it is shown a brief and answers with a choice from the menu.
import type { Candidate } from '../model/action.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import type { JsonObject } from '../model/json.ts';
import type { VerifyWindow } from '../model/plan.ts';
import type { ObjectRef } from '../model/target.ts';
import type { Suspicion } from '../model/suspicion.ts';
import type { Wordsmith } from './answering/wordsmith.ts';
import type { Digest } from './suspicion/digest.ts';
import type { Offer, ReadRequest } from './investigation/offer.ts';

/** A candidate with the hypothesis behind it. A generic entry is offered for a sign, not for a cause; the playbook never picks one. */
export type MenuEntry = Candidate & {
  readonly hypothesis: string;
  readonly code: string;
  readonly generic: boolean;
  readonly verify: readonly VerifyWindow[];
};

export type BriefInput = {
  readonly incident: string;
  readonly title: string;
  readonly severity: Severity;
  readonly root: ObjectRef;
  readonly nowMs: number;
  readonly onsetMs: number;
  readonly hypotheses: readonly Hypothesis[];
  readonly evidence: readonly Evidence[];
  readonly menu: readonly MenuEntry[];
  /** What was tried or refused before, in plain sentences; words of people are quoted as data. */
  readonly history: readonly string[];
  /** Names that must not leave the process, of objects that their owners marked private. */
  readonly privateNames: readonly string[];
  /** What may be asked to be read before a choice is made. */
  readonly reads: Offer;
};

/** One pick. `candidate` is the id of a menu entry, or whatever the leader said instead; validation decides. */
export type Selection = {
  readonly candidate: string;
  readonly params: JsonObject;
  readonly cites: readonly string[];
  readonly why: string;
};

export type Choice = {
  /** In the order in which they are to be done; empty: act on nothing. */
  readonly picks: readonly Selection[];
  /** Hypothesis ids, likeliest first; may be empty. */
  readonly order: readonly string[];
};

export type Usage = {
  readonly requestedModel?: string;
  readonly servedModel?: string;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly latencyMs?: number;
};

export type LeaderAnswer =
  | { readonly kind: 'choice'; readonly choice: Choice; readonly rung: string; readonly usage: Usage }
  /** Wants to see more before it chooses; validation decides whether it may. */
  | { readonly kind: 'reads'; readonly reads: readonly ReadRequest[]; readonly rung: string; readonly usage: Usage }
  /** No usable answer: the model is away, out of budget, or its answers did not validate. */
  | { readonly kind: 'refused'; readonly reason: string; readonly rung: string; readonly usage: Usage };

export interface Reasoner {
  /** As shown: "nvidia/nemotron-3-super-120b-a12b", "playbook". */
  readonly name: string;
  /** True when it answers without waiting for anybody, so that the cycle need not come back for the answer. */
  readonly immediate: boolean;
  lead(input: BriefInput, signal: AbortSignal): Promise<LeaderAnswer>;
  /** Claims about what moved and raised no finding; empty when it suspects nothing, or does not answer. Absent where nothing is suspected. */
  suspect?(digest: Digest, signal: AbortSignal): Promise<readonly Suspicion[]>;
  /** Words an answer to a person's question out of facts. Absent where facts speak for themselves. */
  readonly word?: Wordsmith;
}
