// Reads the id of a series back into its key, for series that come out of a snapshot.
import { signalId, type SeriesKey } from '../../model/signal.ts';

/** Null for text that is no id of a series of a known signal. */
export function seriesKeyOf(id: string): SeriesKey | null {
  const match = /^([^@]+)@([^/@#]*)\/([^/#]+)\/([^/#]+)(?:#([^/#]+))?$/.exec(id);
  const [, signal, namespace, kind, name, pod] = match ?? [];
  const parsed = signalId.safeParse(signal);
  if (!parsed.success || namespace === undefined || kind === undefined || name === undefined) return null;
  return { signal: parsed.data, of: { kind, namespace, name }, ...(pod === undefined ? {} : { pod }) };
}
