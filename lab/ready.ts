// Free loopback ports, and waiting with a deadline until a child answers.
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { exitCodes, Failure } from '../src/model/failure.ts';
import type { Child } from './session.ts';

const pollMs = 100;

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => await listen()));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Resolves when `check` answers true; a Failure with the child's last words when it ends first or the deadline passes. */
export async function untilReady(
  child: Child,
  timeoutMs: number,
  check: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    if (child.hasExited()) throw startFailed(child, 'it ended while starting');
    const isReady = await check().catch(() => false);
    if (isReady) return;
    if (performance.now() > end) throw startFailed(child, `it was not ready within ${timeoutMs / 1000} s`);
    await pause(pollMs);
  }
}

function startFailed(child: Child, why: string): Failure {
  return new Failure({
    code: 'lab-start-failed',
    what: `${child.name} did not start`,
    why: `${why}; its last lines:\n${child.logTail()}`,
    next: 'read the lines above; when a port was taken in the meantime, start the lab again',
    exitCode: exitCodes.fault,
  });
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
