// Rows of one recorded series that stand out, gathered into stretches a person can look at: when, how far, by what.
import type { OfflineRow, Reason } from './offline.ts';
import { longGapMs, suspectSurprise } from './parameters.ts';

export type Stretch = {
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it stands out most. */
  readonly peakMs: number;
  readonly value: number;
  readonly usual: number;
  readonly surprise: number;
  readonly channel: Reason;
  readonly rows: number;
};

const words: Readonly<Record<Reason, string>> = {
  med: 'rare value',
  env: 'odd at this hour',
  mean: 'short shift',
  vr: 'odd roughness',
  last: 'jump',
  cus: 'lasting shift',
  constant: 'left its constant',
  events: 'rare events',
};

/** What a channel sees, for people. */
export function wordsOf(channel: Reason): string {
  return words[channel];
}

/**
 * Stretches of rows at the gate of suspects, oldest first. Rows less than half an hour or six steps apart belong together;
 * a stretch that only repeats what was shown before is left out.
 */
export function stretchesOf(rows: readonly OfflineRow[], stepMs: number): Stretch[] {
  const apartMs = Math.max(longGapMs, 6 * stepMs);
  const groups: OfflineRow[][] = [];
  for (const row of rows) {
    if (row.surprise < suspectSurprise) continue;
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group !== undefined && last !== undefined && row.atMs - last.atMs <= apartMs) group.push(row);
    else groups.push([row]);
  }
  return groups
    .filter((group) => group.some((row) => row.shown >= suspectSurprise))
    .map((group) => {
      const peak = group.reduce((best, row) => (row.surprise > best.surprise ? row : best));
      return {
        fromMs: group[0]?.atMs ?? peak.atMs,
        toMs: group.at(-1)?.atMs ?? peak.atMs,
        peakMs: peak.atMs,
        value: peak.value,
        usual: peak.usual,
        surprise: peak.surprise,
        channel: peak.loudest ?? 'med',
        rows: group.length,
      };
    });
}
