// G22: what a signal may justify. A candidate is only looked at, a validated one may lead to what can be taken back, and what disrupts wants a second witness.
import type { SignalFinding } from '../../model/finding.ts';
import { need, needChange, type Facts } from './facts.ts';
import { podsTaken } from './pods-taken.ts';
import { allow, ask, deny, type Rule } from './rule.ts';

/**
 * detection.md 2. Facts of the API need no statistics and count in full; burn rates, trends and silence count by the confidence
 * that their own tests gave them. A corroborated signal has a second witness in the measurements; a person is one, too.
 */
export const enoughProof: Rule = {
  id: 'G22',
  about:
    'A candidate is only looked at; a validated signal may justify what can be taken back; what disrupts needs a corroborated one, or a person.',
  judge(facts) {
    if (facts.cover !== null) return allow('an undo rests on the verdict of what it takes back');
    const ids = restsOn(facts);
    if (ids.length === 0) return allow('its cause rests on what the API shows');
    if (ids.some(isFact)) return allow('its cause rests on a fact of the API');
    const held = ids.flatMap((id) => signalNow(facts, id));
    const names = (held.length === 0 ? ids : held.map((one) => one.id)).slice(0, 3).join(', ');
    if (held.length === 0) return deny(`nothing that its cause rests on holds any more (${names})`);
    if (held.every((one) => one.confidence === 'candidate'))
      return deny(`its cause rests on candidates alone, which are only looked at (${names})`);
    if (held.some((one) => one.confidence === 'corroborated')) return allow(`its cause is corroborated (${names})`);
    const disruption = disruptionOf(facts);
    return disruption === null
      ? allow(`its cause is validated and the change can be taken back (${names})`)
      : ask(1, `its cause is validated by one witness alone (${names}) and ${disruption}: a person is the second`);
  },
};

/** Findings behind the cause; those of the whole incident where the plan does not tell. */
function restsOn({ action, plan, state }: Facts): readonly string[] {
  return action.restsOn ?? state.incidents.get(plan.incident)?.findings ?? [];
}

function isFact(id: string): boolean {
  return id.startsWith('fact:');
}

function signalNow({ state }: Facts, id: string): readonly SignalFinding[] {
  const found = state.findings.get(id);
  return found?.kind === 'signal' ? [found] : [];
}

/** What the change costs those who are served now, or null when it takes nothing away and has a way back. */
function disruptionOf(facts: Facts): string | null {
  const change = needChange(facts);
  const pods = podsTaken(need(facts.live), change.after);
  if ('irreversible' in change.undo) return 'the change cannot be taken back';
  return pods.taken === 0 ? null : `${pods.how} takes ${pods.taken} of ${pods.ready} ready pods at a time`;
}
