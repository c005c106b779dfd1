// What an action of the closed catalogue must say about itself; each file of the room actions/ is one of these.
import { z } from 'zod';
import type { Json, JsonObject } from './json.ts';
import type { SignalId } from './signal.ts';
import type { ObjectRef } from './target.ts';

export const actionNames = ['scale', 'restart', 'rollback', 'set-resources', 'patch-probe'] as const;
export const actionName = z.enum(actionNames);
export type ActionName = z.infer<typeof actionName>;

export const risk = z.enum(['low', 'medium', 'high', 'irreversible']);
export type Risk = z.infer<typeof risk>;

export type PatchOp =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

/** A target as a fresh full GET showed it, with what the action needs beside it (ReplicaSets or ControllerRevisions of the target). */
export type Live = {
  readonly object: JsonObject;
  readonly revisions: readonly JsonObject[];
  readonly pods: readonly JsonObject[];
};

/** The changing part of a write: tests of the reviewed values and the change itself. UID, mark and `timeout` are added by the writer's shape. */
export type Preview = {
  readonly tests: readonly PatchOp[];
  readonly changes: readonly PatchOp[];
  readonly touches: readonly string[];
};

/** A refusal is a value: why this action cannot be built for this target. */
export type Refusal = { readonly refused: string };
export type Irreversible = { readonly irreversible: string };

export type Settlement = { readonly state: 'settled' | 'progressing' | 'failed'; readonly why: string };

export type ResourceName = { readonly group: string; readonly version: string; readonly plural: string };
export type RbacRule = { readonly group: string; readonly resource: string; readonly verb: string };

export interface ActionDefinition<Params extends JsonObject = JsonObject> {
  readonly name: ActionName;
  /** Imperative words for people: "raise memory limit". */
  readonly title: string;
  readonly targetKinds: readonly ObjectRef['kind'][];
  readonly params: z.ZodType<Params>;
  readonly guards: readonly SignalId[];
  readonly rbac: readonly RbacRule[];
  /** Pure: the same live object and parameters give the same operations. */
  preview(live: Live, params: Params): Preview | Refusal;
  /** Built from the object read before and the reply of the write (writes.md A.7). */
  undo(before: JsonObject, reply: JsonObject, params: Params): Preview | Irreversible;
  risk(live: Live, params: Params): Risk;
  settled(live: Live): Settlement;
  /** "256Mi → 384Mi" or "3 → 6": the change in a few words. */
  summary(live: Live, params: Params): string;
  /** The kubectl line that makes the same change; some lines depend on what the target looks like, so hand in `live` where it is known. */
  byHand(target: ObjectRef, params: Params, live?: Live): string;
}

/** A menu entry: an action that the diagnosis offers, with parameters filled from the cluster and the bounds in which a leader may move them. */
export type Candidate = {
  readonly id: string;
  readonly action: ActionName;
  readonly target: ObjectRef;
  readonly params: JsonObject;
  readonly cites: readonly string[];
  readonly why: string;
  readonly expectedEffect: string;
  /** Numeric parameters that a leader may choose, with inclusive bounds. */
  readonly bounds: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
};
