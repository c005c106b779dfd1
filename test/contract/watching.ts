// An open watch: its events in order as they come, and how it ends.
import type { Readable } from 'node:stream';
import { textAt, toTree, type Tree, treeAt } from '../../src/sandbox/api/tree.ts';

export type WatchEvent = { readonly type: string; readonly object: Tree };

export interface Watching {
  readonly status: number;
  /** All events so far. */
  readonly events: readonly WatchEvent[];
  /** Resolves with the event at this position, counted from 0; throws when the watch ends before, or after ten seconds. */
  event(position: number): Promise<WatchEvent>;
  /** Resolves when the server has ended the watch; throws when the connection broke. */
  readonly ended: Promise<void>;
  close(): void;
}

const patienceMs = 10_000;

export function startWatching(status: number, body: Readable, stop: () => void): Watching {
  const events: WatchEvent[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const wake = (): void => {
    for (const one of waiting) one();
    waiting.clear();
  };
  const read = async (): Promise<void> => {
    let rest = '';
    body.setEncoding('utf8');
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = toTree(JSON.parse(line));
        events.push({ type: textAt(event, 'type'), object: treeAt(event, 'object') });
      }
      wake();
    }
  };
  const ended = read().finally(() => {
    isOver = true;
    wake();
  });
  ended.catch(() => undefined);
  return {
    status,
    events,
    ended,
    async event(position) {
      const timeout = AbortSignal.timeout(patienceMs);
      for (;;) {
        const found = events[position];
        if (found !== undefined) return found;
        if (isOver || timeout.aborted)
          throw new Error(`the watch has ${events.length} events: ${summary(events).join(', ')}`);
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
          timeout.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
    close: stop,
  };
}

/** `ADDED a`, `DELETED b` … for comparison at one glance. */
export function summary(events: readonly WatchEvent[]): string[] {
  return events.map(({ type, object }) => `${type} ${textAt(object, 'metadata', 'name')}`.trim());
}
