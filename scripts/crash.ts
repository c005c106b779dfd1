// Kills the advisor again and again while it repairs, on the sandbox or on the lab, and proves each time that nothing was written twice or lost.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ensureBinaries } from '../lab/binaries.ts';
import { labCrashStage } from '../lab/lab-crash-stage.ts';
import { seeded } from '../src/sandbox/api/context.ts';
import { faultByName } from '../src/sandbox/faults/faults.ts';
import { crashRun, type CrashRun } from '../test/crash/crash-run.ts';
import { drawMoment, drawSecondMoment, shownMoment, type Moment } from '../test/crash/moments.ts';
import { sandboxCrashStage } from '../test/crash/sandbox-crash-stage.ts';

const usage = 'usage: npm run test:crash -- [--kills N] [--cluster sandbox|lab] [--seed N] [--parallel N]\n';
/** One that runs by itself, one that asks the scripted approver, one that scales. */
const faultNames = ['incorrect-image', 'oom-killed', 'zero-replicas'] as const;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        kills: { type: 'string', default: '20' },
        cluster: { type: 'string', default: 'sandbox' },
        seed: { type: 'string', default: '1' },
        parallel: { type: 'string' },
      },
    });
    const { cluster } = values;
    if (cluster !== 'sandbox' && cluster !== 'lab') throw new Error(`there is no cluster "${cluster}"`);
    // Most of a run is a wait for the lease of the dead to end, so that more runs than cores fit.
    const usual = cluster === 'lab' ? 1 : availableParallelism() * 2;
    return {
      cluster,
      kills: numberOf('--kills', values.kills, 2_000),
      seed: numberOf('--seed', values.seed, 2 ** 31),
      parallel: values.parallel === undefined ? usual : numberOf('--parallel', values.parallel, 32),
    } as const;
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return process.exit(2);
  }
}

function numberOf(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`${flag} takes a number from 1 to ${most}, not "${text}"`);
  return number;
}

type Job = { readonly run: number; readonly fault: string; readonly moments: readonly Moment[] };

/** Every third run is killed a second time, while it settles what the first kill left. */
function jobsFor(kills: number, seed: number, seesRequests: boolean): Job[] {
  const random = seeded(seed).next;
  const jobs: Job[] = [];
  for (let planned = 0; planned < kills;) {
    const run = jobs.length + 1;
    const first = drawMoment(random, seesRequests);
    const second = run % 3 === 0 && planned + 2 <= kills ? [drawSecondMoment(random, seesRequests)] : [];
    jobs.push({ run, fault: faultNames[run % faultNames.length] ?? faultNames[0], moments: [first, ...second] });
    planned += 1 + second.length;
  }
  return jobs;
}

const { cluster, kills, seed, parallel } = options();
const binaries = cluster === 'lab' ? await ensureBinaries() : null;
const jobs = jobsFor(kills, seed, cluster === 'sandbox');
const runs: CrashRun[] = [];
let broken = 0;

async function work(): Promise<void> {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const startedAt = performance.now();
    const about =
      `run ${job.run}`.padEnd(9) + job.fault.padEnd(18) + job.moments.map(shownMoment).join(', then ').padEnd(54);
    try {
      const stage =
        binaries === null ? await sandboxCrashStage(seed + job.run) : await labCrashStage(seed + job.run, binaries);
      try {
        const run = await crashRun(stage, faultByName(job.fault), job.moments);
        runs.push(run);
        const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
        const counts = `${run.kills} killed${run.late === 0 ? '' : ` (${run.late} at the end)`}, ${run.writes} written, ${run.fences} fenced, chain ${run.chain}`;
        process.stdout.write(`${run.problems.length === 0 ? 'ok    ' : 'FAILED'} ${about} ${counts}, ${seconds} s\n`);
        for (const problem of run.problems) process.stdout.write(`         ${problem}\n`);
      } finally {
        await stage.close();
      }
    } catch (error) {
      broken += 1;
      process.stdout.write(`FAILED ${about} ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

await Promise.all(Array.from({ length: Math.min(parallel, jobs.length) }, work));
const sum = (of: (run: CrashRun) => number): number => runs.reduce((total, run) => total + of(run), 0);
const isChainIntact = runs.every((run) => run.chain === 'intact');
const failed = broken + runs.filter((run) => run.problems.length > 0).length;
process.stdout.write(
  `\n${sum((run) => run.kills)} kills: ${sum((run) => run.doubleWrites)} double writes, ${sum((run) => run.openIntents)} open intents, chain ${isChainIntact ? 'intact' : 'broken'}${failed === 0 ? '' : `, ${failed} runs failed`}\n`,
);
process.exitCode = failed === 0 && sum((run) => run.kills) >= kills ? 0 : 1;
