import { describe, expect, it } from 'vitest';
import { nextSteps } from './demo-next-steps.ts';
import {
  actLines,
  commandLines,
  firstBlock,
  openLines,
  summaryLines,
  transitionLines,
  type FirstBlock,
} from './demo-text.ts';

const terminal = { shown: true, width: 80, ascii: false };
const pipe = { shown: false, width: Number.POSITIVE_INFINITY, ascii: false };

const about: FirstBlock = {
  cluster: { namespaces: 4, workloads: 12, nodes: 3 },
  readyMs: 940,
  learningMs: 2_610,
  signals: 184,
  leader: 'playbook',
  url: 'http://127.0.0.1:7575',
  taken: null,
  tokenFile: './.demo/operator.token',
  kubeconfig: './.demo/kubeconfig',
  speed: 1,
  acts: 6,
  seconds: 280,
  decides: 'you',
};

describe('the first block', () => {
  it('says what runs, where, and what will happen', () => {
    expect(firstBlock(about, 80)).toEqual([
      'advisor demo · simulated cluster, nothing real is touched',
      '  cluster    4 namespaces, 12 workloads, 3 nodes, ready in 0.9 s',
      '  history    8 days learned in 2.6 s (usual values for 184 signals)',
      '  leader     playbook',
      '  api        http://127.0.0.1:7575 (token in ./.demo/operator.token)',
      '  kubectl    export KUBECONFIG=./.demo/kubeconfig (works on this cluster)',
      '  time       30 s pass there each second',
      'Six things will happen in the next 5 min. One waits for you. Ctrl-C ends it.',
    ]);
  });

  it('says that a port is busy, that time runs faster, and who decides when nobody watches', () => {
    const lines = firstBlock({ ...about, taken: 7575, speed: 20, seconds: 14, decides: 'scripted-approver' }, 80);
    expect(lines[4]).toContain('(7575 is busy; token in');
    expect(lines).toContain('  time       10 min pass there each second; times below are those of speed 1');
    expect(lines.join(' ')).toContain('in the next 14 s. One waits for a person: scripted-approver decides.');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('speaks of one thing when one act is played, and of nobody when nothing waits', () => {
    expect(firstBlock({ ...about, acts: 1, seconds: 64, decides: null }, 80).at(-1)).toBe(
      'One thing will happen in the next 64 s. Ctrl-C ends it.',
    );
  });
});

describe('the title of an act', () => {
  const act = { number: 4, title: 'a refusal', ribbon: 'One of three ledgers hangs on a slow disk.' };

  it('stands in a rule as wide as the terminal, at most 90, and alone in a pipe', () => {
    const [rule = '', ribbon] = actLines(act, 6, terminal);
    expect(rule).toMatch(/^── act 4 of 6 · a refusal ─+$/);
    expect(rule).toHaveLength(80);
    expect(ribbon).toBe('       One of three ledgers hangs on a slow disk.');
    expect(actLines(act, 6, { ...terminal, width: 200 })[0]).toHaveLength(90);
    expect(actLines(act, 6, { ...terminal, ascii: true })[0]).toMatch(/^-- act 4 of 6 · a refusal -+$/);
    expect(actLines(act, 6, pipe)[0]).toBe('act 4 of 6 · a refusal');
  });
});

describe('a transition', () => {
  const line = { atS: 65.9, incident: 'inc-1', word: 'effective', subject: 'shop/deploy/catalog', text: 'p99 180 ms' };

  it('has its time in the demo, the incident, the workload and the text in columns', () => {
    expect(transitionLines(line, pipe)).toEqual(['01:05  inc-1 effective          shop/catalog    p99 180 ms']);
    expect(transitionLines({ ...line, incident: '', word: 'left alone', subject: 'node/node-3' }, pipe)[0]).toBe(
      '01:05  left alone               node/node-3     p99 180 ms',
    );
  });

  it('goes on below itself on a terminal, never in a pipe', () => {
    const text = 'p99 180 ms, usual 180 ms; 6 of 6 pods are available, held for 16 min';
    const lines = transitionLines({ ...line, text }, terminal);
    expect(lines.length).toBeGreaterThan(1);
    expect(Math.max(...lines.map((one) => one.length))).toBeLessThanOrEqual(80);
    expect(lines[1]).toMatch(/^ {48}\S/);
    expect(transitionLines({ ...line, text }, pipe)).toHaveLength(1);
  });

  it('shows control characters of the cluster instead of sending them', () => {
    expect(transitionLines({ ...line, text: 'a\u001B[2Jb' }, pipe)[0]).toContain('a\\u001b[2Jb');
  });
});

describe('the summary', () => {
  const row = { act: 5, title: 'an undo', expected: ['harmful (undone)'], happened: 'harmful (undone)', event: 61 };

  it('lists what was expected, what happened and the event', () => {
    expect(summaryLines([{ ...row, asAnnounced: true }], pipe)).toEqual([
      'that was it',
      'ACT        EXPECTED          HAPPENED          EVENT',
      '5 an undo  harmful (undone)  harmful (undone)  61',
    ]);
  });

  it('says it when an act did not end as announced', () => {
    const other = { ...row, expected: ['effective', 'denied'], happened: 'no ending', event: null, asAnnounced: false };
    expect(summaryLines([other], pipe).at(-1)).toMatch(/ effective, denied +no ending \(not as announced\) +-$/);
  });
});

describe('commands', () => {
  it('stand in one column, and those that are too long above what they are for', () => {
    expect(
      commandLines(
        [
          ['a', 'one'],
          ['bcd', 'two'],
          ['e'.repeat(30), 'three'],
        ],
        24,
      ),
    ).toEqual(['  a    one', '  bcd  two', `  ${'e'.repeat(30)}`, '      three']);
  });

  it('show each open incident', () => {
    const open = [{ id: 'inc-3', subject: 'pay/sts/ledger', title: 'ledger is not ready' }];
    expect(openLines(open, 'npx advisor', 80)).toEqual([
      '  inc-3  pay/ledger  ledger is not ready  npx advisor show inc-3',
    ]);
  });

  it('fit what is left: a cluster that stays can be broken, one that is gone is read from its journal', () => {
    const stays = nextSteps({ command: 'npx advisor', tampered: 57, stays: true, incident: 'inc-3' }, 80).join('\n');
    expect(stays).toContain('npx advisor show inc-3 ');
    expect(stays).toMatch(/tampered\.jsonl +names event 57/);
    expect(stays).toContain('scale deploy/search --replicas=0');
    expect(stays).toContain('Ctrl-C');
    const gone = nextSteps({ command: 'advisor', tampered: null, stays: false, incident: 'inc-3' }, 80).join('\n');
    expect(gone).toContain('advisor show inc-3 --journal .demo');
    const quiet = nextSteps({ command: 'advisor', tampered: null, stays: false, incident: null }, 80).join('\n');
    expect(quiet).not.toContain('advisor show');
    expect(gone).not.toMatch(/kubectl|Ctrl-C|tampered/);
  });
});
