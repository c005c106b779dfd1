// Folds the rulings on one action into the verdict that people see and an approval binds. Pure.
import { diffField, foldRulings, type DiffField, type Ruling, type Verdict } from '../../model/ruling.ts';
import { shownRef } from '../../model/target.ts';
import { bindingOf } from './binding.ts';
import { changedLeaves, isWithin, shownPath } from './changed-leaves.ts';
import type { Change, Facts } from './facts.ts';
import { annotationsPath } from './request-shape.ts';
import { shownValue } from './shown-value.ts';
import { undoLine } from './undo-line.ts';

const shownFields = 40;

export function verdictOf(facts: Facts, rulings: readonly Ruling[]): Verdict {
  const { action, definition } = facts;
  const change = changeOf(facts);
  const { word, need } = foldRulings(rulings);
  const isOnlySaid = facts.mode.mode === 'observe' || facts.mode.mode === 'suggest';
  const onlyPending = word === 'denied' && !rulings.some((one) => one.word === 'deny');
  return {
    action: action.id,
    word,
    rulings: [...rulings],
    risk: change?.risk ?? 'high',
    need,
    binding: bindingOf(facts, rulings),
    summary: change?.summary ?? `${action.action} on ${shownRef(action.target)}`,
    diff: change === null ? [] : diffOf(facts, change),
    undo:
      change === null || definition === null
        ? ''
        : facts.cover === null
          ? undoLine(definition, action.target, change.undo)
          : change.byHand,
    byHand: change?.byHand ?? '',
    wouldBe: isOnlySaid || onlyPending,
  };
}

/** Fields that change, by their names for people, with who set them. */
function diffOf(facts: Facts, change: Change): DiffField[] {
  const object = 'known' in facts.live ? facts.live.known.object : {};
  const dry = 'known' in facts.dryRun && 'reply' in facts.dryRun.known ? facts.dryRun.known.reply.object : null;
  const owners = 'known' in facts.owners ? [...facts.owners.known.live, ...facts.owners.known.former] : [];
  return changedLeaves(object['spec'], (dry ?? change.after)['spec'], '/spec')
    .filter((leaf) => !isWithin(leaf.path, annotationsPath))
    .slice(0, shownFields)
    .map((leaf) => {
      const owner = owners.find((one) => one.path === leaf.path)?.manager;
      return diffField.parse({
        path: shownPath(leaf.before === undefined ? (dry ?? change.after) : object, leaf.path),
        before: shownValue(leaf.path, leaf.before ?? null),
        after: shownValue(leaf.path, leaf.after ?? null),
        ...(owner === undefined ? {} : { owner }),
      });
    });
}

function changeOf(facts: Facts): Change | null {
  return 'known' in facts.change && !('refused' in facts.change.known) ? facts.change.known : null;
}
