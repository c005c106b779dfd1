// Decides whether the people that a verdict asks for have said yes, and under which mode the write may then leave. Pure.
import type { Approval } from '../../folds/state.ts';
import type { Mode } from '../../model/mode.ts';
import { modes } from '../../model/mode.ts';
import type { Ruling } from '../../model/ruling.ts';
import type { Reviewed } from './review.ts';
import { peopleWhoCount } from './risk-and-people.ts';

/** Denials that pass by themselves: the write is held and tried again, never given up. */
const holding: ReadonlySet<string> = new Set(['G02', 'G03', 'G19']);
/** To take harm back is worth waiting for fresh facts. */
const holdingUndo: ReadonlySet<string> = new Set([...holding, 'G07']);

/** Why it is only held, in the words of the rules that hold it; null when something denies it for good, or nothing does. */
export function whyHeldBack(rulings: readonly Ruling[], isUndo: boolean): string | null {
  const denials = rulings.filter((one) => one.word === 'deny');
  const passing = isUndo ? holdingUndo : holding;
  if (denials.length === 0 || !denials.every((one) => passing.has(one.rule))) return null;
  return denials.map((one) => one.reason).join('; ');
}

/** True when nobody is asked, or when enough different people approved exactly this. */
export function hasConsent({ facts, rulings, verdict }: Reviewed, approval: Approval | null): boolean {
  if (verdict.word === 'permitted') return true;
  if (verdict.word === 'denied' || rulings.some((one) => one.rule === 'G15' && one.word !== 'allow')) return false;
  const isGiven = approval !== null && (approval.state === 'approved' || approval.state === 'used');
  const isOwnRequest = (person: string): boolean =>
    facts.plan.requestedBy === person && facts.plan.undoOf === undefined;
  const people = [
    ...(isGiven ? approval.have.map((one) => one.by) : []),
    ...(facts.cover?.requestedBy === null ? facts.cover.people : []),
  ].filter((one) => !isOwnRequest(one));
  return peopleWhoCount(people, verdict.need).length >= verdict.need;
}

/** What the mode must at least be: auto when nobody said yes, approve when somebody did. `judgedIn` is the mode of an act whose harm is undone. */
export function modeNeeded({ facts, verdict }: Reviewed, judgedIn: Mode | null): 'approve' | 'auto' {
  if (facts.cover === null) return verdict.word === 'permitted' ? 'auto' : 'approve';
  return facts.cover.requestedBy === null && facts.cover.people.length === 0 && judgedIn === 'auto'
    ? 'auto'
    : 'approve';
}

export function isBelow(mode: Mode, least: Mode): boolean {
  return modes.indexOf(mode) < modes.indexOf(least);
}
