// Numbers facts: the same fact keeps its number for the life of an incident, a new one gets the next.
import type { Evidence, EvidenceDraft } from '../model/evidence.ts';

export type Numbered = {
  readonly added: readonly Evidence[];
  readonly idOf: (draft: EvidenceDraft) => string;
};

export function numbered(drafts: readonly EvidenceDraft[], known: readonly Evidence[]): Numbered {
  const ids = new Map(known.map((one) => [keyOf(one), one.id]));
  const added: Evidence[] = [];
  let next = 1 + Math.max(0, ...known.map((one) => Number(one.id.slice(1))));
  for (const draft of drafts) {
    const key = keyOf(draft);
    if (ids.has(key)) continue;
    const id = `E${next}`;
    next += 1;
    ids.set(key, id);
    added.push({ id, ...draft });
  }
  return { added, idOf: (draft) => ids.get(keyOf(draft)) ?? '' };
}

/** A finding is one fact however its numbers move; other facts are told apart by source and words. */
function keyOf(of: EvidenceDraft): string {
  return of.finding === undefined ? `${of.source}\n${of.sentence}` : `finding ${of.finding}`;
}
