// Runs command lines in this process, on a terminal or in a pipe, and hands back what was printed; waiting takes no time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { aWorld, type World } from '../../../test/builders/server.ts';
import { steppedClock, type Clock } from '../../clock.ts';
import type { ServerPorts } from '../../server/ports.ts';
import { startServer, type RunningServer } from '../../server/start.ts';
import { main } from '../program.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

export type RunOptions = {
  /** stdin, stdout and stderr are terminals of this width. */
  readonly columns?: number;
  /** What is typed, whatever is asked. */
  readonly typed?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly invokedAs?: string;
  readonly folder?: string;
  readonly clock?: Clock;
};

/** A folder that holds nothing: no configuration, no journal, no address is found below it. */
const nowhere = join(tmpdir(), 'no-such-folder-of-the-advisor');

export async function runLine(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const isTerminal = options.columns !== undefined;
  const as = <Stream extends object>(stream: Stream) =>
    isTerminal ? Object.assign(stream, { isTTY: true, columns: options.columns }) : stream;
  const stdout = as(new PassThrough());
  const stderr = as(new PassThrough());
  const stdin = as(new PassThrough());
  stdin.end(options.typed ?? '');
  const code = await main(
    args,
    {
      stdout,
      stderr,
      stdin,
      env: { XDG_CONFIG_HOME: nowhere, XDG_STATE_HOME: nowhere, LANG: 'C.UTF-8', ...options.env },
      folder: options.folder ?? nowhere,
      invokedAs: options.invokedAs ?? 'advisor',
    },
    options.signal ?? new AbortController().signal,
    options.clock ?? hastyClock(),
  );
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

/** A clock on which each wait is over at once, and has taken its time. `onWait` is called before it ends. */
export function hastyClock(onWait: (waits: number) => void | Promise<void> = () => undefined): Clock {
  const clock = steppedClock(Date.UTC(2026, 0, 5, 14, 2));
  let waits = 0;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(delayMs, run) {
      let cancelled = false;
      waits += 1;
      void (async () => {
        await onWait(waits);
        if (cancelled) return;
        clock.advance(delayMs);
        run();
      })();
      return () => (cancelled = true);
    },
  };
}

export type Rig = {
  readonly world: World;
  readonly server: RunningServer;
  /** Runs a line as the operator of this advisor. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  close(): Promise<void>;
};

/** An advisor on loopback over a real journal. */
export async function anAdvisor(more: Partial<ServerPorts> = {}): Promise<Rig> {
  const world = await aWorld(more);
  const server = await startServer(world.ports, {
    listen: '127.0.0.1:0',
    osUser: 'sre',
    pid: process.pid,
    folder: join(world.folder, 'door'),
  });
  return {
    world,
    server,
    run: async (args, options = {}) =>
      await runLine(args, {
        ...options,
        env: { ADVISOR_SERVER: server.url, ADVISOR_TOKEN: server.token, ...options.env },
      }),
    async close() {
      await server.close();
      await world.close();
    },
  };
}

export type Folder = { readonly path: string; remove(): void };

export function aFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'cli-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Lines of an error on stderr, for the rule of three. */
export function linesOf(text: string): readonly string[] {
  return text.trimEnd().split('\n');
}

function textOf(stream: PassThrough): string {
  const chunk: unknown = stream.read();
  if (chunk instanceof Uint8Array) return new TextDecoder().decode(chunk);
  return typeof chunk === 'string' ? chunk : '';
}
