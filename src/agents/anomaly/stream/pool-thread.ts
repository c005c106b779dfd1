// One worker thread as the pool sees it: it steps its share, or it is lost, which is told as a sentence and never thrown.
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../../clock.ts';
import type { WorkerOrder, WorkerReply } from './worker-order.ts';

export type StartWorker = () => Worker;

export type PoolThread = {
  /** Null as long as it works; then why it does not any more. */
  lost(): string | null;
  send(order: Extract<WorkerOrder, { kind: 'open' }>): void;
  /** Resolves with null when the share is stepped, or with why it never will be. The thread has ended then. */
  step(cycle: number, atMs: number): Promise<string | null>;
  close(): Promise<void>;
};

export function startWorkerThread(): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./worker.${extension}`, import.meta.url));
}

/** A thread that does not answer within `deadlineMs` is ended. */
export function createPoolThread(start: StartWorker, wall: Clock, deadlineMs: number): PoolThread {
  let lost: string | null = null;
  let settle: ((why: string | null) => void) | null = null;
  let cycle = 0;
  let worker: Worker | null = null;

  const lose = (why: string): void => {
    lost ??= why;
    settle?.(lost);
    settle = null;
  };
  try {
    worker = start();
    // An idle pool does not keep the program alive.
    worker.unref();
    // An error is followed by the exit, after which nothing of the thread touches the shards.
    worker.on('error', (error) => void (lost = `a worker thread of tier one failed: ${textOf(error)}`));
    worker.on('exit', (code) => lose(`a worker thread of tier one ended with code ${code}`));
    worker.on('message', (reply: WorkerReply) => {
      if (reply.cycle !== cycle) return;
      settle?.(null);
      settle = null;
    });
  } catch (error) {
    lost = `no worker thread for tier one: ${textOf(error)}`;
  }

  return {
    lost: () => lost,
    send: (order) => worker?.postMessage(order),
    async step(at, atMs) {
      if (lost !== null || worker === null) return lost;
      const thread = worker;
      cycle = at;
      thread.ref();
      const cancel = wall.after(deadlineMs, () => {
        lost ??= `a worker thread of tier one did not answer within ${deadlineMs / 1000} s`;
        void thread.terminate();
      });
      const ended = await new Promise<string | null>((resolve) => {
        settle = resolve;
        thread.postMessage({ kind: 'step', cycle: at, atMs } satisfies WorkerOrder);
      });
      cancel();
      thread.unref();
      return ended;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
