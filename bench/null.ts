// Do the detectors keep their promised rate of false alarms? Realised over promised, on noise in which nothing is wrong.
import { parseArgs } from 'node:util';
import { catalogue } from '../src/agents/metrics/catalogue.ts';
import { channelRates } from './null/channel-rate.ts';
import { noises } from './null/noise.ts';
import { windowRate } from './null/window-rate.ts';

const most = 3;
const ofWhite = { least: 0.5, most: 2 };

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '20000' },
    series: { type: 'string', default: '30' },
    days: { type: 'string', default: '14' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const base = catalogue.find((one) => one.id === 'memory.share');
if (base === undefined) throw new Error('the catalogue has no memory.share');
const traits = { ...base, direction: 'up', floor: { absolute: 1, relative: 1 } } as const;
const seed = Number(values.seed);
const rows = noises.map((noise) => {
  const window = windowRate(noise, Number(values.trials), seed, traits);
  const { byChannel, episodes } = channelRates(noise, Number(values.series), Number(values.days), seed);
  const channels = [...byChannel.values()];
  return {
    noise: noise.name,
    isHeld: noise.isHeld,
    window,
    channels: Object.fromEntries(byChannel),
    least: Math.min(...channels),
    most: Math.max(...channels),
    episodes,
  };
});
const failures = rows.flatMap((row) => {
  const found: string[] = [];
  if (row.isHeld && row.window.unchanged > most)
    found.push(`the window test on ${row.noise}: ${row.window.unchanged.toFixed(2)}`);
  if (row.isHeld && row.most > most) found.push(`a channel on ${row.noise}: ${row.most.toFixed(2)}`);
  if (row.noise === 'white' && (row.least < ofWhite.least || row.most > ofWhite.most))
    found.push(
      `a channel on white noise outside ${ofWhite.least} to ${ofWhite.most}: ${row.least.toFixed(2)} to ${row.most.toFixed(2)}`,
    );
  return found;
});
if (values.json) process.stdout.write(`${JSON.stringify({ seed, rows, failures })}\n`);
else {
  const lines = [
    `realised over promised rate at one in a thousand · window test: ${values.trials} trials, the least change that matters one deviation of a sample · channels: ${values.series} series of ${values.days} days`,
    `${'noise'.padEnd(26)}window test      at edge       channels  E ≥ 10 per series-day`,
    ...rows.map((row) =>
      [
        row.noise.padEnd(26),
        row.window.unchanged.toFixed(2).padStart(11),
        row.window.edge.toFixed(2).padStart(13),
        `${row.least.toFixed(2)} to ${row.most.toFixed(2)}`.padStart(15),
        row.episodes.toFixed(2).padStart(12),
        row.isHeld ? '' : '   shown only',
      ].join(''),
    ),
    ...failures,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
const held = rows.filter((row) => row.isHeld);
process.stdout.write(
  `figure window_ratio_max=${Math.max(...held.map((row) => row.window.unchanged)).toFixed(2)} window_edge_ratio_max=${Math.max(...held.map((row) => row.window.edge)).toFixed(2)} channel_ratio_max=${Math.max(...held.map((row) => row.most)).toFixed(2)}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
