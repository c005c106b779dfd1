import { describe, expect, it } from 'vitest';
import { kubectl, patchRights, shellWord } from './on-workload.ts';

describe('kubectl', () => {
  it('uses the short names of kubectl for kinds', () => {
    expect(kubectl({ kind: 'StatefulSet', namespace: 'pay', name: 'ledger' }, 'get', '-o', 'yaml')).toBe(
      'kubectl -n pay get sts/ledger -o yaml',
    );
  });

  it('hands a name on as one word, whatever is in it', () => {
    expect(kubectl({ kind: 'Deployment', namespace: 'a; rm -rf x', name: 'b' }, 'get')).toBe(
      "kubectl -n 'a; rm -rf x' get deploy/b",
    );
  });
});

describe('shellWord', () => {
  it.each([
    ['app', 'app'],
    ['memory=384Mi,cpu=1', 'memory=384Mi,cpu=1'],
    ['{"a":1}', `'{"a":1}'`],
    ["it's", String.raw`'it'\''s'`],
    ['', "''"],
  ])('%s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });
});

describe('patchRights', () => {
  it('asks for nothing on a kind that it does not know', () => {
    expect(patchRights(['Pod', 'DaemonSet'])).toEqual([{ group: 'apps', resource: 'daemonsets', verb: 'patch' }]);
  });
});
