// Silence as a finding: who tells nothing since when, in words that make neither an illness nor a zero of it.
import type { SignalFinding } from '../../../model/finding.ts';
import { keyOf, shownRef, type ObjectRef } from '../../../model/target.ts';
import { shownSpan } from '../sentence/wording.ts';
import type { Expected } from './silence.ts';
import type { SourceGroup } from './source-groups.ts';

type Common = {
  readonly id: string;
  readonly group: SourceGroup;
  readonly expected: readonly Expected[];
  readonly before: SignalFinding | undefined;
  readonly nowMs: number;
};

const mostNames = 3;

/** Pods of one workload that are ready and tell nothing. */
export function targetFinding(
  about: Common & { readonly of: ObjectRef; readonly silent: readonly Expected[]; readonly scale: number },
): SignalFinding {
  const { group, of, silent, expected, nowMs, scale } = about;
  const sinceMs = earliest(silent, nowMs);
  const names = silent.slice(0, mostNames).map((one) => one.pod);
  const more = silent.length > names.length ? ', …' : '';
  return findingOf(about, of, silent.length, sinceMs, [
    `${silent.length} of ${expected.length} ready pods of ${shownRef(of)} tell nothing of ${group.tells} for ${shownSpan((nowMs - sinceMs) * scale)} (${names.join(', ')}${more})`,
    'that is not known, not zero, and no sign of their health',
  ]);
}

/** Too many pods of several workloads at once: the source, not they. */
export function sourceFinding(about: Common): SignalFinding {
  const { group, expected, nowMs } = about;
  const missing = expected.filter((one) => one.silentSinceMs !== null);
  const workloads = new Set(missing.map((one) => keyOf(one.of))).size;
  const share = Math.round((100 * missing.length) / expected.length);
  const of = { kind: 'Source', namespace: '', name: group.name };
  return findingOf(about, of, missing.length, earliest(missing, nowMs), [
    `${missing.length} of ${expected.length} ready pods (${share} %, ${workloads} workloads) tell nothing of ${group.tells}`,
    'the source is not whole, and nothing else opens from what it still tells',
  ]);
}

function findingOf(
  { id, group, expected, before, nowMs }: Common,
  of: ObjectRef,
  silent: number,
  sinceMs: number,
  sentence: readonly string[],
): SignalFinding {
  return {
    kind: 'signal',
    id,
    of,
    severity: 'info',
    onsetMs: before?.onsetMs ?? sinceMs,
    firstSeenMs: before?.firstSeenMs ?? nowMs,
    lastSeenMs: nowMs,
    sentence: sentence.join(': '),
    signal: group.signal,
    unit: 'count',
    value: silent,
    baseline: 0,
    band: [0, 0],
    floor: 1,
    direction: 'up',
    // Absence is counted, not tested.
    test: {
      name: 'ready pods without samples',
      stat: silent,
      df: 0,
      p: 1,
      q: 1,
      windows: expected.length,
      exceeded: 0,
    },
    confidence: 'candidate',
    level: 'presence',
  };
}

function earliest(silent: readonly Expected[], nowMs: number): number {
  return silent.reduce((least, one) => Math.min(least, one.silentSinceMs ?? nowMs), nowMs);
}
