// Plans: ordered actions for an incident, each citing evidence, with the effect expected and how it is verified.
import { z } from 'zod';
import { actionName } from './action.ts';
import { digestOf, isJsonObject, toJson } from './json.ts';
import { objectRef } from './target.ts';

export const jsonObject = z.record(z.string(), z.json());

export const plannedAction = z.object({
  /** `inc-1/p1/a1`. */
  id: z.string(),
  action: actionName,
  target: objectRef,
  params: jsonObject,
  cites: z.array(z.string()),
  /** Ids of the findings that its cause rests on (G22); none when that was read from the API alone. */
  restsOn: z.array(z.string()).optional(),
  why: z.string(),
});
export type PlannedAction = Readonly<z.infer<typeof plannedAction>>;

/** How the outcome is judged: windows of faults.md 1.6. */
export const verifyWindow = z.enum(['V-create', 'V-sched', 'V-roll', 'V-crash', 'V-ep', 'V-sli']);
export type VerifyWindow = z.infer<typeof verifyWindow>;

const cause = z.object({ code: z.string(), title: z.string() });

/** The model's cause beside the rules', and how sure the product is of the plan: computed, never a leader's own word. */
export const reasoning = z.object({
  agreement: z.enum(['agree', 'differ', 'rules alone']),
  rules: cause,
  model: cause.optional(),
  confidence: z.number().min(0).max(1),
});
export type Reasoning = Readonly<z.infer<typeof reasoning>>;

export const plan = z.object({
  /** `inc-1/p1`. */
  id: z.string(),
  incident: z.string(),
  /** Set on the plan that takes another plan back. */
  undoOf: z.string().optional(),
  requestedBy: z.string().optional(),
  code: z.string(),
  leader: z.string(),
  rung: z.string().optional(),
  actions: z.array(plannedAction).min(1).max(5),
  expectedEffect: z.string(),
  verify: z.array(verifyWindow),
  /** True when every supporting fact of the leading hypothesis is untrusted (G13). */
  untrustedOnly: z.boolean(),
  reasoning: reasoning.optional(),
});
export type Plan = Readonly<z.infer<typeof plan>>;

/** SHA-256 over what the plan would do: actions, parameters and targets; the wording does not count. */
export function planDigest(value: Plan): string {
  const actions = value.actions.map((one) => ({
    id: one.id,
    action: one.action,
    target: one.target,
    params: one.params,
  }));
  const body = toJson({ id: value.id, incident: value.incident, undoOf: value.undoOf ?? null, actions });
  return isJsonObject(body) ? digestOf(body) : '';
}
