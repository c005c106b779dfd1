// Notices that a stream which should speak about once a minute has fallen silent: a dead connection looks just like a quiet cluster.
import type { Cancel, Clock } from '../clock.ts';

export interface Silence {
  /** Something came. */
  heard(): void;
  /** True once `onSilent` was called. */
  isSilent(): boolean;
  readonly stop: Cancel;
}

/** Calls `onSilent` when nothing was heard for `silentMs`; one timer at a time, however many lines come. */
export function watchSilence(wall: Clock, silentMs: number, onSilent: () => void): Silence {
  let heardAt = wall.monotonic();
  let silent = false;
  let cancel: Cancel = () => undefined;
  const arm = (delayMs: number): void => {
    cancel = wall.after(delayMs, () => {
      const leftMs = heardAt + silentMs - wall.monotonic();
      if (leftMs > 0) arm(leftMs);
      else {
        silent = true;
        onSilent();
      }
    });
  };
  arm(silentMs);
  return {
    heard() {
      heardAt = wall.monotonic();
    },
    isSilent: () => silent,
    stop: () => cancel(),
  };
}
