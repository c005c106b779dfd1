// Finds the port on which a demo listens: the one asked for, or the next one that is free.
import { createServer } from 'node:net';
import { exitCodes, Failure } from '../../model/failure.ts';

const attempts = 50;
const highest = 65_535;

/** The first free port of loopback from this one on; throws a Failure (exit 6) when 50 in a row are taken. */
export async function freePort(from: number): Promise<number> {
  const last = Math.min(from + attempts - 1, highest);
  for (let port = from; port <= last; port += 1) if (await isFree(port)) return port;
  throw new Failure({
    code: 'address-in-use',
    what: `no port from ${from} to ${last} is free on 127.0.0.1`,
    why: 'other processes listen there',
    next: 'choose another one with --port',
    exitCode: exitCodes.conflict,
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
