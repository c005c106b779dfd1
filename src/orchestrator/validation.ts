// The same strict look at every leader's answer: what is not in the menu, out of bounds or without evidence is refused with a plain reason.
import type { ActionDefinition, ActionName } from '../model/action.ts';
import { jsonEquals, type JsonObject } from '../model/json.ts';
import type { BriefInput, Choice, MenuEntry, Selection } from './reasoner.ts';

export type Accepted = {
  readonly entry: MenuEntry;
  readonly params: JsonObject;
  readonly cites: readonly string[];
  readonly why: string;
};
export type Validated = { readonly accepted: readonly Accepted[] } | { readonly refused: string };

const mostActions = 5;

export function validate(
  choice: Choice,
  input: BriefInput,
  actions: ReadonlyMap<ActionName, ActionDefinition>,
): Validated {
  if (choice.picks.length > mostActions)
    return { refused: `${choice.picks.length} actions were chosen, at most ${mostActions} may be` };
  const unknown = choice.order.find((id) => !input.hypotheses.some((one) => one.id === id));
  if (unknown !== undefined) return { refused: `"${plainWord(unknown)}" is no hypothesis of this incident` };
  const accepted: Accepted[] = [];
  for (const pick of choice.picks) {
    const looked = look(pick, input, actions);
    if (typeof looked === 'string') return { refused: looked };
    if (accepted.some((one) => one.entry.id === looked.entry.id))
      return { refused: `${looked.entry.id} was chosen twice` };
    accepted.push(looked);
  }
  return { accepted };
}

function look(
  pick: Selection,
  input: BriefInput,
  actions: ReadonlyMap<ActionName, ActionDefinition>,
): Accepted | string {
  const cited = pick.cites.length === 0 ? '' : ` (${pick.cites.map(plainWord).join(' ')})`;
  const entry = input.menu.find((one) => one.id === pick.candidate);
  if (entry === undefined) return `"${plainWord(pick.candidate)}" is not in the menu${cited}`;
  if (pick.cites.length === 0) return `${entry.id} was chosen without evidence`;
  const missing = pick.cites.find((id) => !input.evidence.some((one) => one.id === id));
  if (missing !== undefined) return `"${plainWord(missing)}" is no evidence of this incident`;
  const params = { ...entry.params, ...pick.params };
  const moved = movedOutOfBounds(entry, pick.params);
  if (moved !== null) return moved;
  const definition = actions.get(entry.action);
  if (definition === undefined) return `${entry.action} is not in the catalogue of actions`;
  const parsed = definition.params.safeParse(params);
  if (!parsed.success)
    return `the parameters of ${entry.id} are not valid: ${parsed.error.issues[0]?.message ?? 'schema'}`;
  return { entry, params, cites: pick.cites, why: pick.why === '' ? entry.why : pick.why };
}

/** Only numbers with bounds may be moved, and only inside them; everything else stays as the menu states it. */
function movedOutOfBounds(entry: MenuEntry, params: JsonObject): string | null {
  for (const [name, value] of Object.entries(params)) {
    if (jsonEquals(value, entry.params[name])) continue;
    // A name such as `constructor` is found on every object, and is nobody's bounds.
    const bounds = Object.hasOwn(entry.bounds, name) ? entry.bounds[name] : undefined;
    if (bounds === undefined) return `${name} of ${entry.id} may not be changed`;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < bounds.min || value > bounds.max)
      return `${name} of ${entry.id} must lie between ${bounds.min} and ${bounds.max}, ${plainWord(JSON.stringify(value))} does not`;
  }
  return null;
}

/** Words of a leader on their way into the journal: one short line without control characters. */
function plainWord(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return clean.length > 120 ? `${clean.slice(0, 119)}…` : clean;
}
