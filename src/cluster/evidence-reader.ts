// Evidence beyond the cache: the last log lines of a container, and a target as fresh reads show it.
import type { Live } from '../model/action.ts';
import { Failure } from '../model/failure.ts';
import type { ObjectRef } from '../model/target.ts';
import { readLive } from './live-target.ts';
import type { Reader } from './read.ts';

export type LogPlace = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
};

export interface ClusterEvidence {
  /** Newest lines, oldest first; null when there are none to read, or no right to read them. */
  tail(of: LogPlace, lines: number, signal: AbortSignal): Promise<readonly string[] | null>;
  /** Null when the target is gone; rejects with a Failure when it cannot be read. */
  live(target: ObjectRef, signal: AbortSignal): Promise<Live | null>;
}

/** The server cuts at the end, where the newest lines are: far more than any tail needs, so that it does not. */
const mostLogBytes = 2 * 1024 * 1024;

export function createEvidenceReader(reader: Pick<Reader, 'get' | 'list' | 'podLog'>): ClusterEvidence {
  return {
    async tail({ namespace, pod, container, previous }, lines, signal) {
      try {
        const options = { previous, tailLines: lines, limitBytes: mostLogBytes };
        const read = await reader.podLog(namespace, pod, container, options, signal);
        return read === null ? null : read.slice(-lines);
      } catch (error) {
        if (error instanceof Failure) return null;
        throw error;
      }
    },
    live: async (target, signal) => await readLive(reader, target, signal),
  };
}
