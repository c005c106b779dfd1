// Marks what has been open for a day (detection.md 8): it is no news any more, and still nobody's normal.
import type { Finding } from '../../../model/finding.ts';

const mostNotes = 12;

/** The same finding before; after that time with the mark, and for a signal with what it means for what is learned. */
export function markPersisting(finding: Finding, nowMs: number, afterMs: number): Finding {
  if (nowMs - finding.firstSeenMs < afterMs) return finding;
  if (finding.kind === 'fact') return { ...finding, persisting: true };
  const isOfLevel = finding.level === undefined || finding.level === 'workload' || finding.level === 'pod';
  const why = isOfLevel ? '; nothing of it is learned as normal until it closes' : '';
  const note = `persisting: open for more than a day${why}`;
  return { ...finding, persisting: true, notes: [note, ...(finding.notes ?? [])].slice(0, mostNotes) };
}
