import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { normal } from './agents/anomaly/stream/testing/series.ts';
import { runLine } from './cli/testing/command-line.ts';
import { detectFile, scoreFile } from './detect.ts';

/** 300 rows of one value but for row `at`. */
function flatCsv(usual: number, at: number, value: number): string {
  const lines = Array.from(
    { length: 300 },
    (_, index) => `${new Date(Date.UTC(2026, 0, 5) + index * 60_000).toISOString()},${index === at ? value : usual}`,
  );
  return `timestamp,value\n${lines.join('\n')}\n`;
}

/** Noise, one row a minute, with a jump at row 400. */
function csv(rows = 450): string {
  const noise = normal(31);
  const lines = Array.from({ length: rows }, (_, index) => {
    const time = new Date(Date.UTC(2026, 0, 5) + index * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    return `${time},${(100 + noise() + (index === 400 ? 50 : 0)).toFixed(3)}`;
  });
  return `timestamp,value\n${lines.join('\n')}\n`;
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'detect-'));
  mkdirSync(join(folder, 'data', 'web'), { recursive: true });
  writeFileSync(join(folder, 'data', 'web', 'cpu.csv'), csv());
  writeFileSync(join(folder, 'data', 'short.csv'), csv(150));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('detection in one file', () => {
  it('says where a series stands out, and leaves out rows that come late', () => {
    const text = `${csv()}2026-01-05 00:00:00,7\n`;
    const found = detectFile(text, 'cpu.csv', 'web', null);
    expect(found).toMatchObject({ rows: 451, dropped: 1, stepMs: 60_000, silent: null });
    const [most] = found.stretches.toSorted((a, b) => b.surprise - a.surprise);
    expect(most?.fromMs).toBe(Date.UTC(2026, 0, 5, 6, 40));
  });

  it('reads a file that is newest first from its end, and keeps its order in the scores', () => {
    const [header = '', ...lines] = csv().trimEnd().split('\n');
    const upwards = detectFile(csv(), 'cpu.csv', 'web', null);
    const downwards = detectFile([header, ...lines.toReversed()].join('\n'), 'cpu.csv', 'web', null);
    expect(downwards).toMatchObject({ rows: 450, dropped: 0, stepMs: 60_000, stretches: upwards.stretches });
    expect([...downwards.shown].toReversed()).toEqual([...upwards.shown]);
  });

  it('leaves out what is late in a file that is neither', () => {
    const text = 'timestamp,value\n2026-01-03,1\n2026-01-02,1\n2026-01-02,1\n2026-01-01,1';
    expect(detectFile(text, 'cpu.csv', 'web', null)).toMatchObject({ rows: 4, dropped: 3 });
  });

  it.each(['1e308', '-1e31', 'Inf', '-Inf', 'NaN', ''])('leaves out and counts a row of %j', (value) => {
    const lines = csv().trimEnd().split('\n');
    const text = lines.toSpliced(301, 1, `2026-01-05 05:00:00,${value}`).join('\n');
    expect(detectFile(text, 'cpu.csv', 'web', null)).toMatchObject({ rows: 450, dropped: 1 });
  });

  it('gives every row a score, as the benchmark reads it', () => {
    const lines = scoreFile(detectFile(`${csv()}2026-01-05 00:00:00,\n`, 'cpu.csv', 'web', null)).split('\n');
    expect(lines[0]).toBe('timestamp,value,anomaly_score');
    expect(lines).toHaveLength(453);
    expect(lines[451]).toBe('2026-01-05 00:00:00,,0.000000000');
    expect(lines[401]).toMatch(/^2026-01-05 06:40:00,[\d.]+,0\.\d{9}$/);
  });

  it('says so when a file only teaches', () => {
    expect(detectFile(csv(150), 'short.csv', 'data', null).silent).toMatch(/150 values; the first 200 only teach/);
  });

  it('sees a constant that moves as soon as its value is known', () => {
    const text = flatCsv(100, 120, 900).split('\n').slice(0, 151).join('\n');
    const found = detectFile(text, 'flat.csv', 'data', null);
    expect(found).toMatchObject({ silent: null, stretches: [{ value: 900, usual: 100, channel: 'constant' }] });
    expect(scoreFile(found).split('\n')[121]).toBe('2026-01-05T02:00:00.000Z,900,0.439249974');
  });

  it('has nothing to say of a file without rows', () => {
    expect(detectFile('timestamp,value\n', 'none.csv', 'data', null)).toMatchObject({ rows: 0, stretches: [] });
  });
});

describe('advisor detect', () => {
  const run = async (...args: string[]) => await runLine(['detect', ...args], { folder, columns: 80 });

  it('shows within 80 columns what stands out, and that these are candidates', async () => {
    const { code, out, err } = await run('data');
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^FROM \(UTC\) +FOR +VALUE +USUAL +E +WHY +FILE$/);
    expect(lines[1]).toMatch(/^2026-01-05 06:40 +\d+m +149\.9 +99\.9 .*cpu\.csv$/);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(err).toContain('short.csv: nothing said');
    expect(err).toContain('Candidates: rare against the past of the same series. Not tested');
  });

  it('writes scores by folder and findings as JSON lines', async () => {
    const { code } = await run('data', '--scores', 'out', '--name', 'mine', '--findings', 'found.jsonl');
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'out/mine/web/mine_cpu.csv'), 'utf8')).toMatch(/^timestamp,value,anomaly_score\n/);
    expect(readFileSync(join(folder, 'out/mine/data/mine_short.csv'), 'utf8').split('\n')).toHaveLength(152);
    const [first] = readFileSync(join(folder, 'found.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(first!)).toMatchObject({
      file: 'web/cpu.csv',
      from: '2026-01-05T06:40:00.000Z',
      confidence: 'candidate',
    });
  });

  it('shows a burst of a counter that is nearly always zero, in all that it writes', async () => {
    const rows = Array.from(
      { length: 600 },
      (_, index) =>
        `${new Date(Date.UTC(2026, 0, 5) + index * 60_000).toISOString()},${index >= 400 && index < 420 ? 30 : 0}`,
    );
    writeFileSync(join(folder, 'errors.csv'), `timestamp,value\n${rows.join('\n')}\n`);
    const { out } = await run('errors.csv', '--scores', 'out', '--findings', 'found.jsonl');
    expect(out).toMatch(/2026-01-05 06:40 +20m +30 +0 +24\.0 +rare events +errors\.csv/);
    expect(readFileSync(join(folder, 'found.jsonl'), 'utf8')).toContain('"channel":"events","rows":20');
    const scores = readFileSync(join(folder, `out/advisor/${basename(folder)}/advisor_errors.csv`), 'utf8').split('\n');
    expect(scores[401]).toBe('2026-01-05T06:40:00.000Z,30,0.810535429');
  });

  it('does not read its own scores', async () => {
    await run('.', '--scores', 'out');
    const { out } = await run('.', '--scores', 'out', '-o', 'json');
    expect(JSON.parse(out)).toMatchObject({ kind: 'CandidateList', metadata: { files: 2 } });
  });

  it('names the files in which something stands out', async () => {
    expect((await run('data', '-o', 'name')).out).toBe('web/cpu.csv\n');
  });

  it.each([
    [-1e9, -1e9 - 5, '1m +-1000000005 +-1000000000 '],
    [0, 40, '1m +40 +0 '],
    [0.3, 0.30004, '1m +0.30004 +0.3 '],
    [0, 1e-300, '1m +1e-300 +0 '],
  ])('tells a move from %d to %d apart', async (usual, value, shown) => {
    writeFileSync(join(folder, 'moved.csv'), flatCsv(usual, 250, value));
    const { out } = await run('moved.csv');
    expect(out).toMatch(new RegExp(`2026-01-05 04:10 +${shown}`));
  });

  it.each([['--since', '7d'], ['-n', 'shop'], ['-l', 'app=web'], ['-A'], ['-w']])(
    'does not take %s',
    async (...flags) => {
      const { code, err } = await run('data', ...flags);
      expect(code).toBe(2);
      expect(err).toMatch(/detect does not take --[a-z-]+/);
    },
  );

  it('finds files that end in .CSV, too', async () => {
    renameSync(join(folder, 'data/short.csv'), join(folder, 'data/SHORT.CSV'));
    expect((await run('data')).err).toContain('SHORT.CSV: nothing said');
  });

  it('takes one file', async () => {
    await run('data/web/cpu.csv', '--scores', 'out');
    expect(readFileSync(join(folder, 'out/advisor/web/advisor_cpu.csv'), 'utf8')).toContain('06:40:00');
  });

  it('names file and line of a row that cannot be read, and writes nothing', async () => {
    writeFileSync(join(folder, 'data', 'zz.csv'), 'timestamp,value\n2026-01-05 00:00:00,x\n');
    const { code, err } = await run('data', '--scores', 'out');
    expect(code).toBe(2);
    expect(err).toContain('zz.csv:2 cannot be read');
    expect(() => readFileSync(join(folder, 'out/advisor/web/advisor_cpu.csv'))).toThrow('ENOENT');
  });

  it('refuses score files that would be one, before it shows or writes anything', async () => {
    mkdirSync(join(folder, 'data', 'data'));
    writeFileSync(join(folder, 'data', 'data', 'short.csv'), csv(150));
    const { code, out, err } = await run('data', '--scores', 'out');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('the scores of data/short.csv and short.csv would be one file');
    expect(existsSync(join(folder, 'out'))).toBe(false);
    expect((await run('.', '--scores', 'out')).code).toBe(0);
  });

  it.each([
    [['--findings', 'absent/found.jsonl'], 'absent/found.jsonl cannot be written'],
    [['--scores', 'data/short.csv'], 'data/short.csv/advisor/data/advisor_short.csv cannot be written'],
  ])('shows the table and then says what of %j cannot be written', async (flags, said) => {
    const { code, out, err } = await run('data', ...flags);
    expect(code).toBe(2);
    expect(out).toContain('2026-01-05 06:40');
    expect(err).toContain(said);
  });

  it.each([
    [['nowhere'], 'nothing to detect in'],
    [['data', '--step', 'often'], '--step does not take "often"'],
    [['data', '--name', '../up'], '--name does not take "../up"'],
    [['data', '--limit', 'all'], '--limit does not take "all"'],
  ])('refuses %j', async (args, said) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });
});
