// Scores tier one, as `detect` runs it, on files in the form of the Numenta Anomaly Benchmark; fails under the bars.
// node bench/nab.ts --data <folder> --labels <combined_windows.json> [--json]
import { parseArgs } from 'node:util';
import { scoreOf } from '../src/agents/anomaly/stream/habituation.ts';
import { suspectSurprise } from '../src/agents/anomaly/stream/parameters.ts';
import { detectIn } from '../src/detect.ts';
import { labelled, readLabels } from './nab/corpus.ts';
import { evaluate, type Evaluation } from './nab/evaluate.ts';
import { profiles } from './nab/scoring.ts';
import { selfCheck } from './nab/self-check.ts';

const bars = { standard: 75, lowFp: 66, leftOut: 72 } as const;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/nab/data' },
    labels: { type: 'string', default: '../shared/data/nab/labels/combined_windows.json' },
    json: { type: 'boolean', default: false },
  },
});
const labels = readLabels(values.labels);
const detected = await detectIn({
  path: values.data,
  stepMs: null,
  signal: new AbortController().signal,
});
const files = detected.map((file) => labelled(file, file.shown, labels));
const wrong = selfCheck(files);
for (const line of wrong) process.stdout.write(`self-check ${line}\n`);
if (wrong.length === 0) process.stdout.write('self-check of the scorer: as published\n');

const evaluations = profiles.map((profile) => evaluate(files, profile, suspectSurprise));
process.stdout.write(`${files.length} files, ${detected.reduce((sum, file) => sum + file.rows, 0)} rows\n\n`);
process.stdout.write('profile   best  (90 % by file)   at E    hit  outside  E = 8  left out\n');
for (const one of evaluations) process.stdout.write(`${lineOf(one)}\n`);
for (const one of evaluations) {
  process.stdout.write(`\n${one.profile}, threshold of the other folders\n`);
  for (const { folder, windows, threshold, tally } of one.folds)
    process.stdout.write(
      `  ${folder.padEnd(22)} E ${threshold.toFixed(2).padStart(5)}  ${`${tally.hit} of ${windows}`.padStart(8)} windows  ${String(tally.rowsOutside).padStart(4)} rows outside  raw ${tally.raw.toFixed(2)}\n`,
    );
}
if (values.json) process.stdout.write(`\n${JSON.stringify({ bars, evaluations })}\n`);

const [standard, lowFp, lowFn] = evaluations.map((one) => one.best.normalised);
const leftOut = evaluations[0]?.leftOut;
const holds =
  wrong.length === 0 && above(standard, bars.standard) && above(lowFp, bars.lowFp) && above(leftOut, bars.leftOut);
process.stdout.write(
  `\nbars: standard ${bars.standard}, low-FP ${bars.lowFp}, standard with each folder left out ${bars.leftOut}: ${holds ? 'met' : 'not met'}\n`,
);
process.stdout.write(
  `figure nab_standard=${digits(standard)} nab_low_fp=${digits(lowFp)} nab_low_fn=${digits(lowFn)} nab_left_out=${digits(leftOut)} nab_fixed=${digits(evaluations[0]?.fixed.normalised)}\n`,
);
process.exitCode = holds ? 0 : 1;

function lineOf({ profile, best, interval, threshold, fixed, leftOut: without }: Evaluation): string {
  const cells = [
    profile.padEnd(8),
    digits(best.normalised).padStart(5),
    `(${digits(interval[0])} to ${digits(interval[1])})`.padStart(15),
    threshold.toFixed(2).padStart(6),
    String(best.hit).padStart(5),
    String(best.rowsOutside).padStart(7),
    digits(fixed.normalised).padStart(6),
    digits(without).padStart(8),
  ];
  return `${cells.join('  ')}   (score ${scoreOf(threshold).toFixed(4)})`;
}

function above(figure: number | undefined, bar: number): boolean {
  return figure !== undefined && figure >= bar;
}

function digits(figure: number | undefined): string {
  return (figure ?? Number.NaN).toFixed(1);
}
