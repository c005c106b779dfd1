// Sends announcements one after another, apart from the cycle: an API server that is slow or refuses them costs nothing but the Event.
import type { Announcement } from './announce.ts';

export type Announcer = {
  /** Never waits. At most a hundred wait; what comes after that is dropped, since the journal is the record. */
  announce(announcement: Announcement): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
};

const mostWaiting = 100;

export function createAnnouncer(
  send: (announcement: Announcement) => Promise<void>,
  fault: (error: unknown) => void,
): Announcer {
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();
  return {
    announce(announcement) {
      if (waiting >= mostWaiting) return;
      waiting += 1;
      tail = tail
        .then(async () => await send(announcement))
        .catch(fault)
        .finally(() => {
          waiting -= 1;
        });
    },
    idle: async () => await tail,
  };
}
