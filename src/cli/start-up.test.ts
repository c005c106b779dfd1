import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { programVersion } from './version.ts';
import { linesOf } from './testing/command-line.ts';

const started = (...args: string[]) => {
  const hook = new URL('testing/loaded-modules.ts', import.meta.url).href;
  const child = spawnSync(process.execPath, ['--import', hook, 'src/main.ts', ...args], { encoding: 'utf8' });
  return { code: child.status, out: child.stdout, loaded: linesOf(child.stderr) };
};
/** The packages below node_modules that were loaded, by name. */
const packagesOf = (loaded: readonly string[]): readonly string[] => [
  ...new Set(loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
];

describe('the start of the program', () => {
  it.each([[['--help']], [[]], [['help', 'approve']], [['scan', '--help']]])(
    'loads one package and no room but the command line for %j',
    (args) => {
      const { code, out, loaded } = started(...args);
      expect(code).toBe(0);
      expect(out).toContain('Usage: ');
      expect(packagesOf(loaded)).toEqual(['commander']);
      const rooms = new Set(loaded.flatMap((url) => /\/src\/(\w+)\//.exec(url)?.[1] ?? []));
      expect([...rooms].toSorted()).toEqual(['cli', 'config', 'model']);
    },
  );

  it('loads no server, no cluster and no model for the version', () => {
    const { code, out, loaded } = started('version', '--client');
    expect(code).toBe(0);
    expect(out).toBe(`advisor ${programVersion()} (node ${process.versions.node})\n`);
    expect(packagesOf(loaded).toSorted()).toEqual(['commander', 'yaml', 'zod']);
  });

  it('says nothing on stderr but what went wrong', () => {
    const child = spawnSync(process.execPath, ['src/main.ts', 'bogus'], { encoding: 'utf8' });
    expect([child.status, child.stdout, linesOf(child.stderr).length]).toEqual([2, '', 3]);
  });
});
