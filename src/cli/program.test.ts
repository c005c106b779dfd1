import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { main } from './program.ts';

const run = async (...args: string[]) => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const env = { XDG_CONFIG_HOME: '/nonexistent', XDG_STATE_HOME: '/nonexistent', HOME: '/nonexistent' };
  const code = await main(
    args,
    { stdout, stderr, stdin: new PassThrough(), env, folder: '/nonexistent', invokedAs: 'advisor' },
    new AbortController().signal,
  );
  const read = (stream: PassThrough): string => {
    const chunk: unknown = stream.read();
    return chunk === null
      ? ''
      : typeof chunk === 'string'
        ? chunk
        : chunk instanceof Uint8Array
          ? new TextDecoder().decode(chunk)
          : '';
  };
  return { code, out: read(stdout), err: read(stderr) };
};

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
});
