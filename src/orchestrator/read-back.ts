// Reads the past of suspects again for which there was no room, beside the cycles, so that a later one can test them and none waits.
import type { AnomalyAgent } from '../agents/anomaly/anomaly-agent-port.ts';
import { deadline } from '../clock.ts';
import { pastDays, pastStepMs } from '../model/past.ts';
import type { History, SeriesKey, SignalId } from '../model/signal.ts';
import type { CyclePorts } from './ports.ts';

export type ReadBackPorts = Pick<CyclePorts, 'metrics' | 'cluster' | 'wall' | 'view' | 'fault'> & {
  readonly anomaly: Pick<AnomalyAgent, 'pastsWanted' | 'readBack'>;
};

/** What was wanted and could be read; a series without a history has no past. */
type Came = { readonly wanted: readonly SeriesKey[]; readonly histories: readonly History[] };

export type ReadBackMemory = { isAsked: boolean; came: Came[] };

export const nothingReadBack = (): ReadBackMemory => ({ isAsked: false, came: [] });

const atOnce = 200;
const longestReadMs = 60_000;
const dayMs = 86_400_000;

/** Hands over what came since the cycle before; call it while nothing else is asked of the agent. */
export function takeBack({ anomaly }: ReadBackPorts, memory: ReadBackMemory): void {
  for (const { wanted, histories } of memory.came.splice(0)) anomaly.readBack?.(wanted, histories);
}

/** Asks for what the cycle has missed, one read at a time; what cannot be read is wanted again by a cycle that tests it. */
export function askBack(ports: ReadBackPorts, memory: ReadBackMemory): void {
  if (memory.isAsked || ports.metrics.past === undefined) return;
  const wanted = ports.anomaly.pastsWanted?.(atOnce) ?? [];
  if (wanted.length === 0) return;
  memory.isAsked = true;
  void read(ports, memory, wanted);
}

async function read(
  { metrics, cluster, wall, view, fault }: ReadBackPorts,
  memory: ReadBackMemory,
  wanted: readonly SeriesKey[],
): Promise<void> {
  const limit = deadline(wall, longestReadMs);
  const toMs = cluster.now();
  const told = new Set<SignalId>();
  try {
    const parts = metrics.past?.(view(), toMs - pastDays * dayMs, toMs, pastStepMs, limit.signal, wanted) ?? [];
    for await (const { signals, histories, unread } of parts) {
      for (const one of signals) told.add(one);
      const readable = wanted.filter(({ signal }) => signals.includes(signal) && !unread.has(signal));
      if (readable.length === 0) continue;
      memory.came.push({ wanted: readable, histories: histories.filter(({ key }) => !unread.has(key.signal)) });
    }
    // No source has a past of these: they learn from now on.
    const without = wanted.filter(({ signal }) => !told.has(signal));
    if (without.length > 0) memory.came.push({ wanted: without, histories: [] });
  } catch (error) {
    fault(error, null);
  } finally {
    limit.done();
    memory.isAsked = false;
  }
}
