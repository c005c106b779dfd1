// Writes of the kubelets in order per key, retried while the API server cannot be reached, with a promise for "nothing is under way".
import type { Clock } from '../../clock.ts';
import { ClusterPortError } from '../cluster-port.ts';

export interface WriteQueue {
  /** Runs after earlier writes of the same key. */
  push(key: string, write: () => Promise<void>): void;
  /** Like push, but one write that has not begun stands for all of them; the write reads the newest state itself. */
  latest(key: string, write: () => Promise<void>): void;
  busy(): boolean;
  /** Resolves when no write is waiting or under way. */
  idle(): Promise<void>;
  close(): void;
}

const attempts = 30;
const longestLine = 1_000;

export function createWriteQueue(clock: Clock, onError: (error: unknown) => void): WriteQueue {
  const lines = new Map<string, { waiting: (() => Promise<void>)[]; marked: boolean }>();
  const waiters: (() => void)[] = [];
  let closed = false;

  const attempt = async (write: () => Promise<void>): Promise<void> => {
    for (let count = 1; !closed; count += 1) {
      try {
        await write();
        return;
      } catch (error) {
        const refused = error instanceof ClusterPortError && error.code < 500 && error.code !== 429;
        if (refused || count === attempts) {
          if (!closed && !(error instanceof ClusterPortError && error.code === 404)) onError(error);
          return;
        }
        await new Promise<void>((resolve) => clock.after(1_000, resolve));
      }
    }
  };
  const run = async (key: string): Promise<void> => {
    const line = lines.get(key);
    for (let write = line?.waiting.shift(); write !== undefined; write = line?.waiting.shift()) await attempt(write);
    lines.delete(key);
    if (lines.size === 0) for (const wake of waiters.splice(0)) wake();
  };
  const add = (key: string, write: () => Promise<void>): void => {
    const line = lines.get(key);
    if (line === undefined) {
      lines.set(key, { waiting: [write], marked: false });
      void run(key);
    } else if (line.waiting.length < longestLine) line.waiting.push(write);
  };
  return {
    push(key, write) {
      if (!closed) add(key, write);
    },
    latest(key, write) {
      if (closed) return;
      const line = lines.get(key);
      if (line?.marked === true) return;
      add(key, async () => {
        const current = lines.get(key);
        if (current !== undefined) current.marked = false;
        await write();
      });
      const current = lines.get(key);
      if (line !== undefined && current !== undefined) current.marked = true;
    },
    busy: () => lines.size > 0,
    idle: () => (lines.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    close() {
      closed = true;
      lines.clear();
      for (const wake of waiters.splice(0)) wake();
    },
  };
}
