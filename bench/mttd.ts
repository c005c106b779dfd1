// Time to detection on the lab: the advisor against the alert rules of kubernetes-mixin users, on the same Prometheus and the same faults, and the false alarms of both on a clean day.
import { parseArgs } from 'node:util';
import { ensureBinaries } from '../lab/binaries.ts';
import { faultByName, faults } from '../src/sandbox/faults/faults.ts';
import { alertRules } from './mttd/alert-rules.ts';
import { runCleanDay, type CleanDay } from './mttd/clean-day.ts';
import { runFault, type FaultRun } from './mttd/fault-run.ts';
import { failuresOf, figuresOf, headingOf, rowOf } from './mttd/summary.ts';

const scale = 20;
const more = ['hanging-replica', 'bad-gateway'];

const { values } = parseArgs({
  options: {
    fault: { type: 'string', multiple: true },
    repeat: { type: 'string', default: '1' },
    wait: { type: 'string', default: '75' },
    hours: { type: 'string', default: '24' },
    json: { type: 'boolean', default: false },
  },
});
const chosen = (
  values.fault ?? [...faults.filter((one) => one.expected.ending !== 'left alone').map((one) => one.name), ...more]
).map(faultByName);
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const binaries = await ensureBinaries();

const hours = Number(values.hours);
const day: CleanDay | null =
  hours > 0 ? await runCleanDay({ binaries, seed: 1, hours, rules: alertRules(1), report: tell }) : null;
const runs: FaultRun[] = [];
for (let seed = 1; seed <= Number(values.repeat); seed += 1)
  for (const fault of chosen) {
    const run = await runFault(fault, {
      binaries,
      seed,
      scale,
      rules: alertRules(scale),
      mostMin: Number(values.wait),
    });
    runs.push(run);
    tell(rowOf(run));
  }

const figures = figuresOf(runs, day);
const failures = failuresOf(figures);
if (values.json) process.stdout.write(`${JSON.stringify({ scale, runs, day, figures, failures })}\n`);
else {
  process.stdout.write(`${[headingOf(), ...runs.map(rowOf)].join('\n')}\n`);
  if (day !== null)
    process.stdout.write(
      `${[
        `clean day of ${day.hours} h: advisor ${day.incidents.length} incidents from ${day.findings.length} findings, alert rules ${day.alerts.length} firings`,
        ...day.incidents.map((one) => `  incident ${one}`),
        ...day.findings.map((one) => `  finding  ${one}`),
        ...day.alerts.map((one) => `  alert    ${one}`),
      ].join('\n')}\n`,
    );
  process.stdout.write(failures.length === 0 ? 'every bar is met\n' : `${failures.join('\n')}\n`);
}
process.stdout.write(
  `figure faults=${figures.faults} medianRatio=${figures.medianRatio} later=${figures.later} medianAdvisorMin=${figures.medianAdvisorMin} medianAlertMin=${figures.medianAlertMin} slowestFactCycles=${figures.slowestFactCycles} falseIncidents=${figures.falseIncidents} falseAlerts=${figures.falseAlerts}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
