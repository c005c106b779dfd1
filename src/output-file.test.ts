import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from './model/failure.ts';
import { writeOutput } from './output-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (path: string, withFolders: boolean) =>
  writeOutput({ path: join(folder, path), given: path, next: 'name another', withFolders }, 'text');

describe('a file that a flag asks for', () => {
  it('is written, with the folders above it where that is wanted', () => {
    written('one.txt', false);
    written('a/b/two.txt', true);
    expect(readFileSync(join(folder, 'one.txt'), 'utf8')).toBe('text');
    expect(readFileSync(join(folder, 'a/b/two.txt'), 'utf8')).toBe('text');
  });

  it.each([
    ['absent/one.txt', false, 'ENOENT'],
    ['plain/one.txt', true, 'EEXIST'],
  ])('is refused by the name that was given: %s', (path, withFolders, why) => {
    writeFileSync(join(folder, 'plain'), '');
    expect(() => written(path, withFolders)).toThrow(Failure);
    expect(() => written(path, withFolders)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          code: 'file-not-written',
          what: `${path} cannot be written`,
          why: expect.stringContaining(why) as unknown,
          next: 'name another',
          exitCode: 2,
        }) as unknown,
      }),
    );
  });
});
