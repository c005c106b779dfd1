// The kill switch as this process holds it: set at once by a person at the door, and by the stop ConfigMap as soon as it is seen.
import type { OwnWrites, StopWord } from './own.ts';

export interface StopLatch {
  /** True when a person stopped, or while the ConfigMap cannot be read. Synchronous: asked right before a write. */
  isStopped(): boolean;
  set(stopped: boolean): void;
  /** Reads the ConfigMap. A stop seen there is latched: deleting or editing the ConfigMap never resumes. */
  look(signal?: AbortSignal): Promise<StopWord>;
}

/** `onSeen` is told once for each time the ConfigMap stops a process that was not stopped; when it rejects, again at the next look. */
export function createStopLatch(
  own: Pick<OwnWrites, 'readStop'>,
  initially: boolean,
  onSeen: (word: StopWord) => Promise<void>,
): StopLatch {
  let latched = initially;
  let unreadable = false;
  let untold: StopWord | null = null;
  return {
    isStopped: () => latched || unreadable,
    set(stopped) {
      latched = stopped;
      if (!stopped) untold = null;
    },
    async look(signal) {
      const word = await own.readStop(signal);
      unreadable = word.stopped && !word.seen;
      if (word.seen && !latched) {
        latched = true;
        untold = word;
      }
      const telling = untold;
      untold = null;
      if (telling !== null)
        await onSeen(telling).catch(() => {
          // The stop holds without it; a look is for the switch, and must not fail for the journal.
          if (latched) untold = telling;
        });
      return word;
    },
  };
}
