// The gate of the catalogue: parameters come as JSON from a leader or the journal, so each action reads them by its own schema before it uses them.
import type { z } from 'zod';
import type { ActionDefinition, Live } from '../model/action.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { valueAt, type JsonObject } from '../model/json.ts';

/**
 * The action as the catalogue holds it. `preview` refuses parameters outside the schema, other kinds and objects that are
 * being deleted; every other member throws a Failure on such parameters, since nothing may be asked before a preview.
 */
export function checked<Params extends JsonObject>(definition: ActionDefinition<Params>): ActionDefinition {
  const read = (params: JsonObject): Params => {
    const parsed = definition.params.safeParse(params);
    if (parsed.success) return parsed.data;
    throw new Failure({
      code: 'action-parameters',
      what: `the parameters of ${definition.name} are not valid`,
      why: firstSentence(parsed.error),
      next: `plan ${definition.name} anew with parameters of its schema`,
      exitCode: exitCodes.fault,
    });
  };
  return {
    ...definition,
    preview(live, params) {
      const refused = unfit(definition, live);
      if (refused !== null) return { refused };
      const parsed = definition.params.safeParse(params);
      return parsed.success
        ? definition.preview(live, parsed.data)
        : { refused: `the parameters of ${definition.name} are not valid: ${firstSentence(parsed.error)}` };
    },
    undo: (before, reply, params) => definition.undo(before, reply, read(params)),
    risk: (live, params) => definition.risk(live, read(params)),
    summary: (live, params) => definition.summary(live, read(params)),
    byHand: (target, params, live) => definition.byHand(target, read(params), live),
  };
}

/** What a schema of parameters says about a member that it does not know. */
export function noOther(action: string): { error: (issue: z.core.$ZodRawIssue) => string } {
  return {
    error: (issue) =>
      issue.code === 'unrecognized_keys' && Array.isArray(issue['keys'])
        ? `${action} takes no parameter ${issue['keys'].join(', ')}`
        : `the parameters of ${action} must be an object`,
  };
}

function unfit(definition: Pick<ActionDefinition, 'name' | 'targetKinds'>, live: Live): string | null {
  const kind = valueAt(live.object, '/kind');
  if (typeof kind !== 'string' || !definition.targetKinds.includes(kind))
    return `${definition.name} works on ${definition.targetKinds.join(', ')}, not on ${typeof kind === 'string' ? kind : 'an object without a kind'}`;
  const deleted = valueAt(live.object, '/metadata/deletionTimestamp');
  return deleted === undefined || deleted === null ? null : 'the target is being deleted';
}

function firstSentence(error: { readonly issues: readonly { readonly message: string }[] }): string {
  return error.issues[0]?.message ?? 'they do not match the schema';
}
