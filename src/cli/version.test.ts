import { afterEach, describe, expect, it } from 'vitest';
import { anAdvisor, linesOf, runLine, type Rig } from './testing/command-line.ts';
import { minorsApart, programVersion } from './version.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

async function advisorOf(version: string): Promise<Rig> {
  const plain = await anAdvisor();
  const { ports } = plain.world;
  const rig = await anAdvisor({ health: () => ({ ...ports.health(), version }) });
  rigs.push(plain, rig);
  return rig;
}

describe('version', () => {
  it('tells program and running advisor', async () => {
    const { out } = await (await advisorOf(programVersion())).run(['version']);
    expect(linesOf(out)).toEqual([
      `advisor ${programVersion()} (node ${process.versions.node})`,
      `server  ${programVersion()} (protocol 1), led by playbook`,
    ]);
  });

  it('says the same as a document', async () => {
    const { out } = await (await advisorOf(programVersion())).run(['version', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'Version',
      data: { client: programVersion(), server: { version: programVersion(), protocol: 1 } },
    });
  });

  it('works with one minor version between them, and exits 4 with both versions for two', async () => {
    expect((await (await advisorOf('0.2.0')).run(['version'])).code).toBe(0);
    const ran = await (await advisorOf('0.3.0')).run(['version']);
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([4, '', 3]);
    expect(ran.err).toContain(`client ${programVersion()} and advisor 0.3.0 do not fit`);
  });

  it('tells this program alone where no advisor runs, and exits 4 when one was named', async () => {
    expect(await runLine(['version'])).toMatchObject({ code: 0, err: '' });
    const env = { ADVISOR_SERVER: 'http://127.0.0.1:1', ADVISOR_TOKEN: 'a'.repeat(43) };
    expect((await runLine(['version'], { env })).code).toBe(4);
    expect((await runLine(['version', '--client'], { env })).code).toBe(0);
  });

  it('counts minor versions, and takes another major one for too far', () => {
    expect(minorsApart('1.4.2', '1.5.0')).toBe(1);
    expect(minorsApart('1.5.0', '1.4.9')).toBe(1);
    expect(minorsApart('1.4.2', '1.4.9')).toBe(0);
    expect(minorsApart('1.9.0', '2.0.0')).toBe(Number.POSITIVE_INFINITY);
  });
});
