// Which signals of a long past are read together: those that share measures, a few measures at a time, so that what was read is of use though the rest cannot be.
import type { Measure } from './measure.ts';
import { needsOf, type SignalDefinition } from './signal-definition.ts';

export type AskedTogether = { readonly signals: readonly SignalDefinition[]; readonly measures: readonly Measure[] };

/** Fewer would leave the server waiting for us between them. */
const leastMeasures = 4;

/** Each measure is in one part; both keep their order. Signals that need none are in no part. */
export function partsOfPast(
  signals: readonly SignalDefinition[],
  measures: readonly Measure[],
): readonly AskedTogether[] {
  const parts: AskedTogether[] = [];
  let some: readonly SignalDefinition[] = [];
  const measuresOf = (of: readonly SignalDefinition[]): readonly Measure[] => {
    const needed = new Set(of.flatMap(needsOf));
    return measures.filter((one) => needed.has(one.gives));
  };
  for (const sharing of sharingMeasures(signals)) {
    some = [...some, ...sharing];
    if (measuresOf(some).length < leastMeasures) continue;
    parts.push({ signals: some, measures: measuresOf(some) });
    some = [];
  }
  if (some.length > 0) parts.push({ signals: some, measures: measuresOf(some) });
  return parts;
}

/** What is split here would be asked for twice. */
function sharingMeasures(signals: readonly SignalDefinition[]): readonly (readonly SignalDefinition[])[] {
  let groups: (readonly SignalDefinition[])[] = [];
  for (const signal of signals) {
    const needs = new Set(needsOf(signal));
    if (needs.size === 0) continue;
    const isSharing = (group: readonly SignalDefinition[]): boolean =>
      group.flatMap(needsOf).some((one) => needs.has(one));
    const joined = [...groups.filter(isSharing).flat(), signal];
    groups = [...groups.filter((one) => !isSharing(one)), joined];
  }
  return groups;
}
