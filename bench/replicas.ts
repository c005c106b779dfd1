// Odd replicas: power and false rate of the comparison with siblings against the raw series and against the cross-section, and the whole lane.
import { parseArgs } from 'node:util';
import { delayOf, falseFindings } from './replicas/lane-run.ts';
import { powerOf } from './replicas/power.ts';

const { values } = parseArgs({
  options: {
    groups: { type: 'string', default: '400' },
    seeds: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
});
const groups = Number(values.groups);
const seeds = Array.from({ length: Number(values.seeds) }, (_, at) => at + 1);
/** Shares at four own deviations and 3.5 robust ones, by the number of replicas (detection.md 12). */
const promised: ReadonlyMap<number, number> = new Map([
  [2, 0.61],
  [3, 0.84],
  [5, 0.91],
  [10, 0.94],
]);

const power = [...promised].map(([replicas, said]) => ({
  replicas,
  said,
  shifted: powerOf(replicas, 4, groups),
  quiet: powerOf(replicas, 0, groups),
}));
const found = [1.5, 2, 4].map((floors) => {
  const delays = seeds.map((seed) => delayOf(5, floors, seed));
  const seen = delays.filter((one) => one !== null).toSorted((left, right) => left - right);
  return { floors, recall: seen.length / delays.length, medianMin: seen[Math.floor(seen.length / 2)] ?? null };
});
const falsePerPodDay = seeds.reduce((sum, seed) => sum + falseFindings(5, seed), 0) / (5 * seeds.length);

const shown = (share: number): string => share.toFixed(3).padEnd(7);
const lines = [
  'replicas  found   said    raw     false   cross-section false',
  ...power.map(
    (one) =>
      `${String(one.replicas).padEnd(8)}  ${shown(one.shifted.peers)} ${shown(one.said)} ${shown(one.shifted.raw)} ${shown(one.quiet.peers)} ${shown(one.quiet.crossSection)}`,
  ),
  ...found.map(
    (one) =>
      `the lane, 5 pods, ${one.floors} floors: recall ${one.recall.toFixed(2)}, median delay ${one.medianMin ?? '-'} min`,
  ),
  `the lane, 5 pods, ${seeds.length} quiet days: ${falsePerPodDay.toFixed(4)} false findings a pod-day`,
];
const least = Math.min(...power.map((one) => one.shifted.peers - one.said));
if (values.json) process.stdout.write(`${JSON.stringify({ power, found, falsePerPodDay })}\n`);
else process.stdout.write(`${lines.join('\n')}\n`);
process.stdout.write(
  `figure least_over_said=${least.toFixed(3)} false_per_pod_day=${falsePerPodDay.toFixed(4)} recall_2_floors=${found[1]?.recall.toFixed(2)} delay_2_floors=${found[1]?.medianMin}\n`,
);
process.exitCode = least >= -0.05 && falsePerPodDay <= 0.01 ? 0 : 1;
