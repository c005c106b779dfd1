// What one cycle of a running advisor costs at a number of series, from the bytes that Prometheus sends over HTTP to the suspects, and
// what reading them from the wire saves against parsing each answer whole.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { machineLoad, median } from './kernel/measure.ts';
import { replicas } from './run/cluster.ts';

/** A cycle whose answers are parsed whole costs at least so many times the CPU of one that reads them from the wire. */
const bars = { cpuRatio: 1 };

const { values: options } = parseArgs({
  options: {
    workloads: { type: 'string', default: '750' },
    cycles: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
const phases = z.object({ read: z.number(), join: z.number(), step: z.number(), suspects: z.number() });
const printed = z.object({
  samples: z.number(),
  series: z.number(),
  suspects: z.number(),
  cpuMs: phases,
  wallMs: phases,
  collectorMs: z.number(),
  liveMegabytes: z.number(),
  peakMegabytes: z.number(),
});
type Run = z.infer<typeof printed>;
type Phase = keyof Run['cpuMs'];
const order = ['read', 'join', 'step', 'suspects'] as const satisfies readonly Phase[];

const pathOf = (name: string): string => fileURLToPath(new URL(`run/${name}`, import.meta.url));
const server = fork(pathOf('server.ts'), [options.workloads]);
const [port] = z
  .tuple([z.number()])
  .rest(z.unknown())
  .parse(await once(server, 'message'));
const runs: Record<'wire' | 'plain', Run[]> = { wire: [], plain: [] };
try {
  // In turn, so that both see the same machine.
  for (let round = 0; round < Number(options.rounds); round += 1)
    for (const way of ['plain', 'wire'] as const) runs[way].push(runOf(way));
} finally {
  server.disconnect();
}

const sum = (run: Run['cpuMs']): number => order.reduce((all, phase) => all + run[phase], 0);
const cpuOf = (way: keyof typeof runs): number => median(runs[way].map((one) => sum(one.cpuMs)));
const ratio = cpuOf('plain') / cpuOf('wire');
const peak = (way: keyof typeof runs): number => median(runs[way].map((one) => one.peakMegabytes));
const { series = 0, samples = 0, suspects = 0 } = runs.wire[0] ?? {};
const failures = [
  ...(ratio >= bars.cpuRatio ? [] : [`reading from the wire costs more than parsing each answer whole`]),
  ...([...runs.wire, ...runs.plain].every((one) => one.samples === samples && one.suspects === suspects)
    ? []
    : ['the two ways do not see the same samples and suspects']),
];
if (options.json) process.stdout.write(`${JSON.stringify({ runs, ratio, loadAverage: machineLoad(), failures })}\n`);
else {
  const row = (way: keyof typeof runs, title: string): string => {
    const ms = (pick: (run: Run) => number): string => `${median(runs[way].map(pick)).toFixed(0).padStart(5)} ms`;
    const columns = order.map((phase) => ms((run) => run.cpuMs[phase])).join('  ');
    const megabytes = (pick: (run: Run) => number): string =>
      `${median(runs[way].map(pick)).toFixed(0).padStart(5)} MB`;
    return `${title}  ${columns}  ${ms((run) => sum(run.cpuMs))}  ${ms((run) => sum(run.wallMs))}  ${ms((run) => run.collectorMs)}  ${megabytes((run) => run.liveMegabytes)}  ${megabytes((run) => run.peakMegabytes)}`;
  };
  const lines = [
    `${series} series of ${Number(options.workloads) * replicas} pods, ${suspects} suspects; medians of ${options.rounds} processes of ${options.cycles} cycles each, load average ${machineLoad()}`,
    '                        CPU: read      join      step  suspects     cycle     on the wall  collector     live   peak of the process',
    row('plain', 'answers parsed whole  '),
    row('wire', 'read from the wire    '),
    `  a cycle costs ${ratio.toFixed(2)} times the CPU when answers are parsed whole`,
    ...failures.map((one) => `BELOW THE BAR: ${one}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
process.stdout.write(
  `figure cpu_ratio=${ratio.toFixed(2)} cycle_cpu_ms=${Math.round(cpuOf('wire'))} series=${series} peak_mb=${Math.round(peak('wire'))} plain_peak_mb=${Math.round(peak('plain'))} load=${machineLoad()}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;

function runOf(way: 'wire' | 'plain'): Run {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', pathOf('cycles.ts'), way, `http://127.0.0.1:${port}`, options.workloads, options.cycles],
    { encoding: 'utf8', timeout: 300_000 },
  );
  if (stdout === '') throw new Error(`the cycles by ${way} did not end: ${stderr}`);
  return printed.parse(JSON.parse(stdout));
}
