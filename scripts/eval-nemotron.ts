// Plays the scenario suite with a live model and without it, side by side, and prints what the model changes: accuracy, tokens, latency, rungs, invalid answers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JournalEvent } from '../src/model/event.ts';
import { openJournalFile } from '../src/store/journal-reader.ts';
import { faultByName, faults } from '../src/sandbox/faults/faults.ts';
import { play, type Played } from '../test/scenario/play.ts';
import { sandboxStage } from '../test/scenario/sandbox-stage.ts';
import type { ScenarioModel } from '../test/scenario/scenario-config.ts';

const usage =
  'usage: npm run eval:nemotron -- --base-url URL [--model NAME] [--repeat N] [--fault NAME]... [--record FOLDER] [--json]\n       the key is read from NEMOTRON_API_KEY, else NVIDIA_API_KEY; a server of your own takes any\n';

type Consulted = Extract<JournalEvent['body'], { kind: 'leader.consulted' }>;
type Run = {
  readonly played: Played;
  readonly consulted: readonly Consulted[];
  readonly confidence: readonly number[];
};

function options() {
  try {
    const { values } = parseArgs({
      options: {
        'base-url': { type: 'string', default: 'https://integrate.api.nvidia.com/v1' },
        model: { type: 'string' },
        repeat: { type: 'string', default: '1' },
        fault: { type: 'string', multiple: true },
        record: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const repeat = Number(values.repeat);
    if (!Number.isInteger(repeat) || repeat < 1 || repeat > 50) throw new Error('--repeat takes a number from 1 to 50');
    const chosen = values.fault === undefined ? faults : values.fault.map(faultByName);
    return { ...values, repeat, chosen };
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return process.exit(2);
  }
}

const { 'base-url': baseUrl, model: wanted, repeat, chosen, record, json } = options();
const apiKey = process.env['NEMOTRON_API_KEY'] ?? process.env['NVIDIA_API_KEY'] ?? 'none';
const model: ScenarioModel = { baseUrl, apiKey, ...(wanted === undefined ? {} : { model: wanted }) };
const runs: { readonly with: Run; readonly without: Run }[] = [];
for (let seed = 1; seed <= repeat; seed += 1)
  for (const fault of chosen) {
    const one = { with: await played(fault, seed, model), without: await played(fault, seed, undefined) };
    runs.push(one);
    process.stderr.write(`${fault.code} ${fault.name}: with ${wordOf(one.with)}, without ${wordOf(one.without)}\n`);
  }
report();

async function played(fault: (typeof faults)[number], seed: number, with_: ScenarioModel | undefined): Promise<Run> {
  const events: JournalEvent[] = [];
  const stage = await sandboxStage(seed, {
    onEvent: (event) => events.push(event),
    ...(with_ === undefined ? {} : { model: with_ }),
  });
  try {
    const result = await play(fault, stage);
    const consulted = events.flatMap(({ body }) => (body.kind === 'leader.consulted' ? [body] : []));
    const confidence = events.flatMap(({ body }) =>
      body.kind === 'plan.proposed' ? (body.plan.reasoning?.confidence ?? []) : [],
    );
    if (with_ !== undefined && record !== undefined)
      await keep(record, `${fault.name}-${seed}.jsonl`, events, stage.advisor.about.folder);
    return { played: result, consulted, confidence };
  } finally {
    await stage.close();
  }
}

/**
 * What passed between advisor and model in one run, one call a line with its prompt and answer, to look at or to play again: secrets
 * and what is private had left the texts before they were sent and stored.
 */
async function keep(folder: string, name: string, events: readonly JournalEvent[], journal: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const lines: string[] = [];
  const reader = await openJournalFile(journal);
  try {
    for (const { body } of events) {
      if (body.kind !== 'leader.called') continue;
      const prompt = await reader.payload(body.promptDigest);
      const answer = body.answerDigest === undefined ? null : await reader.payload(body.answerDigest);
      lines.push(JSON.stringify({ ...body, prompt, answer }));
    }
  } finally {
    await reader.close();
  }
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
}

function report(): void {
  const calls = runs.flatMap((one) => one.with.consulted);
  const tokens = runs.map((one) =>
    one.with.consulted.reduce((sum, call) => sum + (call.promptTokens ?? 0) + (call.completionTokens ?? 0), 0),
  );
  const answered = calls.filter((one) => one.refused?.startsWith('model unavailable') !== true);
  const figures = {
    runs: runs.length,
    rightWith: runs.filter((one) => one.with.played.ok).length,
    rightWithout: runs.filter((one) => one.without.played.ok).length,
    wrongWritesWith: runs.reduce((sum, one) => sum + one.with.played.wrongWrites.length, 0),
    medianTokens: medianOf(tokens),
    mostTokens: Math.max(0, ...tokens),
    medianLatencyMs: medianOf(calls.flatMap((one) => one.latencyMs ?? [])),
    unavailable: calls.length - answered.length,
    invalid: answered.filter((one) => !one.accepted).length,
    answers: answered.length,
  };
  const rungs = Map.groupBy(answered, (one) => one.rung);
  const served = [...new Set(calls.flatMap((one) => one.servedModel ?? []))];
  if (json) process.stdout.write(`${JSON.stringify({ served, ...figures, reliability: reliability() }, null, 2)}\n`);
  else {
    process.stdout.write(`model    ${served.join(', ') || 'none answered'} at ${new URL(baseUrl).host}\n`);
    process.stdout.write(`right    ${figures.rightWith} of ${figures.runs} with it, ${figures.rightWithout} without\n`);
    process.stdout.write(`tokens   median ${figures.medianTokens}, most ${figures.mostTokens} an incident\n`);
    process.stdout.write(`answers  ${figures.answers}, ${figures.invalid} invalid, ${figures.unavailable} not given\n`);
    for (const [rung, those] of rungs) process.stdout.write(`         ${rung}: ${those.length}\n`);
    process.stdout.write('confidence of plans, and how many runs were right\n');
    for (const { from, to, plans, right } of reliability())
      process.stdout.write(`         ${from.toFixed(1)}–${to.toFixed(1)}  ${right} of ${plans}\n`);
  }
  process.stdout.write(
    `figure ${Object.entries(figures)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}\n`,
  );
  process.exitCode = figures.wrongWritesWith === 0 && figures.rightWith >= figures.rightWithout ? 0 : 1;
}

/** Plans of both leaders by their computed confidence, beside how the run went. */
function reliability() {
  const plans = runs.flatMap((one) =>
    [one.with, one.without].flatMap((run) => run.confidence.slice(-1).map((at) => ({ at, ok: run.played.ok }))),
  );
  return [0, 0.2, 0.4, 0.6, 0.8].flatMap((from) => {
    const to = from + 0.2;
    const those = plans.filter(({ at }) => at >= from && (at < to || to >= 1));
    return those.length === 0 ? [] : [{ from, to, plans: those.length, right: those.filter((one) => one.ok).length }];
  });
}

function wordOf(run: Run): string {
  return run.played.ok ? 'right' : `wrong (${run.played.problems.join('; ')})`;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
