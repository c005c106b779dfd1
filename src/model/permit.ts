// Permits: single-use, signed, expiring leave for exactly the requests of one action; and what the guardian hands over with one.
import type { ActionName } from './action.ts';
import type { JsonObject } from './json.ts';
import type { ObjectRef, TargetRef } from './target.ts';
import type { WriteRequest } from './write.ts';

export type PermitPurpose = 'act' | 'undo' | 'fence' | 'hand back';

/** Everything that a permit binds (design decision 6). */
export type PermitBody = {
  /** `<epoch>.<ulid>`; the mark that the write leaves on its target. */
  readonly id: string;
  readonly purpose: PermitPurpose;
  readonly plan: string;
  readonly action: string;
  /** SHA-256 over action name, target and parameters. */
  readonly actionDigest: string;
  readonly target: TargetRef;
  readonly formerMark: string | null;
  /** SHA-256 over the `test` operations of the requests: the values that must still hold. */
  readonly testedDigest: string;
  readonly clusterId: string;
  readonly epoch: number;
  /** Position of the intent event in the journal. */
  readonly intentSeq: number;
  /** At most two, each may be sent once. */
  readonly requestDigests: readonly string[];
  readonly expiresWallMs: number;
};

/** HMAC-SHA-256 over the canonical JSON of the body, by a key that lives only in the process. */
export type Permit = PermitBody & { readonly signature: string };

/** What the guardian grants and the k8s-api agent spends: the permit, the very requests, and the object as it was read. */
export type Granted = {
  readonly intentSeq: number;
  readonly permit: Permit;
  readonly requests: readonly WriteRequest[];
  /** The full object as gathered, before the write. */
  readonly before: JsonObject;
  readonly actionName: ActionName | null;
  /** Mode the action was judged under; execute reads it again right before the write. */
  readonly needsMode: 'approve' | 'auto';
  readonly scope: ObjectRef;
};

/** Why a permit was refused at the moment of use; the guardian's G01 records it. */
export type Burned = { readonly burned: true } | { readonly refused: string };
