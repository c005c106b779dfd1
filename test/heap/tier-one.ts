// Bytes that three cycles of tier one over a thousand series, of which the hour bands speak, leave on the heap, printed: in a process of its own, where nothing else shaped the engine's code.
import { createBank } from '../../src/agents/anomaly/stream/bank.ts';
import { scaleSamples, tailSamples } from '../../src/agents/anomaly/stream/parameters.ts';
import { quietRound } from '../builders/heap.ts';

const minuteMs = 60_000;
const series = 1_000;
const bank = createBank({ shared: true });
for (let at = 0; at < series; at += 1)
  bank.add({ id: `s-${at}`, direction: 'up', stepMs: minuteMs, deltaMin: 0.01, profile: `p-${at >> 2}` });
const values = new Float64Array(series);
const hourMs = 60 * minuteMs;
let cycle = 0;
let nowMs = 0;
const step = (): void => {
  cycle += 1;
  for (let slot = 0; slot < series; slot += 1) values[slot] = ((slot * 31 + cycle) * 0.618_033_988_749_894_9) % 1;
  nowMs += minuteMs;
  bank.step(nowMs, values);
};
for (let warm = 0; warm <= scaleSamples + tailSamples; warm += 1) step();
// Back at midnight, to the hours of the warm-up.
nowMs = 24 * hourMs;
const bytes = quietRound(2_000, 8 * series, () => {
  for (let again = 0; again < 3; again += 1) step();
});
process.stdout.write(`${JSON.stringify({ standing: bank.state(0), bytes })}\n`);
