import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { identify, isRunning, killIfSame } from './process-table.ts';
import { openSession } from './session.ts';
import { sweepAbandoned } from './sweep.ts';

const said = z.object({ folder: z.string(), child: z.number() });

async function startFixture() {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'session-fixture.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = z.tuple([z.string()]).parse(await once(createInterface(owner.stdout), 'line'));
  return { owner, ...said.parse(JSON.parse(line)) };
}

describe('a session', () => {
  it('ends its children and removes its folder when it is closed', async () => {
    const session = openSession();
    const child = session.start('sleeper', process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await session.close();
    await session.close();
    expect(child.hasExited()).toBe(true);
    expect(identify(child.pid)).toBeNull();
    expect(existsSync(session.folder)).toBe(false);
  });

  it('ends its children and removes its folder when its owner is killed with -9', async () => {
    const fixture = await startFixture();
    expect(identify(fixture.child)).not.toBeNull();
    fixture.owner.kill('SIGKILL');
    await vi.waitFor(() => {
      expect(identify(fixture.child)).toBeNull();
      expect(existsSync(fixture.folder)).toBe(false);
    }, 20_000);
  });

  it('says why a program could not be started', async () => {
    const session = openSession();
    const child = session.start('absent', join(session.folder, 'no-such-program'), []);
    expect(await child.ended).toBeNull();
    expect(child.logTail()).toContain('ENOENT');
    await session.close();
  });

  it('keeps the last lines that a child wrote', async () => {
    const session = openSession();
    const child = session.start('talker', process.execPath, ['-e', 'for (let i = 1; i <= 30; i++) console.log(i)']);
    expect(await child.ended).toBe(0);
    expect(child.logTail(3)).toBe('28\n29\n30');
    await session.close();
  });

  it('hands no proxy variable of the host to its children', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://proxy.example:3128');
    const session = openSession();
    const child = session.start('printer', process.execPath, ['-p', 'Object.keys(process.env).join()']);
    await child.ended;
    expect(child.logTail()).not.toContain('HTTPS_PROXY');
    await session.close();
  });
});

describe('the sweep at the next start', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'lab-sweep-'));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  it('kills the children of a dead owner and leaves those of a living one', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const ours = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    aSession('dead', { pid: process.pid, started: 'another start' }, orphan.pid ?? -1);
    aSession('alive', identify(process.pid), ours.pid ?? -1);
    expect(sweepAbandoned(base)).toEqual(['dead']);
    await once(orphan, 'exit');
    expect(orphan.signalCode).toBe('SIGKILL');
    expect(ours.exitCode).toBeNull();
    expect(existsSync(join(base, 'alive'))).toBe(true);
    ours.kill('SIGKILL');
  });

  it('never kills a process that was given the number of an old child', () => {
    aSession('dead', { pid: 1, started: 'another start' }, process.pid, 'another start');
    expect(sweepAbandoned(base)).toEqual(['dead']);
    expect(identify(process.pid)).not.toBeNull();
  });

  it('leaves a folder that is being made, and takes one that was left unfinished', () => {
    mkdirSync(join(base, 'new'));
    mkdirSync(join(base, 'old'));
    utimesSync(join(base, 'old'), new Date(0), new Date(0));
    expect(sweepAbandoned(base)).toEqual(['old']);
  });

  function aSession(name: string, owner: unknown, child: number, started?: string): void {
    mkdirSync(join(base, name));
    writeFileSync(join(base, name, 'owner.json'), JSON.stringify(owner));
    const id = started === undefined ? identify(child) : { pid: child, started };
    writeFileSync(join(base, name, 'children.jsonl'), `${JSON.stringify(id)}\n{"pid":1`);
  }
});

describe('the process table', () => {
  it('knows a process by its number and start', () => {
    const self = identify(process.pid);
    expect(self).not.toBeNull();
    expect(self !== null && isRunning(self)).toBe(true);
    expect(isRunning({ pid: process.pid, started: 'never' })).toBe(false);
    expect(killIfSame({ pid: process.pid, started: 'never' })).toBe(false);
  });

  it('knows nothing of a number that no process has', () => {
    expect(identify(2 ** 30)).toBeNull();
  });
});
