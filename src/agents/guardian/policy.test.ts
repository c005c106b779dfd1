import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '../../model/failure.ts';
import { createPolicy, noPolicy, parsePolicy } from './policy.ts';
import { containing } from './testing/containing.ts';

const parse = (text: string) => parsePolicy([{ name: 'web.yaml', text }]);

describe('a policy file', () => {
  it('allows by exact names, and remembers the line', () => {
    expect(parse('allow:\n  - {action: rollback, namespace: web}\n  - action: scale\n    namespace: shop\n')).toEqual({
      allows: [
        { action: 'rollback', namespace: 'web', at: 'web.yaml:2' },
        { action: 'scale', namespace: 'shop', at: 'web.yaml:3' },
      ],
      problems: [],
    });
  });

  it('allows nothing when it is empty', () => {
    expect(parse('# nothing yet\n')).toEqual({ allows: [], problems: [] });
    expect(parse('allow: []\n')).toEqual({ allows: [], problems: [] });
  });

  it.each([
    [
      'allow:\n  - {action: rollback, namespace: "*"}\n',
      'web.yaml:2: "*" is not the name of one namespace; write an entry for each namespace by its exact name',
    ],
    ['allow:\n  - {action: rollback, namespace: shop-*}\n', 'web.yaml:2: "shop-*" is not the name of one namespace'],
    [
      'allow:\n  - {action: "*", namespace: shop}\n',
      'web.yaml:2: "*" is not an action; write one of scale, restart, rollback, set-resources, patch-probe',
    ],
    ['allow:\n  - {action: delete-pod, namespace: shop}\n', 'web.yaml:2: "delete-pod" is not an action'],
    ['allow:\n  - {action: Rollback, namespace: shop}\n', 'web.yaml:2: "Rollback" is not an action'],
    ['allow:\n  - {action: rollback, namespace: kube-system}\n', 'web.yaml:2: kube-system is a system namespace'],
    ['allow:\n  - {action: rollback}\n', 'web.yaml:2: nothing is not the name of one namespace'],
    ['allow:\n  - {namespace: shop}\n', 'web.yaml:2: nothing is not an action'],
    ['allow:\n  - {action: rollback, namespace: shop, target: x}\n', 'web.yaml:2: the key "target" is not known'],
    ['allow:\n  - {action: rollback, namespace: 7}\n', 'web.yaml:2: "7" is not the name of one namespace'],
    [
      'allow:\n  - {action: rollback, namespace: [shop, web]}\n',
      'web.yaml:2: a list or map is not the name of one namespace',
    ],
    ['allow:\n  - rollback\n', 'web.yaml:2: an entry must be a map'],
    ['\nallow: rollback\n', 'web.yaml:2: allow is not a list'],
    ['allow: []\ndeny: []\n', 'web.yaml:2: the key "deny" is not known; only allow is'],
    ['- a\n', 'web.yaml:1: the file is not a map'],
    ['allow:\n  - {action: rollback\n', 'web.yaml:'],
    ['allow: []\nallow: []\n', 'it is not YAML'],
  ])('refuses %j by its line', (text, problem) => {
    const { allows, problems } = parse(text);
    expect(problems[0]).toContain(problem);
    expect(allows).toEqual([]);
  });

  it('tells every mistake of a list', () => {
    expect(parse('allow:\n  - {action: x, namespace: a}\n  - {action: scale, namespace: B}\n').problems).toHaveLength(
      2,
    );
  });

  it('refuses a file that is too large, and too many entries', () => {
    expect(parse(`# ${'x'.repeat(300_000)}`).problems[0]).toContain('larger than 256 KiB');
    const entries = Array.from({ length: 1_001 }, () => '- {action: scale, namespace: a}').join('\n');
    expect(parse(`allow:\n${entries}`).problems[0]).toContain('1001 entries');
    const most = entries.split('\n').slice(1).join('\n');
    expect(parse(`allow:\n${most}`).allows).toHaveLength(1_000);
  });
});

describe('a policy folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'policy-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  const write = async (name: string, text: string): Promise<void> => await writeFile(join(folder, name), text);

  it('allows nothing without a folder', async () => {
    const book = await createPolicy(undefined);
    expect(book.current()).toEqual(noPolicy);
    expect(await book.reload()).toEqual(noPolicy);
  });

  it('reads every YAML file and nothing else', async () => {
    await write('a.yaml', 'allow: [{action: scale, namespace: shop}]');
    await write('b.yml', 'allow: [{action: rollback, namespace: web}]');
    await write('notes.txt', 'allow: everything');
    expect((await createPolicy(folder)).current().allows.map((one) => one.at)).toEqual(['a.yaml:1', 'b.yml:1']);
  });

  it('fails to start on a broken file, with the line and the way out', async () => {
    await write('a.yaml', 'allow:\n  - {action: scale, namespace: "*"}\n');
    const problem = await createPolicy(folder).then(
      () => null,
      (error: unknown) => (error instanceof Failure ? error.problem : null),
    );
    expect(problem).toMatchObject({ code: 'policy-malformed', exitCode: 2 });
    expect(problem?.why).toContain('a.yaml:2');
  });

  it('fails to start on a folder that is not there', async () => {
    await expect(createPolicy(join(folder, 'absent'))).rejects.toThrow('cannot be read');
  });

  it('suspends every allow when a changed set is broken, and recovers', async () => {
    await write('a.yaml', 'allow: [{action: scale, namespace: shop}]');
    const book = await createPolicy(folder);
    await write('b.yaml', 'allow: [{action: scale, namespace: kube-system}]');
    expect(await book.reload()).toEqual({
      allows: [],
      problem: containing('b.yaml:1: kube-system is a system namespace'),
    });
    expect(book.current().allows).toEqual([]);
    await write('b.yaml', '');
    expect((await book.reload()).allows).toHaveLength(1);
    await rm(folder, { recursive: true });
    expect((await book.reload()).problem).not.toBeNull();
    folder = await mkdtemp(join(tmpdir(), 'policy-'));
  });
});
