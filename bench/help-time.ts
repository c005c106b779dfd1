// How long `advisor --help` takes from the build, against a node process that does nothing; the bar is 150 ms at the median.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const runs = 30;
const barMs = 150;
const built = 'dist/main.js';

if (!existsSync(built)) {
  process.stderr.write(`there is no ${built}: npm run build\n`);
  process.exit(2);
}
// In turn, so that both see the same machine.
const help: number[] = [];
const nothing: number[] = [];
for (let at = 0; at < runs; at += 1) {
  nothing.push(timeOf(['-e', '0']));
  help.push(timeOf([built, '--help']));
}
const result = {
  runs,
  helpMs: median(help),
  nodeMs: median(nothing),
  ratio: Math.round((median(help) / median(nothing)) * 100) / 100,
  barMs,
};
process.stdout.write(
  `advisor --help  median ${result.helpMs} ms, slowest ${Math.max(...help)} ms · node -e 0  median ${result.nodeMs} ms · ratio ${result.ratio} · bar ${barMs} ms\n`,
);
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = result.helpMs < barMs ? 0 : 3;

function timeOf(args: readonly string[]): number {
  const startedAt = performance.now();
  const child = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (child.status !== 0) throw new Error(`${args.join(' ')} exited ${child.status}`);
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
