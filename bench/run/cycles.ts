// Cycles of a running advisor on that cluster in a process of its own, one way of reading each, printed as JSON: from the first byte
// of Prometheus to the suspects. Arguments: wire or plain, address, workloads, cycles.
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { createAlwaysOn } from '../../src/agents/anomaly/always-on.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import { createMetricsAgent } from '../../src/agents/metrics/metrics-agent.ts';
import type { MetricsSource } from '../../src/agents/metrics/metrics-source.ts';
import { createPrometheusSource } from '../../src/agents/metrics/prometheus.ts';
import { wallClock } from '../../src/clock.ts';
import { paceOf } from '../../src/model/pace.ts';
import { median } from '../kernel/measure.ts';
import { viewOf } from './cluster.ts';
import { createPlainSource } from './plain-source.ts';

const [way = 'wire', url = '', workloads = '100', cycles = '10'] = process.argv.slice(2);
/** Cycles in which series are met and code gets warm. */
const first = 4;
const pace = paceOf(1);
const wall = wallClock(false);
const signal = new AbortController().signal;
let nowMs = Date.UTC(2026, 5, 9, 14, 0);
const phases = ['read', 'join', 'step', 'suspects'] as const;
let isCounted = false;
const spent = { read: 0, join: 0, step: 0, suspects: 0 };
const wallMs = { read: [] as number[], join: [] as number[], step: [] as number[], suspects: [] as number[] };
const cpuMs = { read: [] as number[], join: [] as number[], step: [] as number[], suspects: [] as number[] };
const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
let collectorMs = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) if (isCounted) collectorMs += duration;
}).observe({ entryTypes: ['gc'] });
let mark = { wall: 0, cpu: 0 };
/** Adds the time since the last call to a phase. */
function passed(phase: (typeof phases)[number], counts: boolean): void {
  const now = { wall: performance.now(), cpu: cpuNow() };
  if (counts) {
    wallMs[phase].push(now.wall - mark.wall);
    cpuMs[phase].push(now.cpu - mark.cpu);
  }
  mark = now;
}

const source = way === 'wire' ? createPrometheusSource({ url, wall }) : createPlainSource(url);
const timed: MetricsSource = {
  ...source,
  async read(measures, context) {
    const answers = await source.read(measures, context);
    passed('read', isCounted);
    return answers;
  },
};
const metrics = createMetricsAgent({ sources: [timed], catalogue, clock: { ...wall, now: () => nowMs }, pace });
const tier = createAlwaysOn({ stepMs: pace.cycleMs, forgetMs: 86_400_000, signals: catalogue });
const view = viewOf(Number(workloads), nowMs);
let samples = 0;
let suspects = 0;
for (let cycle = 0; cycle < first + Number(cycles); cycle += 1) {
  nowMs += pace.cycleMs;
  isCounted = cycle >= first;
  mark = { wall: performance.now(), cpu: cpuNow() };
  const seen = await metrics.observe(view, signal);
  passed('join', isCounted);
  tier.cycle(seen.samples, nowMs);
  passed('step', isCounted);
  suspects = tier.suspects(
    () => false,
    () => false,
  ).ids.size;
  passed('suspects', isCounted);
  samples = seen.samples.length;
}
// What the collector did is told after the turn in which it did it.
await setImmediate();
isCounted = false;
for (const phase of phases) spent[phase] = median(cpuMs[phase]);
globalThis.gc?.();
const { heapUsed, external } = process.memoryUsage();
process.stdout.write(
  `${JSON.stringify({
    samples,
    series: tier.size,
    suspects,
    cpuMs: spent,
    wallMs: Object.fromEntries(phases.map((phase) => [phase, median(wallMs[phase])])),
    collectorMs: collectorMs / Number(cycles),
    liveMegabytes: (heapUsed + external) / 2 ** 20,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);
