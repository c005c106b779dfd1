import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aBusyPod, aHistory, aServer, type MadeHistory } from '../../test/builders/history.ts';
import { linesOf, runLine, type Ran } from './testing/command-line.ts';

const hourMs = 3_600_000;
const toMs = Date.UTC(2026, 5, 10, 12, 0);
const span = { fromMs: toMs - 60 * hourMs, toMs, stepMs: 60_000 };
const until = ['--until', '2026-06-10T12:00:00Z'];

/** The server is named where the line is about something else. */
const envUrl = (args: readonly string[]): string => (args.length === 0 ? '' : 'http://127.0.0.1:1');

describe('advisor backtest', () => {
  let history: MadeHistory;
  let folder: string;
  const run = async (args: readonly string[], more: Parameters<typeof runLine>[1] = {}): Promise<Ran> =>
    await runLine(['backtest', '--kubeconfig', '/no/such/kubeconfig', ...args], more);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backtest-'));
    const level = (atMs: number): number => (atMs >= toMs - 2 * hourMs ? 1.1 : 0.3);
    history = await aHistory(aBusyPod({ namespace: 'shop', workload: 'cart', pod: 'cart-1' }, level, span), span);
  });
  afterAll(async () => {
    await history.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints findings in the order of time, counts by family, and what it could not judge', async () => {
    const { code, out } = await run(['--prometheus', history.url, '--since', '4h', ...until]);
    expect(code).toBe(0);
    expect(linesOf(out)[0]).toMatch(/^BEGAN +FOUND +LASTED +SEVERITY +WORKLOAD +WHAT$/);
    expect(linesOf(out)[1]).toContain('shop/deploy/cart');
    expect(out).toMatch(/cpu +1 +1 +0\.2/);
    expect(out).toContain('not judged: rollouts');
  });

  it('takes the configured server when none is named', async () => {
    const { code } = await run(['--since', '2h', ...until], { env: { PROMETHEUS_URL: history.url } });
    expect(code).toBe(0);
  });

  it('prints a BacktestReport as JSON, the same bytes each time', async () => {
    const args = ['--prometheus', history.url, '--since', '4h', ...until, '-o', 'json'];
    const [first, second] = [await run(args), await run(args)];
    expect(second.out).toBe(first.out);
    expect(JSON.parse(first.out)).toMatchObject({
      kind: 'BacktestReport',
      metadata: { cluster: null, window: { toMs, stepMs: 60_000 } },
      data: { totals: { findings: 1 }, findings: [{ signal: 'cpu.usage', of: { name: 'cart' } }] },
    });
  });

  it('writes a page to a file, and says what is in it', async () => {
    const args = ['--prometheus', history.url, '--since', '4h', ...until, '-o', 'html', '--out', 'report.html'];
    const { code, out, err } = await run(args, { folder });
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('report.html: 1 findings in ');
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it('says that the history is shorter than asked', async () => {
    const { code, err } = await run(['--prometheus', history.url, '--since', '30d', ...until]);
    expect(code).toBe(0);
    expect(err).toContain('history begins at 2026-06-08T');
    expect(err).toContain('judging began at 2026-06-09T');
  });

  it.each([
    ['nothing to ask', [], 2, 'neither --prometheus nor PROMETHEUS_URL names a server'],
    ['nonsense after --since', ['--since', 'yesterday'], 2, '--since does not take "yesterday"'],
    ['a time of nothing', ['--since', '5m'], 2, '--since does not take "5m"'],
    ['a step that is none', ['--step', '1s'], 2, '--step does not take "1s"'],
    ['labels, which series do not carry', ['-l', 'app=cart'], 2, 'a backtest does not take --selector'],
    ['an end that is none', ['--until', 'noon'], 2, '--until does not take "noon"'],
    ['an address that is none', ['--prometheus', 'prometheus'], 2, 'must be an http or https address'],
    ['a port that nobody listens on', ['--prometheus', 'http://127.0.0.1:1'], 4, 'it refuses the connection'],
  ])('says in three lines what to do about %s', async (_, args, exit, text) => {
    const { code, out, err } = await run(args, { env: { PROMETHEUS_URL: envUrl(args) } });
    expect([code, out]).toEqual([exit, '']);
    expect(linesOf(err)).toHaveLength(3);
    expect(err).toContain(text);
    expect(linesOf(err)[2]).toMatch(/^ {2}next: \S/);
  });

  it('says in three lines that a server has no history of a cluster', async () => {
    const empty = '{"status":"success","data":{"resultType":"matrix","result":[]}}';
    const server = await aServer(() => ({ status: 200, body: empty }));
    const { code, err } = await run(['--prometheus', server.url]);
    await server.close();
    expect([code, linesOf(err).length]).toEqual([3, 3]);
    expect(err).toContain('(no-history)');
  });

  it('says in three lines that the history is too short', async () => {
    const young = { ...span, fromMs: toMs - 5 * hourMs };
    const server = await aHistory(
      aBusyPod({ namespace: 'a', workload: 'b', pod: 'c' }, () => 1, young),
      young,
    );
    const { code, err } = await run(['--prometheus', server.url, '--since', '2d', ...until]);
    await server.close();
    expect([code, linesOf(err).length]).toEqual([3, 3]);
    expect(err).toContain('(history-too-short)');
  });

  it('says in three lines that a token is not accepted', async () => {
    const server = await aServer(() => ({ status: 401, body: 'no' }));
    const { code, err } = await run(['--prometheus', server.url]);
    await server.close();
    expect([code, linesOf(err).length]).toEqual([4, 3]);
    expect(err).toContain('the token or tenant is not accepted');
  });

  it('says in three lines that the file cannot be written', async () => {
    const args = ['--prometheus', history.url, '--since', '2h', ...until, '--out', 'no/such/folder/report.html'];
    const { code, err } = await run(args, { folder });
    expect([code, linesOf(err).length]).toEqual([2, 3]);
    expect(err).toContain('(file-not-written)');
  });

  it('is the only verb that takes html', async () => {
    const { code, err } = await runLine(['doctor', '-o', 'html']);
    expect(code).toBe(2);
    expect(err).toContain('--output does not take "html"');
  });
});
