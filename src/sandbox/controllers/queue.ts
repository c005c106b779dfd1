// The work queue that all controllers share: keys in order of arrival, each once, also later by the cluster's clock.
import type { Cancel, Clock } from '../../clock.ts';

export class WorkQueue {
  readonly #clock: Clock;
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, { readonly dueMs: number; readonly cancel: Cancel }>();
  #onWork: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  onWork(listener: () => void): void {
    this.#onWork = listener;
    if (this.#waiting.size > 0) listener();
  }

  add(key: string): void {
    this.#waiting.add(key);
    this.#onWork();
  }

  /** Adds the key after a delay; an earlier moment that is already set stays. */
  addAfter(key: string, delayMs: number): void {
    const dueMs = this.#clock.now() + delayMs;
    const before = this.#timers.get(key);
    if (before !== undefined && before.dueMs <= dueMs) return;
    before?.cancel();
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { dueMs, cancel });
  }

  next(): string | undefined {
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      return key;
    }
    return undefined;
  }

  close(): void {
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiting.clear();
  }
}
