// Ends an exchange whose other side is silent: one deadline until the first byte, since a large model may think, and a shorter one between bytes.
import type { Clock } from '../../clock.ts';

export interface SilenceGuard {
  /** Aborts once it was silent for too long. */
  readonly signal: AbortSignal;
  heard(): void;
  /** The deadline that holds now, milliseconds. */
  silentMs(): number;
  done(): void;
}

export function silenceGuard(clock: Clock, firstByteMs: number, idleMs: number): SilenceGuard {
  const controller = new AbortController();
  const start = (ms: number) => clock.after(ms, () => controller.abort());
  let silentMs = firstByteMs;
  let cancel = start(silentMs);
  return {
    signal: controller.signal,
    heard() {
      cancel();
      silentMs = idleMs;
      cancel = start(silentMs);
    },
    silentMs: () => silentMs,
    done: () => cancel(),
  };
}
