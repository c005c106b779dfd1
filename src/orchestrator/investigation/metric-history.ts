// How a signal of an object moved lately, against what is usual for it: measured evidence.
import { z } from 'zod';
import { signalId } from '../../model/signal.ts';
import { shownRef } from '../../model/target.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({ of: z.string().optional(), signal: signalId });
const points = 8;

export const metricHistory = toolOf({
  name: 'metric_history',
  about: 'signal: id such as sli.latency, cpu.usage, memory.share; answers its newest values and its usual band',
  args,
  read({ signal }, of, { signals, nowMs }) {
    const recent = signals.recent(signal, of);
    const last = recent.at(-1);
    if (last === undefined) return Promise.resolve([]);
    const every = Math.max(1, Math.floor(recent.length / points));
    const chosen = recent.filter((_, at) => (recent.length - 1 - at) % every === 0).slice(-points);
    const usual = signals.usual(signal, of);
    const told = chosen.map(({ atMs, value }) => `${short(value)} at ${Math.round((nowMs - atMs) / 60_000)} min ago`);
    const band =
      usual === null ? 'its usual band is not known' : `usual ${short(usual.low)} to ${short(usual.high)} at this hour`;
    const sentence = `${signal} of ${shownRef(of)} in base units: ${told.join(', ')}; ${band}`;
    return Promise.resolve([
      { trust: 'measured', source: `${signal}@${of.namespace}/${of.kind}/${of.name}`, atMs: last.atMs, sentence },
    ]);
  },
});

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
