// Where the root lies, in both orders, over the faults of the sandbox: how often the weighed and the plain order name it first, and what each weight adds.
import { parseArgs } from 'node:util';
import { runRoots } from './roots/run.ts';
import { figuresOf, headingOf, rowOf, verdictsOf } from './roots/summary.ts';
import { faultByName, faults } from '../src/sandbox/faults/faults.ts';

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});
/** Two more than the loop closes: a part that hangs, and a proxy that cannot reach what is behind it. */
const more = ['hanging-replica', 'bad-gateway'];
const chosen = (
  values.fault ?? [...faults.filter((one) => one.expected.ending !== 'left alone').map((one) => one.name), ...more]
).map(faultByName);

const runs = [];
for (let seed = 1; seed <= Number(values.repeat); seed += 1)
  for (const fault of chosen) {
    const run = await runRoots(fault, seed);
    runs.push(run);
    process.stderr.write(`${rowOf(run)}\n`);
  }

const figures = figuresOf(runs);
const verdicts = verdictsOf(figures);
if (values.json) process.stdout.write(`${JSON.stringify({ runs, figures, verdicts })}\n`);
else process.stdout.write(`${[headingOf(), ...runs.map(rowOf), ...verdicts].join('\n')}\n`);
process.stdout.write(
  `figure ${Object.entries(figures)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}\n`,
);
process.exitCode = figures.weighed >= figures.plain ? 0 : 1;
