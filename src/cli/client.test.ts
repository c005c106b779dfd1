import { createServer, type Server } from 'node:http';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer, type RunningServer } from '../server/start.ts';
import { aFolder, anAdvisor, linesOf, runLine, type Folder, type Rig } from './testing/command-line.ts';

let rig: Rig;
let home: Folder;
const others: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  rig = await anAdvisor();
  home = aFolder();
});
afterEach(async () => {
  for (const one of others.splice(0)) await one.close();
  await rig.close();
  home.remove();
});

async function runningIn(cluster: string, pid = process.pid): Promise<RunningServer> {
  const folder = join(home.path, 'nemotron-advisor', cluster);
  const server = await startServer(rig.world.ports, { listen: '127.0.0.1:0', osUser: 'sre', pid, folder });
  others.push(server);
  return server;
}
const local = async (...args: string[]) => await runLine(args, { env: { XDG_STATE_HOME: home.path } });

describe('finding the advisor', () => {
  it('takes the one that runs on this machine', async () => {
    await runningIn('4f1c9a00');
    expect((await local('incidents')).code).toBe(0);
  });

  it('asks which one when there are two, and takes the one that is named', async () => {
    await runningIn('4f1c9a00');
    const { url, tokenFile } = await runningIn('77aa00bb');
    const ran = await local('incidents');
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([2, '', 3]);
    expect(ran.err).toContain('2 advisors run on this machine');
    expect((await local('incidents', '--server', url, '--token-file', tokenFile)).code).toBe(0);
  });

  it('passes over an address whose process is gone', async () => {
    await runningIn('4f1c9a00', 2 ** 22 + 1);
    expect((await local('incidents')).code).toBe(4);
  });

  it('passes over an address file that is no address', async () => {
    const folder = join(home.path, 'nemotron-advisor', 'broken');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'address.json'), '{"url":');
    expect((await local('incidents')).code).toBe(4);
    await runningIn('4f1c9a00');
    expect((await local('incidents')).code).toBe(0);
  });

  it('does not take an empty token', async () => {
    const { tokenFile } = await runningIn('4f1c9a00');
    writeFileSync(tokenFile, '');
    const ran = await local('incidents');
    expect([ran.code, ran.out]).toEqual([5, '']);
  });
});

describe('a stranger on the port of the advisor', () => {
  const listening = async (
    answer: (path: string) => string,
  ): Promise<{ readonly url: string; readonly seen: string[] }> => {
    const seen: string[] = [];
    const server: Server = createServer((request, response) => {
      seen.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
      response.setHeader('content-type', 'application/json');
      response.end(answer(request.url ?? ''));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    others.push({ close: async () => await new Promise<void>((resolve) => server.close(() => resolve())) });
    const address = server.address();
    return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, seen };
  };

  it.each([['{"proof":"0000"}'], ['{}'], ['nothing'], ['{"kind":"Error"}']])(
    'that answers the challenge with %s never sees the token',
    async (body) => {
      const stranger = await listening(() => body);
      const token = 'a-token-that-must-not-leave-this-machine';
      const ran = await runLine(['incidents', '--server', stranger.url], { env: { ADVISOR_TOKEN: token } });
      expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([5, '', 3]);
      expect(stranger.seen.join('\n')).not.toContain(token);
      expect(ran.err).not.toContain(token);
    },
  );
});
