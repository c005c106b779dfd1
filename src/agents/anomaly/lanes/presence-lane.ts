// The presence lane: a ready pod that tells nothing, and a whole source that went silent. Missing data is no sign of health or illness; it keeps other findings from opening.
import type { SignalFinding } from '../../../model/finding.ts';
import { scaled } from '../../../model/pace.ts';
import { keyOf } from '../../../model/target.ts';
import type { SeriesTable } from '../series-table.ts';
import type { CreateLane } from './lane.ts';
import { sourceFinding, targetFinding } from './presence-finding.ts';
import { createSilenceBook, type Expected } from './silence.ts';
import { groupOfFamily, type SourceGroup, sourceGroups } from './source-groups.ts';

const targetMs = 5 * 60_000;
/** Share of the series of one source that may be missing in a cycle. */
const mostMissing = 0.3;
/** Fewer pods than this are no source: their targets speak for themselves. */
const leastExpected = 5;
const prefix = 'presence:';

export const presenceLane: CreateLane = ({ pace, windows }) => {
  const book = createSilenceBook(2 * windows.rateMs + windows.cycleMs);
  const findings = new Map<string, SignalFinding>();
  /** Groups of which too much is missing now, and workloads whose sums lack a pod. */
  let silentGroups = new Set<SourceGroup['name']>();
  let partial = new Set<string>();
  let table: SeriesTable | null = null;

  return {
    prepare({ observation, view, nowMs, ...input }) {
      table = input.table;
      book.see(observation.samples, view, nowMs);
      silentGroups = new Set(sourceGroups.filter(({ name }) => isSilent(book.expected(name))).map((one) => one.name));
      partial = new Set(
        sourceGroups.flatMap(({ name }) =>
          book
            .expected(name)
            .filter((one) => one.silentSinceMs !== null)
            .map(({ of }) => `${name} ${keyOf(of)}`),
        ),
      );
    },
    isFrozen(id) {
      const state = table?.get(id);
      const group = state === undefined ? null : groupOfFamily(state.traits.family);
      if (state === undefined || group === null || state.key.of.kind === 'Node') return false;
      const isPart = group.sums.has(state.traits.family) && partial.has(`${group.name} ${keyOf(state.key.of)}`);
      return silentGroups.has(group.name) || isPart;
    },
    cycle({ nowMs, openFindings }) {
      const before = new Map(findings);
      const openBefore = (id: string): SignalFinding | undefined =>
        before.get(id) ?? openFindings.find((one): one is SignalFinding => one.kind === 'signal' && one.id === id);
      findings.clear();
      for (const group of sourceGroups) {
        const expected = book.expected(group.name);
        if (silentGroups.has(group.name)) {
          const id = `${prefix}source:${group.name}`;
          findings.set(id, sourceFinding({ id, group, expected, before: openBefore(id), nowMs }));
          // What the source does not tell of anybody says nothing of one target.
          continue;
        }
        for (const own of Map.groupBy(expected, (one) => keyOf(one.of)).values()) {
          const silent = own.filter((one) => isOverdue(one, nowMs));
          const [first] = silent;
          if (first === undefined) continue;
          const id = `${prefix}${group.name}@${keyOf(first.of)}`;
          const about = { id, group, of: first.of, silent, expected: own, before: openBefore(id), nowMs };
          findings.set(id, targetFinding({ ...about, scale: pace.scale }));
        }
      }
      return [...findings.values()];
    },
    holds: (id) => findings.has(id),
    // Whether something is told has no say in whether a write helped.
    recovered: (id) => (id.startsWith(prefix) ? { word: 'recovered', sentence: '' } : null),
  };

  function isOverdue({ silentSinceMs }: Expected, nowMs: number): boolean {
    return silentSinceMs !== null && nowMs - silentSinceMs >= scaled(pace, targetMs);
  }
};

function isSilent(expected: readonly Expected[]): boolean {
  const missing = expected.filter((one) => one.silentSinceMs !== null);
  const workloads = new Set(missing.map((one) => keyOf(one.of)));
  return expected.length >= leastExpected && workloads.size > 1 && missing.length > mostMissing * expected.length;
}
