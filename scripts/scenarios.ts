// Plays the faults that the loop must close, on the sandbox or on the lab, and prints what was found, done and how it ended.
import { parseArgs } from 'node:util';
import { ensureBinaries } from '../lab/binaries.ts';
import { labStage } from '../lab/lab-stage.ts';
import { faultByName, faults } from '../src/sandbox/faults/faults.ts';
import type { Behaviour } from '../test/nim/script.ts';
import { startEndpoint } from '../test/nim/endpoint.ts';
import * as leads from '../test/nim/leads.ts';
import { profiles } from '../test/nim/profiles.ts';
import { play, type Played } from '../test/scenario/play.ts';
import { sandboxStage } from '../test/scenario/sandbox-stage.ts';
import type { Stage } from '../test/scenario/stage.ts';

type Run = Played & { readonly run: number; readonly wallS: number };

const usage =
  'usage: npm run scenarios -- [--cluster sandbox|lab] [--repeat N] [--fault NAME]... [--lead NAME [--context TOKENS]] [-o table|json]\n';

function options() {
  try {
    const { values } = parseArgs({
      options: {
        cluster: { type: 'string', default: 'sandbox' },
        repeat: { type: 'string', default: '1' },
        fault: { type: 'string', multiple: true },
        lead: { type: 'string' },
        context: { type: 'string', default: '131072' },
        output: { type: 'string', short: 'o', default: 'table' },
      },
    });
    const repeat = Number(values.repeat);
    if (values.cluster !== 'sandbox' && values.cluster !== 'lab')
      throw new Error(`there is no cluster "${values.cluster}"`);
    if (!Number.isInteger(repeat) || repeat < 1 || repeat > 100)
      throw new Error('--repeat takes a number from 1 to 100');
    if (values.output !== 'table' && values.output !== 'json') throw new Error(`-o does not take "${values.output}"`);
    const chosen = values.fault === undefined ? faults : values.fault.map(faultByName);
    const lead = values.lead === undefined ? null : leadByName(values.lead);
    if (lead !== null && values.cluster === 'lab') throw new Error('--lead is played on the sandbox');
    return { cluster: values.cluster, repeat, chosen, output: values.output, lead, context: values.context } as const;
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return process.exit(2);
  }
}

function leadByName(name: string): Behaviour {
  const known = new Map<string, Behaviour>(Object.entries(leads));
  const found = known.get(name);
  if (found === undefined) throw new Error(`there is no lead "${name}"; there are ${[...known.keys()].join(', ')}`);
  return found;
}

const { cluster, repeat, chosen, output, lead, context } = options();
const modelName = 'nvidia/nemotron-3-super-120b-a12b';
const apiKey = 'nvapi-of-a-simulated-endpoint';
const endpoint =
  lead === null
    ? null
    : await startEndpoint({
        models: [{ id: modelName, maxModelLen: Number(context) }],
        key: apiKey,
        profile: { ...profiles['vLLM with response_format'], contextTokens: Number(context) },
      });
if (lead !== null) endpoint?.play(lead);
const model = endpoint === null ? undefined : { baseUrl: endpoint.baseUrl, apiKey, model: modelName };
const binaries = cluster === 'lab' ? await ensureBinaries() : undefined;
const open = async (seed: number): Promise<Stage> =>
  binaries === undefined
    ? await sandboxStage(seed, model === undefined ? {} : { model })
    : await labStage(seed, binaries);

const runs: Run[] = [];
for (let run = 1; run <= repeat; run += 1)
  for (const fault of chosen) {
    const startedMs = performance.now();
    const stage = await open(run);
    try {
      const played = await play(fault, stage);
      const one: Run = { ...played, run, wallS: Math.round((performance.now() - startedMs) / 100) / 10 };
      runs.push(one);
      process.stderr.write(`${rowOf(one)}\n`);
      for (const problem of one.problems) process.stderr.write(`        ${problem}\n`);
    } finally {
      await stage.close();
    }
  }

await endpoint?.close();
const failed = runs.filter((one) => !one.ok);
const wrongWrites = runs.reduce((sum, one) => sum + one.wrongWrites.length, 0);
if (output === 'json')
  process.stdout.write(
    `${JSON.stringify({ cluster, repeat, runs, passed: runs.length - failed.length, failed: failed.length, wrongWrites }, null, 2)}\n`,
  );
else process.stdout.write(`${runs.map(rowOf).join('\n')}\n`);
process.stdout.write(
  output === 'json'
    ? ''
    : `\n${runs.length - failed.length} passed, ${failed.length} failed, ${wrongWrites} wrong writes on the ${cluster}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function rowOf(one: Run): string {
  return [
    one.ok ? 'ok    ' : 'FAILED',
    `run ${one.run}`,
    one.fault.padEnd(8),
    one.name.padEnd(18),
    `${one.root} ${one.code}`.padEnd(34),
    one.action.padEnd(14),
    one.ending.padEnd(22),
    `seen ${one.seenAfterMin ?? '-'} min, ended ${one.endedAfterMin ?? '-'} min, ${one.wallS} s`,
  ].join('  ');
}
