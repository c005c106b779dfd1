import { describe, expect, it } from 'vitest';
import { verbs } from './verbs.ts';
import { linesOf, runLine } from './testing/command-line.ts';

const run = async (...args: string[]) => await runLine(args);

describe('command line', () => {
  it('shows verbs first and exits 0 for help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out.indexOf('Verbs:')).toBeLessThan(out.indexOf('Flags of every verb:'));
    expect(out).toContain('audit verify');
  });

  it('says the same for no verb as for help', async () => {
    expect((await run()).out).toBe((await run('--help')).out);
  });

  it('keeps every line of help within 80 columns', async () => {
    const { out } = await run('--help');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has a page for each verb, without a word that is never used', async () => {
    for (const { name } of verbs) {
      const { code, out } = await run('help', ...name.split(' ').slice(0, 1));
      expect([name, code]).toEqual([name, 0]);
      expect(out).not.toMatch(/\b(AI|smart|magic|intelligent|heal|healthy|oops|please|approve all)\b|!/i);
    }
  });

  it('names the flags of a verb', async () => {
    const { code, out } = await run('approve', '--help');
    expect(code).toBe(0);
    expect(out).toContain('--digest');
  });

  it.each([
    [['bogus'], 'bogus'],
    [['scan', '--bogus'], '--bogus'],
    [['show'], 'id'],
    [['version', '--output', 'xml'], 'xml'],
    [['version', '--color', 'pink'], 'pink'],
  ])('exits 2 with three short lines for %j', async (args, named) => {
    const { code, out, err } = await run(...args);
    const lines = err.trimEnd().split('\n');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(lines).toHaveLength(3);
    expect(err).toContain(named);
    expect(lines.every((line) => line.length <= 100)).toBe(true);
  });

  it('suggests the nearest verb', async () => {
    expect((await run('incidnts')).err).toContain('incidents');
  });

  it('prints one JSON object on stderr with -o json', async () => {
    const { code, out, err } = await run('scan', '--bogus', '-o', 'json');
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(JSON.parse(err)).toMatchObject({ kind: 'Error', code: 'usage', exitCode: 2 });
  });

  it('takes global flags before and after the verb', async () => {
    expect((await run('-o', 'json', 'version')).out).toContain('"kind"');
    expect((await run('version', '-o', 'json')).out).toContain('"kind"');
  });

  it('takes the form of an error from the last -o, however it is written', async () => {
    for (const flags of [
      ['-o', 'json'],
      ['-ojson'],
      ['-o=json'],
      ['--output=json'],
      ['--output', 'jsonl'],
      ['-o', 'table', '-o', 'json'],
    ])
      expect(JSON.parse((await run('scan', '--bogus', ...flags)).err)).toMatchObject({ kind: 'Error' });
    expect(linesOf((await run('scan', '--bogus', '-o', 'json', '-o', 'table')).err)).toHaveLength(3);
  });

  it('prints hints in the form that was typed', async () => {
    const line = ['incidents'];
    const typed = await runLine(line, { invokedAs: 'kubectl advisor' });
    expect((await runLine(line)).err).toContain('next: advisor run, or advisor demo without a cluster');
    expect(typed.err).toContain('next: kubectl advisor run, or kubectl advisor demo without a cluster');
    expect((await runLine(['--help'], { invokedAs: 'kubectl advisor' })).out).toContain(
      'Usage: kubectl advisor <verb>',
    );
  });

  it('exits 4 without an advisor, and says what to start', async () => {
    const ran = await run('incidents');
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([4, '', 3]);
  });

  it('exits 4 where nothing listens, 5 where the token is missing or belongs to another run', async () => {
    const away = await runLine(['incidents', '--server', 'http://127.0.0.1:1'], {
      env: { ADVISOR_TOKEN: 'a'.repeat(43) },
    });
    const tokenless = await runLine(['incidents', '--server', 'http://127.0.0.1:1']);
    const unreadable = await runLine(['incidents', '--server', 'http://127.0.0.1:1', '--token-file', '/nonexistent']);
    expect([away.code, tokenless.code, unreadable.code]).toEqual([4, 5, 5]);
    expect(new Set([away, tokenless, unreadable].map((one) => linesOf(one.err)[2])).size).toBe(3);
  });

  it('adds causes with -v and never a stack', async () => {
    const { err } = await runLine(['incidents', '-v', '--server', 'http://127.0.0.1:1'], {
      env: { ADVISOR_TOKEN: 'a'.repeat(43) },
    });
    expect(err).toContain('  cause: ');
    expect(err).not.toMatch(/\.ts:\d+/);
  });

  it.each([
    [['scan', '--fail-on', 'fatal'], '--fail-on'],
    [['scan', '--require', 'traces'], '--require'],
    [['scan', '-n', 'shop', '-A'], '--namespace'],
    [['scan', '--since', 'yesterday'], '--since'],
    [['scan', '-l', '=x'], '--selector'],
    [['snapshot'], '--out'],
    [['snapshot', '--out', '/tmp/x', '--logs', 'all'], '--logs'],
    [['doctor', '--mode', 'bold'], '--mode'],
    [['show', '1', '2'], 'argument'],
    [['incidents', '--wait', 'long', '-w', '--journal', '/nonexistent'], '--watch'],
  ])('exits 2 for %j with three short lines that name %s', async (args, named) => {
    const ran = await runLine(args);
    expect([ran.code, ran.out, linesOf(ran.err).length]).toEqual([2, '', 3]);
    expect(ran.err).toContain(named);
    expect(linesOf(ran.err).filter((line) => line.length > 100)).toEqual([]);
  });
});
