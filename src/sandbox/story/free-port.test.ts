import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from './free-port.ts';

let taken: Server;
let port: number;
beforeEach(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(async () => await new Promise<void>((resolve) => void taken.close(() => resolve())));

describe('a free port', () => {
  it('is a later one when the one asked for is taken', async () => {
    const found = await freePort(port);
    expect(found).toBeGreaterThan(port);
    expect(found).toBeLessThan(port + 50);
  });

  it('is the one asked for once it is free', async () => {
    await new Promise<void>((resolve) => void taken.close(() => resolve()));
    expect(await freePort(port)).toBe(port);
    await new Promise<void>((resolve) => void taken.listen(0, '127.0.0.1', resolve));
  });
});
